// What the parts of a proof share: what is checked, where findings go, what the workers add up.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tools/replay/joined_view.hpp"
#include "tools/replay/verify/facts.hpp"
#include "tools/replay/verify/finding.hpp"
#include "tools/replay/verify/rows.hpp"
#include "tools/replay/verify/sums.hpp"

namespace souk::replay {

// Orders, and coupons on their way, of sagas that have not ended: nothing can be said of theirs
// yet.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using Alive = std::unordered_set<std::string, TextHash, std::equal_to<>>;

// A fact that is to be looked at one by one, because its bucket does not add up.
struct SuspectFact {
  FactKind kind;
  Service service;
  std::string stream;
  std::int64_t amount;
  bool expected;
  PartitionId partition;
  store::Offset offset;
};
using Suspects = std::map<std::string, std::vector<SuspectFact>>;  // by order or coupon

// Batches whose `next` names one that is not there, and the other way round: by directory and
// group.
struct RingEnd {
  PartitionId partition;
  store::Offset offset;
  bool is_there;  // else it is named as the next one
};
using Rings = std::map<std::pair<std::size_t, std::uint64_t>, std::vector<RingEnd>>;

// Records that cannot be read, by partition: from, to (inclusive).
class Damage {
 public:
  void add(PartitionId partition, store::Offset from, store::Offset to) {
    std::lock_guard lock(mutex_);
    ranges_[partition].emplace_back(from, to);
  }
  bool any() const {
    std::lock_guard lock(mutex_);
    return !ranges_.empty();
  }
  bool in(PartitionId partition) const {
    std::lock_guard lock(mutex_);
    return ranges_.contains(partition);
  }

 private:
  mutable std::mutex mutex_;
  std::map<PartitionId, std::vector<std::pair<store::Offset, store::Offset>>> ranges_;
};

// The whole proof's; outlives its workers.
struct Audit {
  const store::LogView& view;
  const JoinedView* directory = nullptr;  // null: through a node
  Findings& findings;
  bool decisions = false;
  bool facts = true;  // false: partitions are not of one moment, so deeds are not compared
  std::vector<const RowsFile*> models;  // whose rows are compared; null: not this one's
  std::size_t streams_max = 200'000;    // in memory at once, a worker
  std::atomic<std::uint64_t>& records_done;
  const std::atomic<bool>* stop = nullptr;

  Alive alive;
  Damage damage;
  // Of a second look: what did not add up in the first one.
  const BucketSums* bad_facts = nullptr;
  const BucketSums* bad_rings = nullptr;
  bool second_look() const { return bad_facts != nullptr || bad_rings != nullptr || rows_only; }
  bool rows_only = false;

  // Of a partition whose records are elsewhere nothing can be said.
  bool is_seen(PartitionId partition) const {
    return directory == nullptr || !directory->not_seen().contains(partition);
  }
  bool sees_all() const { return directory == nullptr || directory->not_seen().empty(); }

  bool stopped() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
};

// One worker's sums.
struct Share {
  // A sink for each file of read models.
  explicit Share(const std::vector<RowSink>& sinks) {
    for (const RowSink& sink : sinks) rows.push_back(std::make_unique<RowsFold>(sink));
  }
  BucketSums facts;
  BucketSums rings{1u << 12};
  std::vector<std::unique_ptr<RowsFold>> rows;
  Alive alive;
  Alive lost;  // streams of which nothing more can be said
  Suspects suspects;
  Rings suspect_rings;
  std::uint64_t records = 0;
  std::uint64_t events = 0;
  std::map<PartitionId, std::uint64_t> unproved;  // facts, by the partition that was not seen
  std::uint64_t commands_missing = 0;             // decisions that cannot be made again
};

// Reads one partition from end to end and checks all that can be checked of it; adds to `share`
// what has to be compared with others.
void audit_partition(Audit& audit, PartitionId partition, Share& share);

}  // namespace souk::replay
