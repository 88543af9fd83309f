#include "store/rocks_lock.hpp"

#include <rocksdb/env.h>

namespace souk::store {

Result<std::unique_ptr<RocksLock>> RocksLock::take(rocksdb::Env& env, const std::string& path) {
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status status = env.LockFile(path + "/LOCK", &lock);
  if (is_locked_by_another(status)) return in_use(path);
  if (!status.ok())
    return Status(Code::io_error,
                  "The data directory " + path + " cannot be locked: " + status.ToString() + '.');
  return std::unique_ptr<RocksLock>(new RocksLock(env, lock));
}

Result<std::unique_ptr<RocksLock>> RocksLock::take(const std::string& path) {
  return take(*rocksdb::Env::Default(), path);
}

RocksLock::~RocksLock() { (void)env_.UnlockFile(lock_); }

bool is_locked_by_another(const rocksdb::Status& status) {
  const std::string why = status.ToString();
  auto says = [&](const char* words) { return why.find(words) != std::string::npos; };
  return status.IsIOError() && says("lock") &&
         (says("hold by current process") || says("temporarily unavailable"));
}

Status in_use(const std::string& path) {
  return {Code::in_use, "The data directory " + path +
                            " is open in another process (lock held); stop it or choose another "
                            "--data."};
}

}  // namespace souk::store
