// One seed, run and judged; and, if it fails, how little of it is enough to fail.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/world.hpp"

namespace souk::sim {

struct Trial {
  std::uint64_t seed = 0;
  std::vector<std::string> findings;
  std::uint64_t trace = 0, steps = 0;
  Duration passed;  // in the simulated world
  std::string layout;
  std::string story;  // of what the first finding names
  std::size_t wishes = 0;

  bool failed() const { return !findings.empty(); }
};

// Read models, if they are wanted, go into a folder of their own below options.folder, which is
// removed.
Trial run_trial(const WorldOptions& options);

// The same seed with the shortest time of faults that still fails, to a tenth of a second. What
// happens before that moment is the same in both.
Trial shorten(WorldOptions options, const Trial& failed, Duration* faulty);

}  // namespace souk::sim
