// Walks over a LogView: one partition, one stream, or all partitions in the order in which they
// were written. One thread each.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "events/positions.hpp"
#include "store/batch.hpp"
#include "store/keys.hpp"
#include "store/log_view.hpp"

namespace souk::store {

inline constexpr std::size_t kWalkBytes = 1u << 20;  // how much is read at once

// A record and where it stands.
struct Place {
  PartitionId partition;
  std::uint64_t group = 0;  // number of the synced write; grows over all partitions of a directory
};

// Calls `f` for the partition's records `from` to `to` (inclusive; kOffsetMax: the last), in order,
// while it returns true. Damage on the way is its Status.
Status walk_partition(const LogView& view, PartitionId partition, Offset from, Offset to,
                      const std::function<bool(const RecordView&, const Place&)>& f);

// Calls `f` for the stream's records after `after` (an offset; kNoOffset: all) and up to `up_to`
// (kOffsetMax: its head), oldest first. Walks back over the previous offsets, which costs eight
// bytes a record, then forward, by 16 MiB of what was read on the way back, and reading again what
// is beyond. A random read a record, of some 25 us: use it for what concerns one stream.
Status walk_stream(const LogView& view, PartitionId partition, std::string_view stream,
                   Offset after, Offset up_to, const std::function<void(const RecordView&)>& f);

// The first offset whose batch has a group of at least `group`; the last offset + 1 if none has.
// The same for a time: the first batch whose first record is at `time` or later. (Times within one
// partition grow but for the few milliseconds by which actors' clocks differ.) Both read about
// log2(records) single batches.
Result<Offset> seek_group(const LogView& view, PartitionId partition, std::uint64_t group);
Result<Offset> seek_time(const LogView& view, PartitionId partition, Time time);

// All records of some partitions, in the order in which they were written: by group, and within a
// group by partition. Reads ahead kWalkBytes a partition.
class Timeline {
 public:
  // From these offsets on (a partition that is not named: from its first).
  Timeline(const LogView& view, const std::vector<PartitionId>& partitions,
           const Positions& from = {});
  ~Timeline();

  // The next record; false if there is none any more (after the view's refresh there may be). The
  // record's views hold until the next call.
  Result<bool> next(RecordView& record, Place& place);

 private:
  struct Source;
  static bool is_later(const Source* a, const Source* b);
  Status load_waiting();

  const LogView& view_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> heap_;     // have a record; the next one is at the front
  std::vector<Source*> waiting_;  // between two batches
  std::vector<Source*> ended_;    // had no more when they were last asked
};

}  // namespace souk::store
