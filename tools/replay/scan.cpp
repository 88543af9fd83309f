#include "tools/replay/scan.hpp"

#include <algorithm>
#include <deque>

#include "store/batch.hpp"
#include "tools/replay/entry.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/joined_view.hpp"
#include "tools/replay/lookup.hpp"
#include "tools/replay/merge.hpp"

namespace souk::replay {
namespace {

using store::Offset;

// Streams of more records are found sooner by reading their partitions through.
constexpr std::uint64_t kWalkedMax = 100'000;

// The clocks of a node's threads agree to better than this, so nothing of a time comes later in the
// log.
constexpr Duration kClocksDiffer = seconds(5);

std::uint64_t records_of(const std::vector<StreamRef>& streams) {
  std::uint64_t records = 0;
  for (const StreamRef& stream : streams) records += stream.head.sequence;
  return records;
}

// Reads streams on their own. Several are put in order by time: they know each other's records only
// by messages, which take some.
void walk_streams(const store::LogView& view, const Selection& selection, const Sink& sink) {
  bool more = true;
  const auto place_of = [&](PartitionId partition, Offset offset) {
    return store::Place{partition, group_of(view, partition, offset)};
  };
  if (selection.streams.size() == 1) {
    const StreamRef& one = selection.streams.front();
    check(walk_stream(view, one.partition, one.id, store::kNoOffset, store::kOffsetMax,
                      [&](const store::RecordView& record) {
                        if (more && selection.wants(one.partition, record))
                          more = sink(record, place_of(one.partition, record.offset));
                      }));
    return;
  }
  std::vector<Entry> entries;
  for (const StreamRef& one : selection.streams)
    check(walk_stream(view, one.partition, one.id, store::kNoOffset, store::kOffsetMax,
                      [&](const store::RecordView& record) {
                        if (selection.wants(one.partition, record))
                          entries.push_back(
                              entry_of(record, place_of(one.partition, record.offset)));
                      }));
  const bool by_time = has_several_logs(view);
  std::ranges::stable_sort(entries, {}, [&](const Entry& e) {
    return std::tuple(by_time ? 0 : e.group, by_time ? e.record.time : Time(), e.partition,
                      e.offset);
  });
  for (const Entry& entry : entries)
    if (!sink(view_of(entry), {entry.partition, entry.group})) return;
}

std::uint64_t records_after(const store::LogView& view, const std::vector<PartitionId>& partitions,
                            const Positions& from) {
  std::uint64_t records = 0;
  for (const PartitionId partition : partitions) {
    const Offset last = value_of(view.last(partition));
    const auto at = from.find(partition);
    const Offset first = at == from.end() ? 1 : at->second;
    records += last + 1 > first ? last + 1 - first : 0;
  }
  return records;
}

// Where each partition begins to matter: the later of `from` and `group`.
Positions starts_at_group(const store::LogView& view, const std::vector<PartitionId>& partitions,
                          const Positions& from, std::uint64_t group) {
  Positions starts = from;
  for (const PartitionId partition : partitions) {
    Offset& start = starts[partition];
    start = std::max(start, value_of(seek_group(view, partition, group)));
  }
  return starts;
}

void read_through(const store::LogView& view, const Selection& selection, const Positions& from,
                  ScanProgress& progress, const Sink& sink) {
  const auto partitions = selection.partitions(view.identity());
  progress.start("reading", records_after(view, partitions, from));
  Merge merge(view, partitions, from);
  const Time until = selection.matcher.filter().until;
  store::RecordView record;
  store::Place place;
  while (value_of(merge.next(record, place))) {
    progress.passed();
    if (until.is_set() && record.time > until + kClocksDiffer) break;
    if (selection.wants(place.partition, record) && !sink(record, place)) break;
  }
  progress.clear();
}

std::uint64_t newest_group(const store::LogView& view, const std::vector<PartitionId>& partitions) {
  std::uint64_t newest = 0;
  for (const PartitionId partition : partitions)
    if (const Offset last = value_of(view.last(partition)); last != store::kNoOffset)
      newest = std::max(newest, group_of(view, partition, last));
  return newest;
}

// The newest of the selection over several logs, whose groups say nothing of each other: looks at
// so many records of each partition, and takes what is newer than the first of any of them.
void newest_of_several(const store::LogView& view, const Selection& selection, std::size_t count,
                       const Positions& from, ScanProgress& progress, std::deque<Entry>& newest) {
  constexpr Offset kFirstRecords = 256;
  constexpr Offset kGrowth = 8;
  const auto partitions = selection.partitions(view.identity());
  for (Offset records = kFirstRecords;; records *= kGrowth) {
    Time begin;  // from here on all is looked at
    for (const PartitionId partition : partitions) {
      const Offset last = value_of(view.last(partition));
      if (last < from.at(partition) + records) continue;
      if (const auto entry = read_entry(view, partition, last - records))
        begin = std::max(begin, entry->record.time);
    }
    Positions starts = from;
    if (begin > Time{} + kClocksDiffer)
      for (auto& [partition, start] : starts)
        start = std::max(start, value_of(seek_time(view, partition, begin - kClocksDiffer)));
    newest.clear();
    read_through(view, selection, starts, progress,
                 [&](const store::RecordView& record, const store::Place& place) {
                   if (record.time < begin) return true;
                   newest.push_back(entry_of(record, place));
                   if (newest.size() > count) newest.pop_front();
                   return true;
                 });
    if (newest.size() == count || !begin.is_set()) return;
  }
}

}  // namespace

void ScanProgress::draw() {
  const auto now = std::chrono::steady_clock::now();
  progress_.advance(0x4000);
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  progress_.draw();
}

std::uint64_t group_of(const store::LogView& view, PartitionId partition, Offset offset) {
  const store::Slice slice = value_of(view.read(partition, offset, 1));
  if (slice.batches.empty()) return 0;
  return store::BatchView::claimed_group(*slice.batches.front());
}

Positions starts_of(const store::LogView& view, const Selection& selection) {
  Positions starts = selection.from;
  const Time since = selection.matcher.filter().since;
  for (const PartitionId partition : selection.partitions(view.identity())) {
    Offset& start = starts[partition];
    start = std::max({start, selection.matcher.filter().from, Offset{1}});
    if (since.is_set() && since > Time{} + kClocksDiffer)
      start = std::max(start, value_of(seek_time(view, partition, since - kClocksDiffer)));
  }
  return starts;
}

void scan(const store::LogView& view, const Selection& selection, ScanProgress& progress,
          const Sink& sink) {
  if (!selection.streams.empty() && records_of(selection.streams) <= kWalkedMax)
    return walk_streams(view, selection, sink);
  read_through(view, selection, starts_of(view, selection), progress, sink);
}

void scan_newest(const store::LogView& view, const Selection& selection, std::size_t count,
                 ScanProgress& progress, const Sink& sink) {
  constexpr std::uint64_t kFirstGroups = 1'024;
  constexpr std::uint64_t kGrowth = 8;
  std::deque<Entry> newest;
  const auto keep = [&](const store::RecordView& record, const store::Place& place) {
    newest.push_back(entry_of(record, place));
    if (newest.size() > count) newest.pop_front();
    return true;
  };
  if (!selection.streams.empty() && records_of(selection.streams) <= kWalkedMax) {
    walk_streams(view, selection, keep);
  } else if (has_several_logs(view)) {
    newest_of_several(view, selection, count, starts_of(view, selection), progress, newest);
  } else {
    const auto partitions = selection.partitions(view.identity());
    const Positions from = starts_of(view, selection);
    const std::uint64_t end = newest_group(view, partitions);
    for (std::uint64_t groups = kFirstGroups;; groups *= kGrowth) {
      newest.clear();
      const std::uint64_t begin = groups >= end ? 0 : end - groups;
      read_through(view, selection, starts_at_group(view, partitions, from, begin), progress, keep);
      if (newest.size() == count || begin == 0) break;
    }
  }
  for (const Entry& entry : newest)
    if (!sink(view_of(entry), {entry.partition, entry.group})) return;
}

}  // namespace souk::replay
