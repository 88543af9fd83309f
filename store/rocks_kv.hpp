// The five columns in a RocksDB database of their own.
//
// Memory: two memtables of each of the sizes below at most (three for the log), the block cache,
// and about 1.3 bytes a stream for the filters that let may_exist answer without the disk.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "store/kv.hpp"

namespace rocksdb {
class Env;
}

namespace souk::store {

struct RocksOptions {
  std::string path;  // a directory
  bool create_if_missing = true;
  rocksdb::Env* env = nullptr;  // not owned; null: the operating system's. For tests
  std::size_t log_buffer_bytes = 32u << 20;
  std::size_t heads_buffer_bytes = 16u << 20;
  std::size_t snapshots_buffer_bytes = 32u << 20;
  std::size_t block_cache_bytes = 64u << 20;
  std::size_t wal_bytes_max = 48u << 20;  // what a start may read again: 3 to 10 ms a megabyte
  // Told in one sentence about a torn last write that a start cut off.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

// Fails with in_use (another process has it open), not_found (there is none and it may not be
// created), newer_format, corruption, io_error. The write-ahead log's last write may be torn (it
// was never acknowledged) and is then cut off; damage before it is corruption.
Result<std::unique_ptr<Kv>> open_rocks_kv(const RocksOptions& options);

// The database in `path` as it is now, whether or not another process has it open: takes no lock
// and changes not a byte of the directory. What is written later is not seen, and every write
// fails. Takes as long and as much memory as reading the write-ahead log again, and 0.1 ms for each
// table. All tables are opened at once: the other process may delete one at any time, and only what
// is open can be read then. (Not even a look at its lock would help: it may take that later.) Fails
// with not_found, newer_format, corruption, io_error; with the last two also because files went
// away while they were read: try again.
Result<std::unique_ptr<Kv>> open_rocks_kv_to_read(const std::string& path);

}  // namespace souk::store
