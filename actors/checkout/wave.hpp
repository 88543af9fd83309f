// The answers to what is in flight.
#pragma once

#include <span>
#include <vector>

#include "events/checkout.hpp"

namespace souk::checkout {

// Matches answers to the steps in flight. Answers to other steps are ignored, of several to one
// step the first counts. Points into the answers that it was made from.
class Wave {
 public:
  Wave(const State& state, std::span<const Answer> answers);

  const std::vector<StepRef>& steps() const { return steps_; }  // ascending

  // The answer to a step; null if it has none or is not in flight.
  const Answer* find(StepRef step) const;

  std::vector<StepRef> answered() const;
  std::vector<StepRef> unanswered() const;
  std::vector<StepRef> refused() const;

 private:
  template <class Wanted>
  std::vector<StepRef> where(Wanted wanted) const;

  std::vector<StepRef> steps_;
  std::vector<const Answer*> answers_;  // one a step; null: none
};

}  // namespace souk::checkout
