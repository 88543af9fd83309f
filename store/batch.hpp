// A batch: the records that one group commit appended to one partition, as one value of the log
// column. FORMAT.md describes every byte.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "events/service.hpp"
#include "store/record.hpp"

namespace souk::store {

inline constexpr std::uint32_t kBatchMagic = 0x48435442;  // "BTCH"; stored: never reuse
inline constexpr std::uint8_t kBatchVersion = 2;
inline constexpr std::size_t kBatchGroupAt = 16;
inline constexpr std::size_t kBatchFirstOffsetAt = 24;
inline constexpr std::size_t kBatchHeaderBytes = 40;

// The synced write that a batch is part of. Its batches, one a partition, make a ring in the order
// of the partitions, so whoever sees a group without one of them knows whose it was.
struct GroupPlace {
  std::uint64_t group = 0;  // number of the write; only grows, in the whole directory
  PartitionId next;         // whose batch is the next of the ring; its own if there is no other
  bool operator==(const GroupPlace&) const = default;
};

// Builds one batch value at a time and can be used again. First `expect` every record's size, then
// `begin`, then `add` the same records in the same order, then `finish`.
class BatchBuilder {
 public:
  void expect(std::size_t record_bytes) {
    ++count_;
    bytes_ += record_bytes;
  }
  std::uint32_t count() const { return count_; }

  void begin(PartitionId partition, Offset first_offset, const GroupPlace& place);
  void add(std::string_view record);

  // Moves the batch out and forgets it.
  void finish(std::string& key, std::string& value);

 private:
  std::uint32_t count_ = 0;
  std::uint32_t added_ = 0;
  std::size_t bytes_ = 0;
  std::string key_;
  std::string value_;
};

// A checked batch, read in place: borrows the value that it was parsed from. Regular value.
class BatchView {
 public:
  // Checks the seal, the header and the index, so that every accessor below is safe. Corruption
  // names the partition and the first offset, which are taken from the key.
  static Result<BatchView> parse(PartitionId partition, std::string_view key,
                                 std::string_view value);

  // The group number that a value claims to have, however damaged the rest of it is. kNoGroup if
  // not even that can be read.
  static constexpr std::uint64_t kNoGroup = std::numeric_limits<std::uint64_t>::max();
  static std::uint64_t claimed_group(std::string_view value);

  // Likewise the first offset. Zero if not even that can be read.
  static Offset claimed_first_offset(std::string_view value);

  std::string_view bytes() const { return value_; }
  std::uint64_t group() const { return place_.group; }
  const GroupPlace& place() const { return place_; }
  Offset first_offset() const { return first_offset_; }
  Offset end_offset() const { return first_offset_ + count_; }  // one past the last record's
  std::uint32_t count() const { return count_; }
  bool holds(Offset offset) const { return offset >= first_offset_ && offset < end_offset(); }

  // The bytes of the record at `offset`, which the batch must hold.
  std::string_view record(Offset offset) const;

 private:
  std::size_t position(std::uint32_t index) const;  // index == count_: the end of the value

  std::string_view value_;
  GroupPlace place_;
  Offset first_offset_ = kNoOffset;
  std::uint32_t count_ = 0;
};

// A corruption's Status: where it is, what is wrong there, and what to do.
Status corruption_at(PartitionId partition, Offset offset, std::string_view what);

}  // namespace souk::store
