// What the gateway asks about the log as it is: its batches, where streams end, their snapshots,
// and copies of the whole. For tools that look at the log of a node that runs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/positions.hpp"

namespace souk::gateway {

enum class LogOutcome : std::uint8_t {
  ok,
  no_partition,  // the node has no such partition
  beyond_end,    // the partition ends before what was asked for
  damaged,       // what was asked for is not what was written
  refused,       // of a backup: the directory will not do
  exists,        // of a backup: the directory is there already
  busy,          // of a backup: another one is being made
  failed,        // the disk said no
  unavailable,   // the node is stopping, or does not serve its log
  overloaded,    // too much is asked at once; nothing was done
};

template <class T>
struct LogAnswer {
  LogOutcome outcome = LogOutcome::ok;
  std::string detail;  // one sentence, unless ok
  T value = {};
};

// Called exactly once, on any thread; must not block.
template <class T>
using LogDone = std::function<void(LogAnswer<T>)>;

struct LogPartition {
  PartitionId id;
  std::uint64_t last = 0;  // offset of its last record; 0: it has none
  std::string stopped;     // why it takes no more, in one sentence; "" if it does not
};

struct LogInfo {
  std::string cluster_id;
  std::uint32_t format_version = 0;
  std::vector<LogPartition> partitions;  // all, in their order
};

// Whole batches, one after the other, each with its length in bytes before it (32 bits, little
// endian). Which records they are: `from` to `next` - 1; the first may begin before `from`.
struct LogBatches {
  std::uint64_t from = 1;
  std::uint64_t next = 1;  // == from: nothing
  std::uint64_t end = 1;   // one past the partition's last record, when this was read
  std::shared_ptr<const std::string> bytes;
};

// Batches from the record at `from` on: at least one if there is one, and no more than `bytes_max`
// bytes of them otherwise. If there is none, waits so long for one.
struct ReadBatches {
  PartitionId partition;
  std::uint64_t from = 1;
  std::size_t bytes_max = 1u << 20;
  Duration wait;
  LogDone<LogBatches> done;
};

// The first offset of the batch that follows the offset `after`, whatever state it is in; 0: none
// follows.
struct FindBatch {
  PartitionId partition;
  std::uint64_t after = 0;
  LogDone<std::uint64_t> done;
};

// Where a stream ends; all 0 if the log has no record of it.
struct LogHead {
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;
  bool open = false;
};

// A stream's saved snapshot, as it is.
struct LogSnapshot {
  bool found = false;
  std::uint32_t version = 0;
  std::uint64_t offset = 0;
  std::uint64_t sequence = 0;
  std::shared_ptr<const std::string> bytes;
};

template <class T>
struct StreamRequest {
  PartitionId partition;
  std::string stream;
  LogDone<T> done;
};

// A copy of the data directory's log, made while the node goes on.
struct BackUp {
  std::string directory;  // absolute; must not exist, but the folder that it is to stand in must
  struct Made {
    std::string directory;
    Positions position;  // everything up to here is in it, and it may hold more
    std::uint64_t bytes = 0;
    std::uint64_t hard_linked_bytes = 0;  // of those: shared with the data directory
    Duration took;
  };
  LogDone<Made> done;
};

}  // namespace souk::gateway
