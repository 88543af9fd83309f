// What a database has saved beside the log, read and checked.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/kv.hpp"
#include "store/log.hpp"

namespace souk::store {

// A stream's saved head; an empty one if it has none. Corruption names the stream.
Result<Head> saved_head(const Kv& kv, PartitionId partition, std::string_view stream);

// Up to which offset the partition's saved heads are complete.
Result<Offset> saved_heads_through(const Kv& kv, PartitionId partition);

}  // namespace souk::store
