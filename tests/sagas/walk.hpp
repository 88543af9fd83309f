// Walks through every moment that a model can reach, breadth first, so that the first broken
// promise comes with the shortest story of how it came to be.
#pragma once

#include <cstddef>
#include <string>

#include "tests/sagas/model_world.hpp"

namespace souk::test {

struct WalkResult {
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::size_t ended = 0;               // of them, the saga has ended
  std::size_t terminal_confirmed = 0;  // nothing can change any more
  std::size_t terminal_cancelled = 0;
  std::size_t stuck = 0;  // moments from which the saga cannot end, whatever happens
  std::string broken;     // the first broken promise, with its story; the walk stops there
};

WalkResult walk(const Scenario& scenario, const Rules& rules);

}  // namespace souk::test
