// The one source of chance in a simulation: everything that a run does follows from its seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "events/ids.hpp"

namespace souk::sim {

// The same numbers on every machine: of the standard library only the engine is used, whose numbers
// the standard fixes, and none of its distributions.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t next() { return engine_(); }
  // 0 to n-1; n is at least 1. The bias of the remainder does not matter here.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::size_t>(most - least + 1)));
  }
  Duration between(Duration least, Duration most) { return {between(least.micros, most.micros)}; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  bool percent(unsigned p) { return below(100) < p; }
  template <class C>
  auto& pick(C& from) {
    return from[below(from.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace souk::sim
