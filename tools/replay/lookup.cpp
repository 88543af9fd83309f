#include "tools/replay/lookup.hpp"

#include <algorithm>

#include "store/log_walk.hpp"

namespace souk::replay {
namespace {

using store::Offset;

// A record of a stream costs about as much as so many of a partition that is read through.
constexpr std::uint64_t kWalkedAsRead = 20;

// The last offset that can be at or before the time.
Offset last_before(const store::LogView& view, PartitionId partition, Time time) {
  constexpr Duration kClocksDiffer = seconds(5);
  if (time > Time{INT64_MAX} - kClocksDiffer) return store::kOffsetMax;
  return value_of(seek_time(view, partition, time + kClocksDiffer)) - 1;
}

}  // namespace

std::optional<Entry> read_entry(const store::LogView& view, PartitionId partition, Offset offset) {
  std::optional<Entry> found;
  if (offset == store::kNoOffset) return found;
  check(walk_partition(view, partition, offset, offset,
                       [&](const store::RecordView& record, const store::Place& place) {
                         found = entry_of(record, place);
                         return false;
                       }));
  return found;
}

std::vector<Entry> entries_up_to(const store::LogView& view, PartitionId partition, Offset offset,
                                 std::size_t count) {
  std::vector<Entry> entries;
  while (entries.size() < count) {
    auto entry = read_entry(view, partition, offset);
    if (!entry) break;
    offset = entry->previous;
    entries.push_back(std::move(*entry));
  }
  std::ranges::reverse(entries);
  return entries;
}

void each_record(const store::LogView& view, const StreamRef& stream, Offset after,
                 std::uint64_t count, const Moment& moment,
                 const std::function<void(const store::RecordView&)>& f) {
  const Offset end = std::min(
      {moment.offset, stream.head.offset, last_before(view, stream.partition, moment.time)});
  if (end <= after) return;
  const auto take = [&](const store::RecordView& record) {
    if (moment.covers(record.offset, record.time)) f(record);
  };
  if (count > (end - after) / kWalkedAsRead)
    check(walk_partition(view, stream.partition, after + 1, end,
                         [&](const store::RecordView& record, const store::Place&) {
                           if (record.stream == stream.id) take(record);
                           return true;
                         }));
  else
    check(walk_stream(view, stream.partition, stream.id, after, end, take));
}

void fail_unreadable(PartitionId partition, Offset offset) {
  throw Failure(kExitSomeFailed,
                fmt::format("record {}/{}@{} is not one of its service's; was it written by a "
                            "newer souk?",
                            name_of(partition.service), partition.number, offset));
}

}  // namespace souk::replay
