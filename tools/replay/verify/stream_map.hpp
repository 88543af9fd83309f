// What is known of each stream, by its id: open addressing over slots that stay where they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <xxhash.h>

namespace souk::replay {

// `Slot` has a member `std::string id` and is default constructible. One thread.
template <class Slot>
class StreamMap {
 public:
  static std::uint64_t hash_of(std::string_view id) { return XXH3_64bits(id.data(), id.size()); }

  Slot* find(std::string_view id) { return find(id, hash_of(id)); }
  Slot* find(std::string_view id, std::uint64_t hash) {
    if (table_.empty()) return nullptr;
    for (std::size_t at = hash & mask(); table_[at].slot != nullptr; at = (at + 1) & mask())
      if (table_[at].hash == hash && table_[at].slot->id == id) return table_[at].slot;
    return nullptr;
  }

  // The slot of the id, and whether it is new.
  std::pair<Slot*, bool> get(std::string_view id, std::uint64_t hash) {
    if (Slot* slot = find(id, hash)) return {slot, false};
    if ((slots_.size() + 1) * 2 > table_.size()) grow();
    Slot& slot = slots_.emplace_back();
    slot.id = id;
    place({hash, &slot});
    return {&slot, true};
  }

  template <class F>
  void for_each(F&& f) {
    for (Slot& slot : slots_) f(slot);
  }
  std::size_t size() const { return slots_.size(); }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    Slot* slot = nullptr;
  };
  std::size_t mask() const { return table_.size() - 1; }
  void place(Entry entry) {
    std::size_t at = entry.hash & mask();
    while (table_[at].slot != nullptr) at = (at + 1) & mask();
    table_[at] = entry;
  }
  void grow() {
    const std::vector<Entry> before = std::move(table_);
    table_.assign(before.empty() ? 64 : before.size() * 2, Entry{});
    for (const Entry& entry : before)
      if (entry.slot != nullptr) place(entry);
  }

  std::deque<Slot> slots_;
  std::vector<Entry> table_;
};

}  // namespace souk::replay
