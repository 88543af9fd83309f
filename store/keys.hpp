// The one registry of the store's keys. FORMAT.md says the same in prose. Numbers in keys are
// big-endian, so that the order of the bytes is the order of the offsets.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "events/service.hpp"
#include "store/record.hpp"

namespace souk::store {

enum class MetaKind : std::uint8_t {  // stored: never reuse
  identity = 1,                       // whose directory this is, and in which format
  heads_through = 2,                  // one a partition: its saved heads are complete up to here
  group = 3,                          // the newest group number that was saved
  note = 4,                           // by name: what a node keeps beside its log
};

inline constexpr std::size_t kPartitionKeyBytes = 3;
inline constexpr std::size_t kLogKeyBytes = kPartitionKeyBytes + 8;
inline constexpr Offset kOffsetMax = std::numeric_limits<Offset>::max();

// service u8 | number u16: begins every key of log, heads, open and snapshots.
inline std::string partition_key(PartitionId partition) {
  return {static_cast<char>(partition.service), static_cast<char>(partition.number >> 8),
          static_cast<char>(partition.number)};
}

// heads, open, snapshots: partition | the stream's id.
inline std::string stream_key(PartitionId partition, std::string_view id) {
  std::string key;
  key.reserve(kPartitionKeyBytes + id.size());
  key += partition_key(partition);
  key += id;
  return key;
}

// log: partition | offset of the batch's first record u64.
inline std::string log_key(PartitionId partition, Offset first_offset) {
  std::string key = partition_key(partition);
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(first_offset >> shift);
  return key;
}

// meta: kind u8, for heads_through followed by the partition.
inline std::string meta_key(MetaKind kind) { return {static_cast<char>(kind)}; }
inline std::string heads_through_key(PartitionId partition) {
  return meta_key(MetaKind::heads_through) + partition_key(partition);
}

// meta: kind u8 | the note's name, to the key's end.
inline std::string note_key(std::string_view name) {
  return meta_key(MetaKind::note) + std::string(name);
}

inline bool is_of(PartitionId partition, std::string_view key) {
  return key.starts_with(partition_key(partition));
}

// The first offset in a key of the log; kNoOffset if it is not one.
inline Offset offset_of_log_key(std::string_view key) {
  if (key.size() != kLogKeyBytes) return kNoOffset;
  Offset offset = 0;
  for (char c : key.substr(kPartitionKeyBytes)) offset = offset << 8 | static_cast<std::uint8_t>(c);
  return offset;
}

// How messages call a partition: "stock/3".
inline std::string display(PartitionId partition) {
  return std::string(name_of(partition.service)) + '/' + std::to_string(partition.number);
}

}  // namespace souk::store
