// Where the rows of one table stand in memory, by key: what Table is built on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "events/columns.hpp"

namespace souk::read_models {

// Owns entries that stay where they are, and finds them by their row's key. An entry is never
// removed alone, so open addressing with linear probing needs no tombstones. `Entry` is default
// constructible and has a member `row`. Belongs to one thread.
template <class Row, class Entry>
class RowIndex {
 public:
  using Key = KeyOf<Row>;

  static std::uint64_t hash_of(const Key& key) {
    std::uint64_t hash = 0;
    std::apply([&](const auto&... part) { ((hash = mix(hash, part)), ...); }, key);
    return hash;
  }

  Entry* find(std::uint64_t hash, const Key& key) const {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = hash & mask(); slots_[at].entry != nullptr; at = (at + 1) & mask())
      if (slots_[at].hash == hash && key_of(slots_[at].entry->row) == key) return slots_[at].entry;
    return nullptr;
  }

  // Takes in a row whose key is not there. `hash` is that of its key.
  Entry& add(std::uint64_t hash, Row row) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    if (size_ % kChunkEntries == 0) chunks_.push_back(std::make_unique<Entry[]>(kChunkEntries));
    Entry& entry = chunks_.back()[size_ % kChunkEntries];
    entry.row = std::move(row);
    place({hash, &entry});
    ++size_;
    return entry;
  }

  std::size_t size() const { return size_; }

  void clear() {
    chunks_.clear();
    slots_.clear();
    size_ = 0;
  }

 private:
  static constexpr std::size_t kChunkEntries = 64;
  static constexpr std::size_t kSlotsMin = 64;  // a power of two, as all numbers of slots are

  struct Slot {
    std::uint64_t hash = 0;
    Entry* entry = nullptr;
  };

  // Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4): the product's high bits depend
  // on all bits of the part, and the shift brings them down to where `mask` looks.
  template <class Part>
  static std::uint64_t mix(std::uint64_t hash, const Part& part) {
    hash = (hash ^ std::hash<Part>{}(part)) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 32);
  }

  std::size_t mask() const { return slots_.size() - 1; }

  void place(Slot slot) {
    std::size_t at = slot.hash & mask();
    while (slots_[at].entry != nullptr) at = (at + 1) & mask();
    slots_[at] = slot;
  }

  void grow() {
    const std::vector<Slot> before = std::move(slots_);
    slots_.assign(before.empty() ? kSlotsMin : before.size() * 2, Slot{});
    for (const Slot& slot : before)
      if (slot.entry != nullptr) place(slot);
  }

  std::vector<std::unique_ptr<Entry[]>> chunks_;
  std::vector<Slot> slots_;  // at most half of them taken
  std::size_t size_ = 0;
};

}  // namespace souk::read_models
