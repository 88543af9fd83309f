// What the log needs of a database: five ordered columns of bytes, and atomic batches that can be
// synced. Implementations: RocksDB (rocks_kv.hpp), memory (memory_kv.hpp, for tests and the
// simulation).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/status.hpp"

namespace souk::store {

enum class Column : std::uint8_t { log = 0, heads = 1, open = 2, snapshots = 3, meta = 4 };
inline constexpr int kColumnCount = 5;

// A list of changes that become visible and durable together. `value` of a put may be moved in.
struct WriteBatch {
  struct Change {
    Column column;
    bool is_delete = false;
    std::string key;
    std::string value;
  };
  std::vector<Change> changes;
  void put(Column column, std::string key, std::string value) {
    changes.push_back({column, false, std::move(key), std::move(value)});
  }
  void erase(Column column, std::string key) {
    changes.push_back({column, true, std::move(key), {}});
  }
};

// Reads are thread-safe and may run beside the one writer; they see whole batches or nothing of
// them.
class Kv {
 public:
  virtual ~Kv() = default;

  // Applies the batch atomically. With `sync` it returns once the batch and everything before it
  // would survive a power cut. After a failed write every later write fails too (the failed fsync
  // is never retried): the caller must treat what it was writing as not written, and reopen.
  virtual Status write(const WriteBatch& batch, bool sync) = 0;

  // Puts what was written where the next open need not read it again. Changes nothing that is read,
  // and nothing about what survives a power cut. The writer's. Takes as long as writing what is
  // held in memory for that: a second or two.
  virtual Status flush() { return {}; }

  // Makes a copy of the database in `path`, a directory that must not exist: all that was written
  // before this call, and perhaps some of what is written meanwhile, as of one moment. Appears
  // whole, durable, or not at all. Shares the disk space of what is not changed any more, where the
  // file system can. From any thread. Fails with invalid (`path` exists, or the database has no
  // files), io_error.
  virtual Status checkpoint(const std::string& path) {
    return {Code::invalid, "There are no files to be copied to " + path + '.'};
  }

  virtual Result<std::optional<std::string>> get(Column column, std::string_view key) const = 0;

  // False only if the key surely does not exist; answers from memory, never from the disk.
  virtual bool may_exist(Column column, std::string_view key) const = 0;

  // An ordered walk. Not thread-safe itself; sees the state at its creation.
  class Cursor {
   public:
    virtual ~Cursor() = default;
    virtual void seek(std::string_view key) = 0;           // first key >= `key`
    virtual void seek_for_prev(std::string_view key) = 0;  // last key <= `key`
    virtual void next() = 0;
    virtual void prev() = 0;
    virtual bool valid() const = 0;
    virtual std::string_view key() const = 0;    // until the next move
    virtual std::string_view value() const = 0;  // until the next move
    virtual Status status()
        const = 0;  // not ok: the walk ended because of an error, not because of the end
  };
  virtual std::unique_ptr<Cursor> cursor(Column column) const = 0;

  // The same for a long walk forward: reads ahead, and leaves the cache to others.
  virtual std::unique_ptr<Cursor> long_cursor(Column column) const { return cursor(column); }
};

}  // namespace souk::store
