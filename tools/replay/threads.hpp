// How many threads a command may take.
#pragma once

#include <algorithm>
#include <thread>

#include "tools/replay/options.hpp"

namespace souk::replay {

// As --threads says, else as many as the machine has.
inline unsigned threads_of(const Options& options) {
  return options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace souk::replay
