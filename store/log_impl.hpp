// The log's insides, shared by log.cpp (the public calls), log_open.cpp (what a start does),
// log_append.cpp (the writer's), log_read.cpp and log_follow.cpp (any thread's).
//
// One mutex guards what readers and the writer share; it is never held while the disk works. Fields
// marked "the writer's" are changed by the writer only: it reads them without the mutex, and holds
// the mutex to change those that readers look at.
#pragma once

#include <array>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/batch.hpp"
#include "store/log.hpp"
#include "store/stream_table.hpp"
#include "store/tail.hpp"

namespace souk::store {

struct Partition {
  explicit Partition(PartitionId partition) : id(partition) {}

  PartitionId id;
  StreamTable streams;
  Offset next_offset = 1;         // the writer's
  Offset heads_through = 0;       // the writer's; saved heads are complete up to this offset
  std::uint64_t heads_saved = 0;  // the writer's; how often heads of it were saved
  Status stopped;                 // why it takes no appends
  bool heads_known = true;        // false: its tail is damaged, so nobody knows where streams end
  Offset group_end = 1;           // the writer's; next_offset once the group is written
  BatchBuilder batch;             // the writer's; of the group that is being written
};

// Heads of a partition on their way into the database, with what that makes true.
struct HeadSave {
  Partition* partition;
  Offset through;  // with these, the partition's saved heads are complete up to here
  std::vector<std::pair<Stream*, Head>> heads;  // whom the partition's table keeps alive
};

struct Log::Impl {
  Impl(std::unique_ptr<Kv> kv_in, LogOptions options_in)
      : kv(std::move(kv_in)), options(std::move(options_in)), tail(options.tail_bytes_max) {}

  // --- a start, before any other thread knows the log
  // ---------------------------------------------
  struct DamagedEnd;
  Status recover(const Identity& wanted);
  Status check_identity(const Identity& wanted);
  void lay_out_partitions();
  Status load_counters();
  Status find_end(Partition& partition, std::vector<DamagedEnd>& damaged);
  Status cut_or_stop(const DamagedEnd& end, WriteBatch& cuts);
  Status rebuild_heads(Partition& partition);
  Status replay(Partition& partition, const RecordView& record);
  void stop_at_start(Partition& partition, Status why);

  // --- the writer
  // -----------------------------------------------------------------------------------
  std::vector<Status> append(std::span<Append> group, std::vector<Offset>& offsets);
  void put_snapshot(const Stream& stream, const Snapshot& snapshot);
  Status flush();
  Status save_waiting();
  Status admit(Append& append, Offset& offset, std::size_t& group_bytes);
  void build_batches(std::span<Append> group, const std::vector<Offset>& offsets,
                     WriteBatch& changes);
  std::vector<HeadSave> choose_heads();
  HeadSave take_heads(Partition& partition);
  void put_heads(const std::vector<HeadSave>& saves, WriteBatch& changes) const;
  Status write(const WriteBatch& changes);
  void publish_heads(const std::vector<HeadSave>& saves);
  std::vector<Tail::Value> take_batches(WriteBatch& changes) const;
  void publish_batches(std::vector<Tail::Value>& batches);

  // --- any thread
  // -----------------------------------------------------------------------------------
  bool surely_new(PartitionId id, std::string_view stream) const;
  Result<std::shared_ptr<Stream>> open_stream(PartitionId id, std::string_view stream);
  Result<Head> head(PartitionId id, std::string_view stream) const;
  Result<std::optional<Snapshot>> snapshot(PartitionId id, std::string_view stream,
                                           std::uint32_t version) const;
  Status read_stream(PartitionId id, std::string_view stream, Offset after,
                     const std::function<void(const RecordView&)>& f) const;
  Status scan(PartitionId id, Offset from, const std::function<bool(const RecordView&)>& f) const;
  Result<Slice> read(PartitionId id, Offset from, std::size_t bytes_max) const;
  std::optional<Slice> read_tail(PartitionId id, Offset from, std::size_t bytes_max) const;
  Status read_batches(const Partition& partition, std::size_t bytes_max, Slice& slice) const;
  std::size_t index_of(const Partition& partition) const {
    return static_cast<std::size_t>(&partition - partitions.data());
  }
  Result<std::vector<std::string>> open_streams(PartitionId id) const;

  Partition* find(PartitionId id) const;  // null if the directory has no such partition
  Status no_such(PartitionId id) const;   // the Status for that

  // A stream's head as the database has it: an empty one if the stream is new to it.
  Result<Head> saved_head(PartitionId id, std::string_view stream) const;

  // A snapshot's value, waiting or saved; "" if the database finds that it is damaged.
  Result<std::optional<std::string>> snapshot_value(const std::string& key) const;
  std::optional<std::string> waiting_snapshot(const std::string& key) const;
  Result<std::optional<Snapshot>> any_snapshot(PartitionId id, std::string_view stream) const;

  // Stops the partition if `status` is corruption. Returns `status`.
  Status note_damage(Partition& partition, Status status) const;

  std::unique_ptr<Kv> kv;
  LogOptions options;
  Identity identity;
  mutable std::vector<Partition> partitions;  // laid out once, at the start
  std::array<std::size_t, 256> first_of{};    // service number -> index of its partition 0

  mutable std::mutex mutex;
  Status failed;                                           // why the whole store takes no writes
  std::unordered_map<std::string, std::string> snapshots;  // waiting to be saved: key -> value
  Tail tail;
  std::uint64_t group = 0;           // the writer's; number of the newest group
  std::size_t dirty_heads = 0;       // the writer's; in all partitions together
  std::size_t next_to_save = 0;      // the writer's; whose turn it is to have heads saved
  std::vector<Partition*> in_group;  // the writer's; partitions of the group being written
};

}  // namespace souk::store
