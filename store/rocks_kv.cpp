#include "store/rocks_kv.hpp"

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "store/file_copies.hpp"
#include "store/keys.hpp"
#include "store/rocks_files.hpp"
#include "store/rocks_lock.hpp"

namespace souk::store {
namespace {

// The names of the columns; stored: never reuse. Meta is the family that RocksDB insists on.
std::string family_of(Column column) {
  switch (column) {
    case Column::log: return "log";
    case Column::heads: return "heads";
    case Column::open: return "open";
    case Column::snapshots: return "snapshots";
    case Column::meta: return rocksdb::kDefaultColumnFamilyName;
  }
  return {};
}

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

Status status_of(const rocksdb::Status& status) {
  if (status.ok()) return {};
  Code code = status.IsCorruption() ? Code::corruption : Code::io_error;
  return {code, status.ToString()};
}

class RocksCursor final : public Kv::Cursor {
 public:
  explicit RocksCursor(rocksdb::Iterator* iterator) : iterator_(iterator) {}
  void seek(std::string_view key) override { iterator_->Seek(slice(key)); }
  void seek_for_prev(std::string_view key) override { iterator_->SeekForPrev(slice(key)); }
  void next() override { iterator_->Next(); }
  void prev() override { iterator_->Prev(); }
  bool valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return view(iterator_->key()); }
  std::string_view value() const override { return view(iterator_->value()); }
  Status status() const override { return status_of(iterator_->status()); }

 private:
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksKv final : public Kv {
 public:
  RocksKv(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> families)
      : db_(std::move(db)) {
    for (std::size_t i = 0; i < families_.size(); ++i) families_[i].reset(families[i]);
  }
  ~RocksKv() override {
    for (auto& family : families_) family.reset();  // before the database that they belong to
  }

  Status write(const WriteBatch& batch, bool sync) override;
  Status flush() override;
  Status checkpoint(const std::string& path) override;
  Result<std::optional<std::string>> get(Column column, std::string_view key) const override;
  bool may_exist(Column column, std::string_view key) const override;
  std::unique_ptr<Cursor> cursor(Column column) const override;
  std::unique_ptr<Cursor> long_cursor(Column column) const override;

 private:
  rocksdb::ColumnFamilyHandle* family(Column column) const {
    return families_[static_cast<std::size_t>(column)].get();
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::array<std::unique_ptr<rocksdb::ColumnFamilyHandle>, kColumnCount> families_;
  rocksdb::WriteBatch changes_;  // the writer's; kept for its buffer
  bool failed_ = false;          // the writer's
};

Status RocksKv::write(const WriteBatch& batch, bool sync) {
  if (failed_)
    return {Code::stopped, "The database has stopped after a failed write; restart to open it."};
  changes_.Clear();
  rocksdb::Status status;
  for (const WriteBatch::Change& change : batch.changes) {
    rocksdb::ColumnFamilyHandle* to = family(change.column);
    status = change.is_delete ? changes_.Delete(to, slice(change.key))
                              : changes_.Put(to, slice(change.key), slice(change.value));
    if (!status.ok()) break;
  }
  if (status.ok()) {
    rocksdb::WriteOptions options;
    options.sync = sync;
    status = db_->Write(options, &changes_);
  }
  failed_ = !status.ok();
  return status_of(status);
}

// Memtables become tables, after which their write-ahead logs are deleted.
Status RocksKv::flush() {
  if (failed_) return {Code::stopped, "the database has stopped after a failed write"};
  rocksdb::FlushOptions options;
  options.allow_write_stall = true;  // there is nobody else who would be stalled
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  for (const auto& family : families_) families.push_back(family.get());
  return status_of(db_->Flush(options, families));
}

// Built in `path`.tmp and renamed by RocksDB, which also clears away what a crash left there. What
// is in memtables is written out before, so that the copy opens fast.
Status RocksKv::checkpoint(const std::string& path) {
  const auto target = std::filesystem::absolute(path);
  std::error_code error;
  if (std::filesystem::exists(target, error))
    return {Code::invalid, path + " exists already; name a directory that does not."};
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(target);
  if (!status.ok())
    return {Code::io_error, "No copy can be made in " + path + ": " + status.ToString() + '.'};
  return sync_directory(target.parent_path());
}

Result<std::optional<std::string>> RocksKv::get(Column column, std::string_view key) const {
  std::string value;
  rocksdb::Status status = db_->Get({}, family(column), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return status_of(status);
  return std::optional<std::string>(std::move(value));
}

bool RocksKv::may_exist(Column column, std::string_view key) const {
  // As DB::KeyMayExist does it, but any doubt counts as "may": that one takes errors for "no".
  rocksdb::ReadOptions memory_only;
  memory_only.read_tier = rocksdb::kBlockCacheTier;
  rocksdb::PinnableSlice value;
  return !db_->Get(memory_only, family(column), slice(key), &value).IsNotFound();
}

std::unique_ptr<Kv::Cursor> RocksKv::cursor(Column column) const {
  return std::make_unique<RocksCursor>(db_->NewIterator({}, family(column)));
}

std::unique_ptr<Kv::Cursor> RocksKv::long_cursor(Column column) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  return std::make_unique<RocksCursor>(db_->NewIterator(options, family(column)));
}

rocksdb::DBOptions database_options(const RocksOptions& options) {
  rocksdb::DBOptions db;
  if (options.env != nullptr) db.env = options.env;
  db.create_if_missing = options.create_if_missing;
  db.create_missing_column_families = options.create_if_missing;
  db.paranoid_checks = true;
  // Only a record cut short at the very end is forgiven. The default mode forgives damage anywhere
  // by silently dropping what comes after it, which may have been acknowledged.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();  // see rocks_check.hpp
  db.max_bgerror_resume_count = 0;  // a failed fsync is never retried
  db.max_total_wal_size = options.wal_bytes_max;
  db.allow_concurrent_memtable_write = false;  // there is one writer
  db.enable_write_thread_adaptive_yield = false;
  db.max_background_jobs = 2;
  db.bytes_per_sync = 1u << 20;
  db.avoid_flush_during_shutdown = true;
  db.skip_stats_update_on_db_open = true;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.max_log_file_size = 1u << 20;
  db.keep_log_file_num = 2;
  return db;
}

rocksdb::ColumnFamilyOptions family_options(Column column, const RocksOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  family.max_write_buffer_number = 2;
  family.compression = rocksdb::kLZ4Compression;
  switch (column) {
    case Column::log:  // large values under growing keys, read by ranges, never changed
      family.write_buffer_size = options.log_buffer_bytes;
      family.max_write_buffer_number = 3;
      family.compaction_style = rocksdb::kCompactionStyleUniversal;
      // A partition's keys only grow: the place of the next is beside the one before.
      family.memtable_insert_with_hint_prefix_extractor.reset(
          rocksdb::NewFixedPrefixTransform(kPartitionKeyBytes));
      table.block_size = 32u << 10;
      break;
    case Column::heads:
      family.write_buffer_size = options.heads_buffer_bytes;
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      break;
    case Column::snapshots:
      family.write_buffer_size = options.snapshots_buffer_bytes;
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      break;
    case Column::open:
    case Column::meta: family.write_buffer_size = 4u << 20; break;
  }
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families_of(const RocksOptions& options) {
  auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (int i = 0; i < kColumnCount; ++i) {
    auto column = static_cast<Column>(i);
    families.emplace_back(family_of(column), family_options(column, options, cache));
  }
  return families;
}

Status explain(const rocksdb::Status& status, const std::string& path) {
  const std::string why = status.ToString();
  auto says = [&](const char* words) { return why.find(words) != std::string::npos; };
  if (is_locked_by_another(status)) return in_use(path);
  if (status.IsInvalidArgument() && says("does not exist"))
    return {Code::not_found, "There is no data in " + path + "; check the path of --data."};
  if (status.IsInvalidArgument() && says("olumn families not opened"))
    return {Code::newer_format, "The data directory " + path +
                                    " was written by a newer souk, which knows more columns; use "
                                    "that one."};
  if (status.IsCorruption())
    return {Code::corruption,
            "The data directory " + path + " is damaged: " + why + "; restore it from a copy."};
  return {Code::io_error, "The data directory " + path + " cannot be opened: " + why + '.'};
}

// Looks at the files under the lock that RocksDB will take again.
Status check_files(const RocksOptions& options) {
  rocksdb::Env& env = options.env != nullptr ? *options.env : *rocksdb::Env::Default();
  auto lock = RocksLock::take(env, options.path);
  if (!lock.ok()) return lock.status();
  return check_rocks_files(env, options.path, options.warn);
}

}  // namespace

Result<std::unique_ptr<Kv>> open_rocks_kv(const RocksOptions& options) {
  if (options.create_if_missing) {
    std::error_code error;
    std::filesystem::create_directories(options.path, error);
    if (error)
      return Status(Code::io_error, "The data directory " + options.path +
                                        " cannot be created: " + error.message() + '.');
  }
  if (std::filesystem::exists(options.path + "/CURRENT"))
    if (Status status = check_files(options); !status.ok()) return status;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(database_options(options), options.path,
                                             families_of(options), &handles, &db);
  if (!status.ok()) return explain(status, options.path);
  return std::unique_ptr<Kv>(
      std::make_unique<RocksKv>(std::unique_ptr<rocksdb::DB>(db), std::move(handles)));
}

Result<std::unique_ptr<Kv>> open_rocks_kv_to_read(const std::string& path) {
  // RocksDB would make an empty directory of one that is not there.
  if (!std::filesystem::exists(path + "/CURRENT"))
    return Status(Code::not_found, "There is no data in " + path + "; check the path of --data.");
  const RocksOptions options{.path = path, .create_if_missing = false};
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(database_options(options), path,
                                                        families_of(options), &handles, &db);
  if (!status.ok()) return explain(status, path);
  return std::unique_ptr<Kv>(
      std::make_unique<RocksKv>(std::unique_ptr<rocksdb::DB>(db), std::move(handles)));
}

}  // namespace souk::store
