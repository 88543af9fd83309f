// The lock that RocksDB takes of a directory, for those who handle its files themselves.
#pragma once

#include <memory>
#include <string>

#include "store/status.hpp"

namespace rocksdb {
class Env;
class FileLock;
class Status;
}  // namespace rocksdb

namespace souk::store {

// Held until it is destroyed.
class RocksLock {
 public:
  // Fails with in_use if somebody has the database in `path` open, io_error. `env` must outlive the
  // lock.
  static Result<std::unique_ptr<RocksLock>> take(rocksdb::Env& env, const std::string& path);

  // By the operating system's files.
  static Result<std::unique_ptr<RocksLock>> take(const std::string& path);

  ~RocksLock();
  RocksLock(const RocksLock&) = delete;
  RocksLock& operator=(const RocksLock&) = delete;

 private:
  RocksLock(rocksdb::Env& env, rocksdb::FileLock* lock) : env_(env), lock_(lock) {}

  rocksdb::Env& env_;
  rocksdb::FileLock* lock_;
};

// Whether that is what a status of RocksDB's says, and how it is said to people.
bool is_locked_by_another(const rocksdb::Status& status);
Status in_use(const std::string& path);

}  // namespace souk::store
