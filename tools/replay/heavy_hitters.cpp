#include "tools/replay/heavy_hitters.hpp"

#include <algorithm>
#include <utility>

namespace souk::replay {

void HeavyHitters::add(std::string_view key, std::uint64_t hash, std::uint64_t weight) {
  if (const auto at = by_hash_.find(hash); at != by_hash_.end()) {
    Entry& entry = entries_[at->second];
    entry.counter.count += weight;
    return sift_down(entry.place);
  }
  if (entries_.size() < counters_max_) {
    const auto fresh = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({{std::string(key), weight, 0}, hash, 0});
    by_hash_.emplace(hash, fresh);
    heap_.push_back(fresh);
    std::size_t place = heap_.size() - 1;
    for (; place > 0; place = (place - 1) / 2) {
      const std::uint32_t above = heap_[(place - 1) / 2];
      if (entries_[above].counter.count <= weight) break;
      put(place, above);
    }
    return put(place, fresh);
  }
  const std::uint32_t lightest = heap_.front();
  Entry& entry = entries_[lightest];
  by_hash_.erase(entry.hash);
  by_hash_.emplace(hash, lightest);
  entry.hash = hash;
  entry.counter.key = key;
  entry.counter.error = entry.counter.count;
  entry.counter.count += weight;
  sift_down(0);
}

void HeavyHitters::put(std::size_t place, std::uint32_t entry) {
  heap_[place] = entry;
  entries_[entry].place = place;
}

// Restores the heap below an entry that has become heavier.
void HeavyHitters::sift_down(std::size_t place) {
  const std::uint32_t moved = heap_[place];
  const auto count_at = [this](std::size_t at) { return entries_[heap_[at]].counter.count; };
  while (true) {
    std::size_t below = 2 * place + 1;
    if (below >= heap_.size()) break;
    if (below + 1 < heap_.size() && count_at(below + 1) < count_at(below)) ++below;
    if (entries_[moved].counter.count <= count_at(below)) break;
    put(place, heap_[below]);
    place = below;
  }
  put(place, moved);
}

std::vector<HeavyHitters::Counter> HeavyHitters::counters() const {
  std::vector<Counter> all;
  all.reserve(entries_.size());
  for (const Entry& entry : entries_) all.push_back(entry.counter);
  std::ranges::sort(all, [](const Counter& a, const Counter& b) {
    return a.at_least() != b.at_least() ? a.at_least() > b.at_least() : a.key < b.key;
  });
  return all;
}

}  // namespace souk::replay
