#include "store/memory_kv.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace souk::store {
namespace {

Status unreadable() { return {Code::corruption, "The memory disk is damaged here."}; }

std::string with_bit_flipped(std::string value, std::uint64_t bit) {
  bit %= value.size() * 8;
  value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
  return value;
}

// Walks over the map as it was when the cursor was made: the disk copies a map before it changes it
// while somebody else holds it.
class MemoryCursor final : public Kv::Cursor {
 public:
  MemoryCursor(std::shared_ptr<const MemoryDisk::Map> map, MemoryDisk::Rotten rotten,
               std::mutex& mutex)
      : map_(std::move(map)), rotten_(std::move(rotten)), at_(map_->end()), mutex_(mutex) {}
  ~MemoryCursor() override {
    std::lock_guard lock(mutex_);  // orders our last read before the disk's next change
    map_.reset();
  }

  void seek(std::string_view key) override { arrive(map_->lower_bound(key)); }
  void seek_for_prev(std::string_view key) override {
    at_ = map_->upper_bound(key);
    prev();
  }
  void next() override { arrive(std::next(at_)); }
  void prev() override { arrive(at_ == map_->begin() ? map_->end() : std::prev(at_)); }
  bool valid() const override { return status_.ok() && at_ != map_->end(); }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return damaged_.empty() ? at_->second : damaged_; }
  Status status() const override { return status_; }

 private:
  void arrive(MemoryDisk::Map::const_iterator at) {
    at_ = at;
    status_ = {};
    damaged_.clear();
    if (rotten_.empty() || at_ == map_->end()) return;
    const auto rot = rotten_.find(at_->first);
    if (rot == rotten_.end()) return;
    if (rot->second)
      damaged_ = with_bit_flipped(at_->second, *rot->second);
    else
      status_ = unreadable();
  }

  std::shared_ptr<const MemoryDisk::Map> map_;
  const MemoryDisk::Rotten rotten_;
  MemoryDisk::Map::const_iterator at_;
  std::string damaged_;  // the value here, with a bit flipped
  Status status_;
  std::mutex& mutex_;
};

// A write in the middle of which the power failed: as the log's format has it, whole batches and
// the beginning of one. What was to come with them is missing.
WriteBatch torn(WriteBatch batch, std::uint64_t at) {
  auto& changes = batch.changes;
  const auto is_batch = [](const auto& change) { return change.column == Column::log; };
  const auto batches = static_cast<std::uint64_t>(std::ranges::count_if(changes, is_batch));
  if (batches == 0) return {};
  std::uint64_t whole = at % batches;
  const auto last = std::ranges::find_if(
      changes, [&](const auto& change) { return is_batch(change) && whole-- == 0; });
  last->value.resize(at / batches % last->value.size());
  changes.erase(std::next(last), changes.end());
  return batch;
}

std::size_t index_of(Column column) { return static_cast<std::size_t>(column); }

}  // namespace

void MemoryDisk::set_faults(const Faults& faults) {
  std::lock_guard lock(mutex_);
  faults_ = faults;
}

void MemoryDisk::crash() {
  std::lock_guard lock(mutex_);
  for (; !unsynced_.empty(); unsynced_.pop_back()) {
    Undo& undo = unsynced_.back();
    Map& map = writable(undo.column);
    if (undo.value) {
      map[undo.key] = std::move(*undo.value);
    } else {
      map.erase(undo.key);
    }
  }
  ++generation_;
}

std::uint64_t MemoryDisk::writes() const {
  std::lock_guard lock(mutex_);
  return writes_;
}

std::uint64_t MemoryDisk::syncs() const {
  std::lock_guard lock(mutex_);
  return syncs_;
}

void MemoryDisk::overwrite(Column column, const std::string& key,
                           std::optional<std::string> value) {
  std::lock_guard lock(mutex_);
  if (value) {
    writable(column)[key] = std::move(*value);
  } else {
    writable(column).erase(key);
  }
}

bool MemoryDisk::rot(Column column, const std::string& key, std::optional<std::uint64_t> bit) {
  std::lock_guard lock(mutex_);
  const Map& map = *columns_[index_of(column)];
  const auto at = map.find(key);
  if (at == map.end() || at->second.empty()) return false;
  rotten_[index_of(column)][key] = bit;
  return true;
}

void MemoryDisk::heal() {
  std::lock_guard lock(mutex_);
  for (auto& rotten : rotten_) rotten.clear();
}

MemoryDisk::Map MemoryDisk::contents(Column column) const {
  std::lock_guard lock(mutex_);
  return *columns_[index_of(column)];
}

MemoryDisk::Map& MemoryDisk::writable(Column column) {
  auto& map = columns_[index_of(column)];
  if (map.use_count() > 1) map = std::make_shared<Map>(*map);
  return *map;
}

void MemoryDisk::apply(const WriteBatch& batch) {
  for (const WriteBatch::Change& change : batch.changes) {
    Map& map = writable(change.column);
    auto at = map.find(change.key);
    std::optional<std::string> old;
    if (at != map.end()) old = at->second;
    rotten_[index_of(change.column)].erase(change.key);
    if (change.is_delete) {
      if (at != map.end()) map.erase(at);
    } else {
      used_bytes_ += change.key.size() + change.value.size();  // as in a log: nothing is freed
      map.insert_or_assign(change.key, change.value);
    }
    unsynced_.push_back({change.column, change.key, std::move(old)});
  }
}

bool MemoryDisk::exceeds_capacity(const WriteBatch& batch) const {
  std::size_t bytes = used_bytes_;
  for (const WriteBatch::Change& change : batch.changes)
    bytes += change.key.size() + change.value.size();
  return faults_.capacity_bytes != 0 && bytes > faults_.capacity_bytes;
}

MemoryKv::MemoryKv(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {
  std::lock_guard lock(disk_->mutex_);
  generation_ = ++disk_->generation_;
  disk_->apply(std::exchange(disk_->in_doubt_, {}));
  disk_->unsynced_.clear();  // what the last store left is read by this one, so it must stay
}

Status MemoryKv::write(const WriteBatch& batch, bool sync) {
  std::lock_guard lock(disk_->mutex_);
  if (failed_ || generation_ != disk_->generation_)
    return {Code::stopped, "The store has stopped after an earlier failure; open it again."};
  ++disk_->writes_;
  if (sync) ++disk_->syncs_;
  const MemoryDisk::Faults& faults = disk_->faults_;
  if (disk_->writes_ == faults.fail_write) {
    failed_ = true;
    return {Code::io_error, "The write failed, as the test wanted."};
  }
  if (disk_->exceeds_capacity(batch)) {
    failed_ = true;
    return {Code::io_error, "No space left on the memory disk."};
  }
  if (sync && disk_->syncs_ == faults.fail_sync) {
    failed_ = true;
    if (faults.failed_sync == MemoryDisk::FailedSync::kept) disk_->in_doubt_ = batch;
    if (faults.failed_sync == MemoryDisk::FailedSync::torn)
      disk_->in_doubt_ = torn(batch, faults.torn_at);
    return {Code::io_error, "The sync failed, as the test wanted."};
  }
  disk_->apply(batch);
  if (sync) disk_->unsynced_.clear();
  return {};
}

Result<std::optional<std::string>> MemoryKv::get(Column column, std::string_view key) const {
  std::lock_guard lock(disk_->mutex_);
  const MemoryDisk::Map& map = *disk_->columns_[index_of(column)];
  auto at = map.find(key);
  if (at == map.end()) return std::optional<std::string>();
  const auto& rotten = disk_->rotten_[index_of(column)];
  const auto rot = rotten.find(key);
  if (rot == rotten.end()) return std::optional<std::string>(at->second);
  if (!rot->second) return unreadable();
  return std::optional<std::string>(with_bit_flipped(at->second, *rot->second));
}

bool MemoryKv::may_exist(Column column, std::string_view key) const {
  std::lock_guard lock(disk_->mutex_);
  return disk_->columns_[index_of(column)]->contains(key);
}

std::unique_ptr<Kv::Cursor> MemoryKv::cursor(Column column) const {
  std::lock_guard lock(disk_->mutex_);
  return std::make_unique<MemoryCursor>(disk_->columns_[index_of(column)],
                                        disk_->rotten_[index_of(column)], disk_->mutex_);
}

}  // namespace souk::store
