#include "store/log_ends.hpp"

#include "store/batch_cursor.hpp"
#include "store/keys.hpp"
#include "store/outside.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

Result<Offset> end_of(const Kv& kv, PartitionId partition) {
  auto cursor = kv.cursor(Column::log);
  cursor->seek_for_prev(log_key(partition, kOffsetMax));
  if (!cursor->valid() && !cursor->status().ok()) return cursor->status();
  if (!cursor->valid() || !is_of(partition, cursor->key())) return kNoOffset;
  auto last = BatchView::parse(partition, cursor->key(), cursor->value());
  if (!last.ok()) return last.status();
  return last->end_offset() - 1;
}

Result<LogEnd> look_at(const Kv& kv, PartitionId partition, Offset read) {
  auto end = end_of(kv, partition);
  if (!end.ok()) return end.status();
  LogEnd result{*end, {}};
  if (read >= *end) return result;
  BatchCursor cursor(kv, partition);
  RecordView record;
  if (Status status = cursor.read(read + 1, record); !status.ok()) return status;
  result.next_at = record.time;
  return result;
}

}  // namespace

Result<LogEnds> log_ends(const Kv& kv, const Positions& read) {
  auto identity = read_identity(kv);
  if (!identity.ok()) return identity.status();
  LogEnds ends;
  if (!*identity) return ends;  // a node has made the directory, and nothing in it yet
  for (const auto& [service, count] : (*identity)->partitions) {
    for (std::uint16_t number = 0; number < count; ++number) {
      const PartitionId partition{service, number};
      const auto at = read.find(partition);
      auto end = look_at(kv, partition, at == read.end() ? kNoOffset : at->second);
      if (!end.ok()) return end.status();
      ends.emplace(partition, *end);
    }
  }
  return ends;
}

Result<LogEnds> log_ends(const std::string& path, const Positions& read) {
  auto kv = open_from_outside(path);
  if (!kv.ok()) return kv.status();
  return log_ends(**kv, read);
}

}  // namespace souk::store
