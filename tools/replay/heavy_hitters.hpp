// The heaviest keys of a stream of (key, weight), in bounded memory.
//
// Space-Saving: A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation of Frequent and Top-k
// Elements in Data Streams", ICDT 2005. A fixed number of counters; a key that has none takes over
// the lightest one, with its weight as what it may be wrong by. So a count is never too low, and
// too high by at most its error; and a key that is heavier than the total divided by the number of
// counters is surely among them. While there are no more keys than counters all counts are exact.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace souk::replay {

// One thread's.
class HeavyHitters {
 public:
  struct Counter {
    std::string key;
    std::uint64_t count = 0;  // at least the key's weight
    std::uint64_t error = 0;  // at most so much too high
    std::uint64_t at_least() const { return count - error; }
    bool operator==(const Counter&) const = default;
  };

  // `counters` is at least 1.
  explicit HeavyHitters(std::size_t counters) : counters_max_(counters) {}

  // `hash` is the key's; two keys of one hash are taken for one.
  void add(std::string_view key, std::uint64_t hash, std::uint64_t weight);

  // The counters, the surely heaviest first; of equal ones in the order of their keys.
  std::vector<Counter> counters() const;

 private:
  struct Entry {
    Counter counter;
    std::uint64_t hash;
    std::size_t place;  // in heap_
  };
  void sift_down(std::size_t place);
  void put(std::size_t place, std::uint32_t entry);

  std::size_t counters_max_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> heap_;  // entries, the lightest at the front
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash_;
};

}  // namespace souk::replay
