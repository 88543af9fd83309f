// What a proof found wrong: one finding for each thing that is not as it must be, named so exactly
// that a person can go and look at it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/service.hpp"
#include "store/record.hpp"

namespace souk::replay {

// What is checked, in the order of the report. The names are part of the JSON.
enum class Check : std::uint8_t {
  files,        // checksums of whole files
  batches,      // batches: checksums, none missing, each in its group
  sequences,    // offsets, streams' sequences, times, partitions
  payloads,     // every event and command: readable, and the same bytes when written again
  books,        // conservation, at every prefix
  sagas,        // all or nothing, ended or alive
  snapshots,    // each is the fold of its events
  heads,        // where streams end, as saved for a quick start
  read_models,  // rows equal a fresh fold
  decisions,    // today's deciders decide the same
  against,      // another log is the same
};
inline constexpr std::array kChecks = {Check::files,     Check::batches, Check::sequences,
                                       Check::payloads,  Check::books,   Check::sagas,
                                       Check::snapshots, Check::heads,   Check::read_models,
                                       Check::decisions, Check::against};
std::string_view name_of(Check check);  // "files"
std::string_view what_is(Check check);  // "checksums of whole files"

struct Finding {
  Check check = Check::files;
  std::optional<PartitionId> partition;
  store::Offset from = store::kNoOffset;  // records concerned; kNoOffset: none in particular
  store::Offset to = store::kNoOffset;    // inclusive
  std::string subject;                    // a stream, an order, a file, a table and key
  std::string what;                       // one sentence without a full stop
  std::string directory;                  // that it is in, if several are proved together
  bool operator==(const Finding&) const = default;
};

// Collects findings from any thread. Of each check all are counted and the first so many kept.
class Findings {
 public:
  explicit Findings(std::size_t kept_max = 200) : kept_max_(kept_max) {}

  // Says from now on in which directory a partition is. Before anybody adds any.
  void name_directories(std::function<std::string(PartitionId)> of) {
    directory_of_ = std::move(of);
  }

  void add(Finding finding);
  // `count` things of this check were looked at.
  void looked_at(Check check, std::uint64_t count) {
    looked_at_[static_cast<std::size_t>(check)].fetch_add(count, std::memory_order_relaxed);
  }
  // Something that is no fault, or follows from one that was found. One sentence.
  void note(std::string sentence);

  std::uint64_t looked_at(Check check) const {
    return looked_at_[static_cast<std::size_t>(check)].load(std::memory_order_relaxed);
  }
  std::uint64_t found(Check check) const;
  std::uint64_t found() const;
  // Those kept, by check, then partition and offset.
  std::vector<Finding> kept() const;
  std::vector<std::string> notes() const;

 private:
  std::size_t kept_max_;
  std::function<std::string(PartitionId)> directory_of_;
  std::array<std::atomic<std::uint64_t>, kChecks.size()> looked_at_{};
  mutable std::mutex mutex_;
  std::array<std::uint64_t, kChecks.size()> found_{};
  std::vector<Finding> kept_;
  std::vector<std::string> notes_;
};

}  // namespace souk::replay
