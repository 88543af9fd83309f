// What lies on a memory disk, and what of a log can be read there without one.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "store/memory_kv.hpp"
#include "store/record.hpp"

namespace souk::fuzz {

// A record where it stands.
struct Stood {
  store::Offset offset = store::kNoOffset;
  store::Offset previous = store::kNoOffset;
  store::Record record;
  bool operator==(const Stood&) const = default;
};
using Records = std::vector<Stood>;

Stood stood(const store::RecordView& view);

// Column by column.
using Contents = std::array<store::MemoryDisk::Map, store::kColumnCount>;

Contents contents_of(const store::MemoryDisk& disk);
std::shared_ptr<store::MemoryDisk> disk_with(const Contents& contents);

// The partition's records up to its first damage or gap, read by nothing but the batches' own
// parser: batch after batch in the order of their keys, each where the one before it ends.
Records readable(const store::MemoryDisk::Map& log, PartitionId partition);

}  // namespace souk::fuzz
