// `souk-replay import`: makes a data directory of a whole NDJSON export (export.hpp), with an equal
// log: the same partitions, offsets, sequences, groups and batches, byte by byte. Snapshots and
// read models are not in it; a node makes them again.
//
// Memory: some 10 MiB a thread, or the longest line if that is more; what store/log_restore.hpp
// takes; and RocksDB's buffers, 400 MiB at most.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>

#include "store/log.hpp"
#include "tools/shared/progress.hpp"

namespace souk::replay {

struct ImportOptions {
  std::string path;       // a file; "" or "-": the stream
  std::string directory;  // missing or empty
  unsigned threads = 1;   // that parse; one more reads and writes, if there are several
};

struct Imported {
  store::Identity identity;
  std::uint64_t records = 0;
  std::uint64_t last_group = 0;
  bool interrupted = false;  // `stop` was set: nothing is left of it
};

// Throws Failure, and leaves nothing, if there is no such file, the directory is not empty, or the
// export is not a whole one as souk-replay wrote it: then with the number of the line, what is
// wrong with it, and what to do.
Imported import_log(const ImportOptions& options, std::FILE* in, cli::Progress& progress,
                    const std::atomic<bool>* stop);

}  // namespace souk::replay
