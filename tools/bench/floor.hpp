// What the disk and RocksDB alone would make of a run: the batches of its log written once more,
// the same keys and values, each group commit one synced write, by one thread that does nothing
// else. No node can be faster than this on the same machine; how near it comes is the figure.
//
// Only the log column is repeated. What a node writes beside it (saved heads, snapshots) is its own
// overhead and not part of the floor. Of the log, what was written before the first order (the
// seeding) is left out.
#pragma once

#include <cstdint>
#include <filesystem>

#include "store/kv.hpp"

namespace souk::bench {

struct FloorResult {
  std::uint64_t orders = 0;
  std::uint64_t records = 0;
  std::uint64_t groups = 0;
  std::uint64_t bytes = 0;  // of keys and values
  double seconds = 0;       // in writes; reading the run's log is not timed
  double cpu_seconds = 0;   // of this process, in the same time (with RocksDB's own threads)

  double per_second(std::uint64_t count) const { return seconds > 0 ? count / seconds : 0.0; }
};

// `from` is the data directory of a run whose node has stopped; `scratch` a directory for the copy,
// which must not exist or be empty. Throws BenchError if one cannot be opened, the log is corrupt
// or holds no orders, or a write fails.
FloorResult run_floor(const std::filesystem::path& from, const std::filesystem::path& scratch);

// The same between two open databases; `copy` must be empty.
FloorResult copy_log(const store::Kv& log, store::Kv& copy);

}  // namespace souk::bench
