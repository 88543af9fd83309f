// Writes a log as it was: records with the offsets, the groups and the batches that they once had.
// For imports into a new data directory; what Log writes goes on after it.
//
// Nothing is synced before `finish`: until then the directory is not to be relied on, and one that
// was left half-way is to be thrown away.
//
// Memory: the group that is being written, some 4 MiB of batches, and about 150 bytes for each
// stream that is remembered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/batch.hpp"
#include "store/kv.hpp"
#include "store/log.hpp"

namespace souk::store {

// One thread's.
class LogRestore {
 public:
  static constexpr std::size_t kStreamsMax = 500'000;

  // `kv` must be empty. The ends of `streams_max` streams are remembered, those of further ones are
  // read from the database. Fails with invalid, io_error.
  static Result<std::unique_ptr<LogRestore>> begin(std::unique_ptr<Kv> kv, const Identity& identity,
                                                   std::size_t streams_max = kStreamsMax);

  // The next record: its group is that of the record before or a later one, its offset is the
  // partition's next, its sequence and its previous offset are its stream's. `bytes` are
  // encode_record's, with the previous offset filled in. `next` is whose batch follows in the
  // group's ring, if that is not the one that follows in the group as it is given here.
  //
  // Anything else is invalid: the sentence says what does not follow, and nothing of the record is
  // kept. After a failure of the database (io_error) nothing more can be added.
  Status add(PartitionId partition, std::uint64_t group, const std::optional<PartitionId>& next,
             Offset offset, std::string_view bytes);

  // Saves where all streams end, so that a start has nothing to read again, and syncs everything.
  // Once; nothing can be added after it.
  Status finish();

  Offset last(PartitionId partition) const;  // of what was added; kNoOffset: nothing
  std::uint64_t group() const { return group_; }

 private:
  struct Partition {
    Offset last = kNoOffset;
    BatchBuilder batch;               // of the group
    std::optional<PartitionId> next;  // of the ring, if it is given
  };
  struct Line {  // a record of the group
    Partition* partition;
    std::size_t at, size;  // in bytes_
  };
  struct Known {
    Head head;
    bool was_open = false;  // the saved head is marked open
    bool is_saved = false;  // the saved head is this one
  };

  LogRestore(std::unique_ptr<Kv> kv, const Identity& identity, std::size_t streams_max);
  Status admit(PartitionId id, Partition& partition, Offset offset, std::string_view bytes);
  Result<Known*> stream(PartitionId partition, std::string_view id);
  Status end_group();
  Status write(bool sync);
  Status save_heads();

  std::unique_ptr<Kv> kv_;
  std::size_t streams_max_;
  std::map<PartitionId, Partition> partitions_;
  std::uint64_t group_ = 0;
  std::string bytes_;        // of the group's records
  std::vector<Line> lines_;  // of the group
  WriteBatch changes_;
  std::size_t change_bytes_ = 0;
  std::unordered_map<std::string, Known> streams_;  // by key
  bool heads_saved_ = false;                        // the database may know streams that we do not
};

}  // namespace souk::store
