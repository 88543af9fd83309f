// The five columns in memory, for tests and the simulation. A MemoryDisk outlives the stores that
// are opened on it, so that a test can crash one and open the next; it fails when it is told to.
// Deterministic: no clock, no thread, no randomness of its own.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/kv.hpp"

namespace souk::store {

// What would be on the platters. Thread-safe.
class MemoryDisk {
 public:
  using Map = std::map<std::string, std::string, std::less<>>;
  // Which bit of a value is flipped, by key; none: it cannot be read.
  using Rotten = std::map<std::string, std::optional<std::uint64_t>, std::less<>>;

  // What the next open finds of a write whose sync failed.
  enum class FailedSync : std::uint8_t {
    gone,
    kept,
    torn,  // only what comes before one of its batches, and of that one the beginning
  };
  struct Faults {
    std::uint64_t fail_write = 0;  // the nth write from the start of the disk fails; 0: none does
    std::uint64_t fail_sync = 0;   // the nth synced write fails in its sync; 0: none does
    FailedSync failed_sync = FailedSync::gone;  // of that one
    std::uint64_t torn_at = 0;                  // which batch, and after how much of it: any number
    std::size_t capacity_bytes = 0;  // of keys and values; a write beyond it fails; 0: no limit
  };
  void set_faults(const Faults& faults);

  // A power cut: what was written but never synced is gone. Stores that are still open on the disk
  // can only be destroyed afterwards.
  void crash();

  std::uint64_t writes() const;  // that were tried, since the start of the disk
  std::uint64_t syncs() const;   // likewise, with sync

  // Changes one value behind the store's back, or removes it.
  void overwrite(Column column, const std::string& key, std::optional<std::string> value);

  // Bit rot: from now on whoever reads the value sees one bit of it flipped (any number names one),
  // or, without `bit`, hears from the database that it is damaged. Until the value is written anew,
  // or `heal`: somebody has restored the files. False if there is no such value, or it is empty.
  bool rot(Column column, const std::string& key, std::optional<std::uint64_t> bit);
  void heal();
  Map contents(Column column) const;

 private:
  friend class MemoryKv;
  struct Undo {
    Column column;
    std::string key;
    std::optional<std::string> value;
  };
  Map& writable(Column column);
  void apply(const WriteBatch& batch);
  bool exceeds_capacity(const WriteBatch& batch) const;

  mutable std::mutex mutex_;
  std::array<std::shared_ptr<Map>, kColumnCount> columns_ = {
      std::make_shared<Map>(), std::make_shared<Map>(), std::make_shared<Map>(),
      std::make_shared<Map>(), std::make_shared<Map>()};  // copied on write while a cursor looks
  std::vector<Undo> unsynced_;                            // newest last
  WriteBatch in_doubt_;  // what the next open finds of the write whose sync failed
  std::array<Rotten, kColumnCount> rotten_;
  std::size_t used_bytes_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t generation_ = 0;  // grows with every open and crash
  Faults faults_;
};

class MemoryKv final : public Kv {
 public:
  explicit MemoryKv(std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>());

  Status write(const WriteBatch& batch, bool sync) override;
  Result<std::optional<std::string>> get(Column column, std::string_view key) const override;
  bool may_exist(Column column, std::string_view key) const override;
  std::unique_ptr<Cursor> cursor(Column column) const override;

 private:
  std::shared_ptr<MemoryDisk> disk_;
  std::uint64_t generation_;
  bool failed_ = false;
};

}  // namespace souk::store
