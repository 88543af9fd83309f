#include "crash_env.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace souk::store {
namespace {

using rocksdb::IOStatus;

bool is_wal(const std::string& name) { return name.ends_with(".log"); }

class CrashFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  CrashFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, CrashFileSystem& disk)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), disk_(disk) {}

  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                  rocksdb::IODebugContext* debug) override {
    std::size_t allowed = 0;
    IOStatus status = disk_.append(name_, data.size(), allowed);
    IOStatus written = target()->Append(rocksdb::Slice(data.data(), allowed), options, debug);
    return status.ok() ? written : status;
  }
  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                  const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override {
    IOStatus status = disk_.change();
    if (status.ok()) status = target()->Truncate(size, options, debug);
    if (status.ok()) disk_.after_truncate(name_, size);
    return status;
  }
  IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    IOStatus status = disk_.before_sync(name_);
    if (status.ok()) status = target()->Flush(options, debug);
    if (status.ok()) disk_.after_sync(name_);  // no need to wait for the real disk
    return status;
  }
  IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return Sync(options, debug);
  }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                     rocksdb::IODebugContext*) override {
    return IOStatus::OK();  // a hint, which makes nothing durable
  }

 private:
  std::string name_;
  CrashFileSystem& disk_;
};

class CrashDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  CrashDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, CrashFileSystem& disk)
      : FSDirectoryWrapper(std::move(directory)), disk_(disk) {}

  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    IOStatus status = disk_.change();
    if (status.ok()) disk_.after_directory_sync();
    return status;
  }
  IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  CrashFileSystem& disk_;
};

}  // namespace

void CrashFileSystem::cut_power_at(std::uint64_t n) {
  std::lock_guard lock(mutex_);
  off_at_ = changes_ + n;
}

bool CrashFileSystem::power_is_off() const {
  std::lock_guard lock(mutex_);
  return off_at_ != 0 && changes_ >= off_at_;
}

void CrashFileSystem::fail_wal_sync_at(std::uint64_t n) {
  std::lock_guard lock(mutex_);
  sync_fails_at_ = wal_syncs_ + n;
}

void CrashFileSystem::leave_space(std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  space_ = bytes;
}

std::uint64_t CrashFileSystem::changes() const {
  std::lock_guard lock(mutex_);
  return changes_;
}

std::uint64_t CrashFileSystem::wal_syncs() const {
  std::lock_guard lock(mutex_);
  return wal_syncs_;
}

void CrashFileSystem::lose_unsynced(std::uint64_t seed) {
  std::lock_guard lock(mutex_);
  std::mt19937_64 random(seed);
  for (auto& [name, file] : files_) {
    std::error_code error;
    if (!std::filesystem::exists(name, error)) continue;
    std::uint64_t unsynced = file.size - std::min(file.size, file.synced);
    std::uint64_t kept = seed == 0 ? 0 : random() % (unsynced + 1);
    std::filesystem::resize_file(name, file.synced + kept, error);
  }
  if (seed == 0) undo_names();
  files_.clear();
  unnamed_.clear();
  renamed_.clear();
  off_at_ = sync_fails_at_ = 0;
  space_ = ~std::uint64_t{0};
}

void CrashFileSystem::undo_names() {
  for (auto at = renamed_.rbegin(); at != renamed_.rend(); ++at) {
    std::filesystem::remove(at->to);
    if (at->replaced) std::ofstream(at->to, std::ios::binary) << *at->replaced;
  }
  for (const std::string& name : unnamed_) std::filesystem::remove(name);
}

IOStatus CrashFileSystem::change() {
  std::lock_guard lock(mutex_);
  return change_locked();
}

IOStatus CrashFileSystem::change_locked() {
  ++changes_;
  if (off_at_ != 0 && changes_ >= off_at_) return IOStatus::IOError("the power is off");
  return IOStatus::OK();
}

IOStatus CrashFileSystem::append(const std::string& name, std::size_t size, std::size_t& allowed) {
  std::lock_guard lock(mutex_);
  IOStatus status = change_locked();
  if (!status.ok()) {
    allowed = changes_ == off_at_ ? size / 2 : 0;
  } else if (size > space_) {
    allowed = space_;
    status = IOStatus::NoSpace("the disk is full");
  } else {
    allowed = size;
  }
  space_ -= std::min<std::uint64_t>(space_, allowed);
  files_[name].size += allowed;
  return status;
}

IOStatus CrashFileSystem::before_sync(const std::string& name) {
  std::lock_guard lock(mutex_);
  if (is_wal(name) && ++wal_syncs_ == sync_fails_at_) return IOStatus::IOError("the sync failed");
  return change_locked();
}

void CrashFileSystem::after_sync(const std::string& name) {
  std::lock_guard lock(mutex_);
  files_[name].synced = files_[name].size;
}

void CrashFileSystem::after_truncate(const std::string& name, std::uint64_t size) {
  std::lock_guard lock(mutex_);
  File& file = files_[name];
  file.size = size;
  file.synced = std::min(file.synced, size);
}

void CrashFileSystem::after_directory_sync() {
  std::lock_guard lock(mutex_);
  unnamed_.clear();
  renamed_.clear();
}

IOStatus CrashFileSystem::NewWritableFile(const std::string& name,
                                          const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file,
                                          Debug* debug) {
  IOStatus status = change();
  if (status.ok()) status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
  if (!status.ok()) return status;
  *file = std::make_unique<CrashFile>(std::move(*file), name, *this);
  std::lock_guard lock(mutex_);
  files_[name] = {};
  unnamed_.insert(name);
  return status;
}

// RocksDB does neither with the options that souk uses.
IOStatus CrashFileSystem::ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                             std::unique_ptr<rocksdb::FSWritableFile>*, Debug*) {
  return IOStatus::NotSupported("reopening a file");
}
IOStatus CrashFileSystem::ReuseWritableFile(const std::string&, const std::string&,
                                            const rocksdb::FileOptions&,
                                            std::unique_ptr<rocksdb::FSWritableFile>*, Debug*) {
  return IOStatus::NotSupported("reusing a file");
}

IOStatus CrashFileSystem::NewDirectory(const std::string& name, const Options& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* directory,
                                       Debug* debug) {
  IOStatus status = FileSystemWrapper::NewDirectory(name, options, directory, debug);
  if (status.ok()) *directory = std::make_unique<CrashDirectory>(std::move(*directory), *this);
  return status;
}

IOStatus CrashFileSystem::DeleteFile(const std::string& name, const Options& options,
                                     Debug* debug) {
  IOStatus status = change();
  if (status.ok()) status = FileSystemWrapper::DeleteFile(name, options, debug);
  if (!status.ok()) return status;
  std::lock_guard lock(mutex_);
  files_.erase(name);
  unnamed_.erase(name);
  return status;
}

IOStatus CrashFileSystem::RenameFile(const std::string& from, const std::string& to,
                                     const Options& options, Debug* debug) {
  std::optional<std::string> replaced;
  if (std::ifstream old(to, std::ios::binary); old)
    replaced.emplace(std::istreambuf_iterator<char>(old), std::istreambuf_iterator<char>());
  IOStatus status = change();
  if (status.ok()) status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  std::lock_guard lock(mutex_);
  renamed_.push_back({to, std::move(replaced)});
  unnamed_.erase(from);
  auto moved = files_.extract(from);
  files_.erase(to);
  if (!moved.empty()) {
    moved.key() = to;
    files_.insert(std::move(moved));
  }
  return status;
}

}  // namespace souk::store
