// Single records and single aggregates, without reading the log through.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "actors/history/fold.hpp"
#include "tools/replay/entry.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/moment.hpp"
#include "tools/replay/stream_ref.hpp"

namespace souk::replay {

// The record at an offset; nothing if the partition ends before it. Throws Failure.
std::optional<Entry> read_entry(const store::LogView& view, PartitionId partition,
                                store::Offset offset);

// The stream's last `count` records up to the one at `offset`, which is one of them; oldest first.
std::vector<Entry> entries_up_to(const store::LogView& view, PartitionId partition,
                                 store::Offset offset, std::size_t count);

// Calls `f` for the stream's records after offset `after`, of which there are at most `count`, that
// the moment covers, oldest first. Walks along the stream, or reads the partition through if the
// stream is most of it. Throws Failure.
void each_record(const store::LogView& view, const StreamRef& stream, store::Offset after,
                 std::uint64_t count, const Moment& moment,
                 const std::function<void(const store::RecordView&)>& f);

// The Failure for a record that the aggregate's code cannot read.
[[noreturn]] void fail_unreadable(PartitionId partition, store::Offset offset);

// The aggregate as it was at a moment: from its snapshot if that is not later. `seen` is called for
// each record that is folded, after it. Throws Failure.
template <class A>
history::Folded<A> fold_to(
    const store::LogView& view, const StreamRef& stream, const Moment& moment,
    const std::function<void(const store::RecordView&, const history::Folded<A>&)>& seen = {}) {
  history::Folded<A> folded;
  if (!seen) {
    // What is damaged, or was written ahead of the log's end, is passed over, as a start does.
    auto snapshot = view.snapshot(stream.partition, stream.id);
    history::Folded<A> begun;
    if (snapshot.ok() && *snapshot && (*snapshot)->offset <= stream.head.offset &&
        history::begin_with<A>(**snapshot, begun) &&
        moment.covers(begun.last_offset, begun.last_time))
      folded = std::move(begun);
  }
  each_record(view, stream, folded.last_offset, stream.head.sequence - folded.sequence, moment,
              [&](const store::RecordView& record) {
                if (!history::fold_record<A>(record, folded))
                  fail_unreadable(stream.partition, record.offset);
                if (seen) seen(record, folded);
              });
  return folded;
}

}  // namespace souk::replay
