// What a database has saved beside the log, read and checked; and where its batches stand.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/kv.hpp"
#include "store/log.hpp"

namespace souk::store {

// A stream's saved head; an empty one if it has none. Corruption names the stream.
Result<Head> saved_head(const Kv& kv, PartitionId partition, std::string_view stream);

// Up to which offset the partition's saved heads are complete.
Result<Offset> saved_heads_through(const Kv& kv, PartitionId partition);

// A stream's saved snapshot, of whatever version, ahead of its head or not; nothing if it has none.
// Corruption names the stream.
Result<std::optional<Snapshot>> saved_snapshot(const Kv& kv, PartitionId partition,
                                               std::string_view stream);

// What was noted under the name; nothing if there is no such note. Corruption names it.
Result<std::optional<std::string>> saved_note(const Kv& kv, std::string_view name);

// The first offset of the partition's first batch whose key is greater than `after`; kNoOffset:
// there is none. Nothing of the batch itself is looked at.
Result<Offset> next_batch(const Kv& kv, PartitionId partition, Offset after);

}  // namespace souk::store
