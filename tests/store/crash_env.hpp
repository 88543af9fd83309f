// A file system under RocksDB whose power can be cut, whose syncs can fail and which can be full.
// It stands on the real one and knows how much of every file was synced; after a cut,
// `lose_unsynced` leaves on the disk what a real one might have left. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace souk::store {

class CrashFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  CrashFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "CrashFileSystem"; }

  // --- what a test asks for
  // -----------------------------------------------------------------------

  // The nth change to the disk from now on (1: the next), and all after it, fail: an append leaves
  // half of its bytes, everything else nothing.
  void cut_power_at(std::uint64_t n);
  void cut_power() { cut_power_at(1); }
  bool power_is_off() const;

  // The nth sync of a write-ahead log from now on (1: the next) fails, once.
  void fail_wal_sync_at(std::uint64_t n);

  // Only so many more bytes fit on the disk.
  void leave_space(std::uint64_t bytes);

  std::uint64_t changes() const;    // to the disk, that were tried
  std::uint64_t wal_syncs() const;  // that were tried

  // What the disk holds when the power is back. With seed 0 the least: nothing that was not synced,
  // neither bytes nor the names that files were given. Else all names, which a journal may have
  // kept, and of every file's unsynced tail a random part. Call it when nobody has files open; the
  // file system then works again.
  void lose_unsynced(std::uint64_t seed);

  // --- what RocksDB calls
  // -------------------------------------------------------------------------
  using Options = rocksdb::IOOptions;
  using Debug = rocksdb::IODebugContext;
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    Debug* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>*, Debug*) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string&, const std::string&,
                                      const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSWritableFile>*, Debug*) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const Options& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 Debug* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const Options& options,
                               Debug* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const Options& options, Debug* debug) override;

  // --- what its files and directories call
  // --------------------------------------------------------

  // Before a change: ok, or why it fails.
  rocksdb::IOStatus change();
  // Before an append of `size` bytes: how many may be written, and then ok or why it fails.
  rocksdb::IOStatus append(const std::string& name, std::size_t size, std::size_t& allowed);
  rocksdb::IOStatus before_sync(const std::string& name);
  void after_sync(const std::string& name);
  void after_truncate(const std::string& name, std::uint64_t size);
  void after_directory_sync();

 private:
  struct File {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
  };

  struct Renamed {
    std::string to;
    std::optional<std::string> replaced;  // what the name meant before
  };

  rocksdb::IOStatus change_locked();
  void undo_names();

  mutable std::mutex mutex_;
  std::map<std::string, File> files_;  // that were created here
  std::set<std::string> unnamed_;      // whose directory was not synced since they were created
  std::vector<Renamed> renamed_;       // likewise, since they were renamed; newest last
  std::uint64_t changes_ = 0;
  std::uint64_t wal_syncs_ = 0;
  std::uint64_t off_at_ = 0;         // changes_ at which the power goes; 0: never
  std::uint64_t sync_fails_at_ = 0;  // wal_syncs_ that fails; 0: never
  std::uint64_t space_ = ~std::uint64_t{0};
};

}  // namespace souk::store
