// The clock of the node's machine, for what clients mean by "now". Nothing is decided by it.
#pragma once

#include <chrono>

#include "events/ids.hpp"

namespace souk::gateway {

inline Time now_by_wall_clock() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

}  // namespace souk::gateway
