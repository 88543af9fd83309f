// Records in, rows out.
#include <algorithm>

#include "actors/history/models_impl.hpp"
#include "events/upcast.hpp"

namespace souk::history {
namespace {

using read_models::RecordInfo;
using read_models::Tables;
using read_models::Unprojectable;

// Rows that stay in memory after a commit, a table.
constexpr std::size_t kRowsInMemoryMax = 50'000;

template <class Event>
void project_events(const store::RecordView& record, const RecordInfo& info, Tables& tables) {
  thread_local std::vector<Event> events;  // its memory is used again
  events.clear();
  for (const store::PayloadView& stored : record.events)
    if (!codec::read_event(stored.tag, stored.bytes, events))
      throw Unprojectable("one of its events cannot be read; was it written by a newer souk?");
  for (const Event& event : events) read_models::project(info, event, tables);
}

void project_record(const store::RecordView& record, PartitionId partition, Tables& tables) {
  if (record.events.empty()) return;
  const RecordInfo info{partition,       record.offset, record.stream,
                        record.sequence, record.time,   record.correlation_id};
  switch (partition.service) {
    case Service::order: return project_events<order::Event>(record, info, tables);
    case Service::stock: return project_events<stock::Event>(record, info, tables);
    case Service::wallet: return project_events<wallet::Event>(record, info, tables);
    case Service::coupon: return project_events<coupon::Event>(record, info, tables);
    case Service::campaign: return project_events<campaign::Event>(record, info, tables);
    case Service::checkout: return project_events<checkout::Event>(record, info, tables);
  }
  throw Unprojectable("its service is not known; was it written by a newer souk?");
}

std::string display(PartitionId partition) {
  return std::string(name_of(partition.service)) + "/" + std::to_string(partition.number);
}

}  // namespace

store::Offset Models::Impl::next(PartitionId partition) const {
  const auto found = cursors.find(partition);
  return found == cursors.end() ? 1 : found->second.applied + 1;
}

store::Status Models::Impl::apply(const store::Slice& slice) {
  log_is_damaged = false;
  if (slice.from > next(slice.partition))
    return {store::Code::invalid,
            "The read models want record " + std::to_string(next(slice.partition)) + " of " +
                display(slice.partition) + " next, not " + std::to_string(slice.from) + "."};
  return guarded([&] {
    while (next(slice.partition) < slice.next) {
      const Misfit misfit = take(slice, slice.next);
      uncommitted.push_back({slice, next(slice.partition)});
      if (misfit.offset != store::kNoOffset) park_at(slice, misfit);
    }
  });
}

// Takes the records before `end` that have not been taken yet, up to the first that does not fit.
Models::Impl::Misfit Models::Impl::take(const store::Slice& slice, store::Offset end) {
  const Cursor& cursor = cursors[slice.partition];
  Misfit misfit;
  check_log(slice.for_each([&](const store::RecordView& record) {
    if (record.offset >= end) return false;
    if (record.offset <= cursor.applied) return true;
    try {
      take(record, slice.partition);
    } catch (const Unprojectable& why) {
      misfit = {record.offset, why.what()};
      return false;
    }
    advance(record, slice.partition);
    return true;
  }));
  return misfit;
}

void Models::Impl::take(const store::RecordView& record, PartitionId partition) {
  if (!skipped.empty() && skipped.contains({partition, record.offset})) return;
  if (!parked.empty() && parked.contains({partition, std::string(record.stream)}))
    return park(record, partition, {});
  project_record(record, partition, tables);
}

void Models::Impl::advance(const store::RecordView& record, PartitionId partition) {
  Cursor& cursor = cursors[partition];
  cursor.applied = record.offset;
  cursor.at = record.time;
  ++records;
}

// The record has left its traces in the tables: they are forgotten, what came before it is done
// again and committed, and the record is parked.
void Models::Impl::park_at(const store::Slice& slice, const Misfit& misfit) {
  replay();
  commit();
  check_log(slice.for_each([&](const store::RecordView& record) {
    if (record.offset < misfit.offset) return true;
    park_first(record, slice.partition, misfit.reason);
    return false;
  }));
}

// Parks a record that does not fit, and commits, so that what is parked in memory is what is parked
// on the disk. Everything before it is committed.
void Models::Impl::park_first(const store::RecordView& record, PartitionId partition,
                              const std::string& reason) {
  const bool is_first = parked.emplace(partition, record.stream).second;
  park(record, partition, is_first ? reason : std::string());
  advance(record, partition);
  write();
}

void Models::Impl::park(const store::RecordView& record, PartitionId partition,
                        const std::string& reason) {
  parked_table.insert({std::string(name_of(partition.service)), partition.number,
                       static_cast<std::int64_t>(record.offset), std::string(record.stream),
                       static_cast<std::int64_t>(record.sequence), record.time, reason});
}

// Does again, from the last commit on, what has been applied since.
void Models::Impl::replay() {
  std::vector<Applied> again = std::move(uncommitted);
  discard();
  for (const Applied& one : again) {
    const Misfit misfit = take(one.slice, one.end);
    if (misfit.offset != store::kNoOffset)
      throw std::logic_error("record " + std::to_string(misfit.offset) + " of " +
                             display(one.slice.partition) +
                             " fitted and, done again, no longer does: " + misfit.reason);
  }
  uncommitted = std::move(again);
}

void Models::Impl::write_positions() {
  for (const auto& [partition, cursor] : cursors) {
    if (cursor.applied == cursor.committed) continue;
    const std::string service(name_of(partition.service));
    auto& row = position_table.find_or_insert({service, partition.number}, [&] {
      return read_models::PositionRow{service, partition.number, 0, {}};
    });
    row.position = static_cast<std::int64_t>(cursor.applied);
    row.at = cursor.at;
  }
  position_source.write(position_table);
}

void Models::Impl::commit() {
  try {
    write();
  } catch (const RowRefused&) {
    if (bulk == BulkLoad::yes || uncommitted.empty()) throw;
    commit_one_by_one();
  }
}

// One of the records makes a row that the database refuses: it is found by committing each alone.
// Slow, and rare: an aggregate has written what it should not have.
void Models::Impl::commit_one_by_one() {
  const std::vector<Applied> again = std::move(uncommitted);
  discard();
  for (const Applied& one : again) {
    const PartitionId partition = one.slice.partition;
    const auto take_alone = [&](const store::RecordView& record) {
      if (record.offset >= one.end) return false;
      if (record.offset < next(partition)) return true;
      std::string reason;
      try {
        take(record, partition);
        advance(record, partition);
        write();
        return true;
      } catch (const Unprojectable& why) {
        reason = why.what();
      } catch (const RowRefused& why) {
        reason = why.what();
      }
      discard();
      park_first(record, partition, reason);
      return true;
    };
    check_log(one.slice.for_each(take_alone));
  }
}

// Everything that has changed, in one transaction.
void Models::Impl::write() {
  options.step("begin");
  check(database.execute("BEGIN IMMEDIATE"));
  try {
    std::apply(
        [this](auto&... source) {
          (source.write(tables.of<typename std::remove_reference_t<decltype(source)>::row_type>()),
           ...);
        },
        sources);
    parked_source.write(parked_table);
    skipped_source.write(skipped_table);
    options.step("rows written");
    write_positions();
    options.step("positions written");
    check(database.execute("COMMIT"));
  } catch (...) {
    (void)database.execute("ROLLBACK");  // fails if SQLite has rolled back by itself
    throw;
  }
  options.step("committed");
  tables.for_each([](auto& table) {
    table.committed();
    table.shrink(kRowsInMemoryMax);
  });
  position_table.committed();
  parked_table.committed();
  parked_table.shrink(kRowsInMemoryMax);
  skipped_table.committed();
  for (auto& [partition, cursor] : cursors) {
    cursor.committed = cursor.applied;
    if (cursor.committed != store::kNoOffset) positions[partition] = cursor.committed;
  }
  parked_committed = parked;
  uncommitted.clear();
  records = 0;
}

void Models::Impl::discard() {
  tables.for_each([](auto& table) { table.discard(); });
  position_table.discard();
  parked_table.discard();
  skipped_table.discard();
  for (auto& [partition, cursor] : cursors) cursor.applied = cursor.committed;
  parked = parked_committed;
  uncommitted.clear();
  records = 0;
}

}  // namespace souk::history
