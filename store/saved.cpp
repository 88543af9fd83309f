#include "store/saved.hpp"

#include <string>

#include "store/keys.hpp"
#include "store/values.hpp"

namespace souk::store {
namespace {

Status not_what_was_written(PartitionId partition, const std::string& what) {
  return {Code::corruption, "Partition " + display(partition) + " is damaged: " + what +
                                " is not what was written; restore the data directory from a "
                                "copy."};
}

// The first batch of the partition that begins at `from` or later.
Result<Offset> first_from(const Kv& kv, PartitionId partition, Offset from) {
  auto cursor = kv.cursor(Column::log);  // a new one: RocksDB's remember blocks that failed
  cursor->seek(log_key(partition, from));
  if (cursor->valid())
    return is_of(partition, cursor->key()) ? offset_of_log_key(cursor->key()) : kNoOffset;
  Status status = cursor->status();
  if (status.ok()) return kNoOffset;
  return Status(status.code(), "Partition " + display(partition) + " cannot be read at offset " +
                                   std::to_string(from) + ": " + status.message() + '.');
}

}  // namespace

Result<Head> saved_head(const Kv& kv, PartitionId partition, std::string_view stream) {
  const std::string key = stream_key(partition, stream);
  if (!kv.may_exist(Column::heads, key)) return Head{};
  auto value = kv.get(Column::heads, key);
  if (value.ok() && !*value) return Head{};
  if (value.ok()) {
    if (auto head = parse_head(key, **value)) return *head;
  } else if (value.status().code() != Code::corruption) {
    return value.status();
  }
  return not_what_was_written(partition, "the saved head of stream " + std::string(stream));
}

Result<Offset> saved_heads_through(const Kv& kv, PartitionId partition) {
  const std::string key = heads_through_key(partition);
  auto value = kv.get(Column::meta, key);
  if (!value.ok() && value.status().code() != Code::corruption) return value.status();
  if (value.ok() && !*value) return kNoOffset;
  auto through = value.ok() ? parse_counter(key, **value) : std::nullopt;
  if (!through) return not_what_was_written(partition, "how far its heads were saved");
  return *through;
}

Result<std::optional<Snapshot>> saved_snapshot(const Kv& kv, PartitionId partition,
                                               std::string_view stream) {
  const std::string key = stream_key(partition, stream);
  auto value = kv.get(Column::snapshots, key);
  if (!value.ok() && value.status().code() != Code::corruption) return value.status();
  if (value.ok() && !*value) return std::optional<Snapshot>();
  auto found = value.ok() ? parse_snapshot(key, **value) : std::nullopt;
  if (found) return found;
  return Status(Code::corruption, "Partition " + display(partition) +
                                      " is damaged: the snapshot of stream " + std::string(stream) +
                                      " is not what was written; a node ignores it.");
}

Result<std::optional<std::string>> saved_note(const Kv& kv, std::string_view name) {
  const std::string key = note_key(name);
  auto value = kv.get(Column::meta, key);
  if (!value.ok() && value.status().code() != Code::corruption) return value.status();
  if (value.ok() && !*value) return std::optional<std::string>();
  auto note = value.ok() ? parse_note(key, **value) : std::nullopt;
  if (note) return note;
  return Status(Code::corruption, "The data directory is damaged: its note \"" + std::string(name) +
                                      "\" is not what was written; restore it from a copy.");
}

// Where a block of a file is damaged, no key in it can be found: further and further ahead until
// something can be read, then back by halves to where that begins.
Result<Offset> next_batch(const Kv& kv, PartitionId partition, Offset after) {
  if (after == kOffsetMax) return kNoOffset;
  Offset damaged = after + 1;
  auto found = first_from(kv, partition, damaged);
  Offset readable = damaged;
  for (Offset step = 1; !found.ok(); step *= 2) {
    if (found.status().code() != Code::corruption || readable == kOffsetMax) return found;
    damaged = readable;
    readable = step < kOffsetMax - readable ? readable + step : kOffsetMax;
    found = first_from(kv, partition, readable);
  }
  while (readable - damaged > 1) {
    const Offset middle = damaged + (readable - damaged) / 2;
    auto nearer = first_from(kv, partition, middle);
    if (nearer.ok()) found = nearer;
    (nearer.ok() ? readable : damaged) = middle;
  }
  return found;
}

}  // namespace souk::store
