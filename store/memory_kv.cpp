#include "store/memory_kv.hpp"

#include <iterator>
#include <utility>

namespace souk::store {
namespace {

// Walks over the map as it was when the cursor was made: the disk copies a map before it changes it
// while somebody else holds it.
class MemoryCursor final : public Kv::Cursor {
 public:
  MemoryCursor(std::shared_ptr<const MemoryDisk::Map> map, std::mutex& mutex)
      : map_(std::move(map)), at_(map_->end()), mutex_(mutex) {}
  ~MemoryCursor() override {
    std::lock_guard lock(mutex_);  // orders our last read before the disk's next change
    map_.reset();
  }

  void seek(std::string_view key) override { at_ = map_->lower_bound(key); }
  void seek_for_prev(std::string_view key) override {
    at_ = map_->upper_bound(key);
    prev();
  }
  void next() override { ++at_; }
  void prev() override { at_ = at_ == map_->begin() ? map_->end() : std::prev(at_); }
  bool valid() const override { return at_ != map_->end(); }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return at_->second; }
  Status status() const override { return {}; }

 private:
  std::shared_ptr<const MemoryDisk::Map> map_;
  MemoryDisk::Map::const_iterator at_;
  std::mutex& mutex_;
};

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
  if (disk_->in_doubt_ && disk_->faults_.keeps_failed_sync) disk_->apply(*disk_->in_doubt_);
  disk_->in_doubt_.reset();
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
    disk_->in_doubt_ = batch;
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
  return std::optional<std::string>(at->second);
}

bool MemoryKv::may_exist(Column column, std::string_view key) const {
  std::lock_guard lock(disk_->mutex_);
  return disk_->columns_[index_of(column)]->contains(key);
}

std::unique_ptr<Kv::Cursor> MemoryKv::cursor(Column column) const {
  std::lock_guard lock(disk_->mutex_);
  return std::make_unique<MemoryCursor>(disk_->columns_[index_of(column)], disk_->mutex_);
}

}  // namespace souk::store
