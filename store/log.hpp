// The log: every partition of a node, in one database. Heads and open streams are derived from it
// and may lag; a start rebuilds them from the log's tail. Snapshots are a cache.
//
// Threads: `append`, `put_snapshot`, `put_note`, `flush` belong to the one writer. Everything else
// may be called from any thread. A Stream belongs to the actor that opened it, except for the
// fields that the log sets in `append`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/kv.hpp"
#include "store/record.hpp"
#include "store/slice.hpp"

namespace souk::store {

// Where a stream ends.
struct Head {
  Offset offset = kNoOffset;  // of its last record
  Sequence sequence = 0;      // of its last record
  bool open = false;          // kRecordOpen of its last record
  bool operator==(const Head&) const = default;
};

// A stream that an actor has loaded and appends to. Owned jointly by that actor and, while its head
// is not yet saved, by the log; whoever opens the stream meanwhile gets the same object. At any
// time at most one actor may append to a stream: a second one gets stale_sequence. Made by
// Log::open_stream only: the log must know every handle.
class Stream {
 public:
  Stream(PartitionId partition, std::string id, Head head)
      : partition_(partition), id_(std::move(id)), head_(head), tip_(head) {}
  PartitionId partition() const { return partition_; }
  const std::string& id() const { return id_; }

 private:
  friend class Log;
  friend class StreamTable;
  PartitionId partition_;
  std::string id_;
  Head head_;              // of what is durable. The log's, under its lock, like all that follows
  Head tip_;               // of what is durable or being written just now
  bool dirty_ = false;     // head_ is, or will be, newer than the saved one
  bool was_open_ = false;  // the saved head is marked open
};

// One record to append. The bytes are encode_record's; sequence and open are the record's, said
// again so that the log need not parse.
struct Append {
  std::shared_ptr<Stream> stream;
  Sequence sequence = 0;
  bool open = false;
  std::string bytes;
};

struct Snapshot {
  std::uint32_t version = 0;  // the aggregate's kSnapshotVersion when it was written
  Offset offset = kNoOffset;  // of the last record folded into it
  Sequence sequence = 0;
  std::string bytes;  // state and receipts, as the host wrote them
};

// Who the directory belongs to. Written when it is created, and again when a newer souk that has
// more services first opens it.
struct Identity {
  std::string cluster_id;
  std::map<Service, std::uint16_t> partitions;  // how many each service has; fixed for ever
  bool operator==(const Identity&) const = default;
};

inline constexpr std::uint32_t kFormatVersion = 2;

struct LogOptions {
  // How many heads may wait to be saved with a later batch.
  std::size_t dirty_heads_max = 8192;
  // How many records of a partition a start may have to read again to rebuild the heads that
  // waited.
  std::uint64_t heads_lag_max = 16 * 1024;
  // How many bytes of the newest batches, of all partitions together, stay in memory for those who
  // follow the log; 0: none do.
  std::size_t tail_bytes_max = 32u << 20;
  // Told in one sentence about a torn tail that was cut, a partition that stopped, a snapshot that
  // is damaged. Called from whichever thread found it.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

class Log {
 public:
  // Opens or creates. Fails with wrong_cluster, newer_format, io_error, corruption of the meta
  // column. A partition whose log is corrupt does not make it fail: that partition is stopped (see
  // `stopped`), and `warn` is told.
  static Result<std::unique_ptr<Log>> open(std::unique_ptr<Kv> kv, const Identity& identity,
                                           LogOptions options = {});
  ~Log();

  const Identity& identity() const;

  // --- the writer's -----------------------------------------------------------------------------

  // Appends a group: one batch a partition, in the order given, all of them in one synced write.
  // Returns one Status per append, in order. Those that are ok are durable; `offsets[i]` is where.
  // A failure stops the partition (or, if the write itself failed, all of them): nothing of the
  // group that failed is readable, now or after a restart ... with the one exception that a write
  // whose sync failed may or may not be found by the next start: it was never acknowledged.
  std::vector<Status> append(std::span<Append> group, std::vector<Offset>& offsets);

  // Saves a snapshot with the next group (or with `flush`). Replaces an older one; lost if the
  // process dies before.
  void put_snapshot(const Stream& stream, Snapshot snapshot);

  // Keeps a few bytes beside the log, under a name, synced. Replaces an older note of that name.
  // Copies of the directory have it, exports of the log do not. Failures are as for `append`.
  Status put_note(std::string_view name, std::string_view bytes);

  // Saves all waiting heads and snapshots, synced, and leaves the database so that it opens fast.
  // Called at a clean stop.
  Status flush();

  // --- any thread's ----------------------------------------------------------------------------

  // True only if the stream surely has no records. Memory only: never waits for the disk.
  bool surely_new(PartitionId partition, std::string_view id) const;

  // The handle to append with, positioned at the stream's head; a new stream's if there is none.
  // May read the disk.
  Result<std::shared_ptr<Stream>> open_stream(PartitionId partition, std::string_view id);
  Result<Head> head(PartitionId partition, std::string_view id) const;

  // The stream's snapshot, if there is one of this version.
  Result<std::optional<Snapshot>> snapshot(PartitionId partition, std::string_view id,
                                           std::uint32_t version) const;

  // Calls `f` for the stream's records after `after` (an offset; kNoOffset for all) up to its head,
  // oldest first. Walks back over the previous offsets, then forward.
  Status read_stream(PartitionId partition, std::string_view id, Offset after,
                     const std::function<void(const RecordView&)>& f) const;

  // Calls `f` for the partition's records from offset `from` on, in order, while it returns true.
  Status scan(PartitionId partition, Offset from,
              const std::function<bool(const RecordView&)>& f) const;

  // The partition's durable records from `from` on, in whole batches: at least one if there is one,
  // and no more than `bytes_max` bytes of them otherwise. Empty if `from` is where the partition
  // ends. May read the disk. What it read before a damaged batch it gives; damage at `from` is
  // corruption. `invalid` if the partition ends before `from`: the reader has read another log.
  Result<Slice> read(PartitionId partition, Offset from, std::size_t bytes_max) const;

  // The same from memory only: nothing if the disk would have to be asked, or if `read` would fail.
  std::optional<Slice> read_tail(PartitionId partition, Offset from, std::size_t bytes_max) const;

  // For those who look at the log from outside. A stream's snapshot as it is, of whatever version,
  // waiting or saved; corruption if it is damaged, which stops nothing. And the first offset of the
  // first batch whose key is greater than `after` (kNoOffset: none is), damaged or not.
  Result<std::optional<Snapshot>> any_snapshot(PartitionId partition, std::string_view id) const;
  Result<Offset> next_batch(PartitionId partition, Offset after) const;

  // What was noted under the name; nothing if there is no such note. Corruption if it is damaged,
  // which stops nothing.
  Result<std::optional<std::string>> note(std::string_view name) const;

  // Ids of the partition's streams that have work left.
  Result<std::vector<std::string>> open_streams(PartitionId partition) const;

  // The offset that the partition's next record will get; 1 for an empty one.
  Offset next_offset(PartitionId partition) const;

  // Makes a copy of the data directory in `path`, a directory that must not exist: a data directory
  // of its own, as of one moment, with everything that was acknowledged before this call. Appears
  // whole, durable, or not at all. Takes as long as writing what is held in memory (a second), and
  // much longer if `path` is on another file system. Appends go on meanwhile. Fails with invalid
  // (`path` exists, or this log is not in files), io_error.
  Status checkpoint(const std::string& path) const;

  // Why the partition takes no more appends, if it does not.
  Status stopped(PartitionId partition) const;

 private:
  struct Impl;
  explicit Log(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace souk::store
