#include "actors/checkout/wave.hpp"

#include <algorithm>

#include "actors/checkout/steps.hpp"

namespace souk::checkout {

Wave::Wave(const State& state, std::span<const Answer> answers)
    : steps_(steps_in_flight(state)), answers_(steps_.size(), nullptr) {
  for (const Answer& answer : answers) {
    const auto at = std::ranges::lower_bound(steps_, answer.step);
    if (at == steps_.end() || *at != answer.step) continue;
    const Answer*& known = answers_[static_cast<std::size_t>(at - steps_.begin())];
    if (known == nullptr) known = &answer;
  }
}

const Answer* Wave::find(StepRef step) const {
  const auto at = std::ranges::lower_bound(steps_, step);
  if (at == steps_.end() || *at != step) return nullptr;
  return answers_[static_cast<std::size_t>(at - steps_.begin())];
}

template <class Wanted>
std::vector<StepRef> Wave::where(Wanted wanted) const {
  std::vector<StepRef> steps;
  for (std::size_t at = 0; at < steps_.size(); ++at)
    if (wanted(answers_[at])) steps.push_back(steps_[at]);
  return steps;
}

std::vector<StepRef> Wave::answered() const {
  return where([](const Answer* a) { return a != nullptr; });
}

std::vector<StepRef> Wave::unanswered() const {
  return where([](const Answer* a) { return a == nullptr; });
}

std::vector<StepRef> Wave::refused() const {
  return where([](const Answer* a) { return a != nullptr && !a->refusal.empty(); });
}

}  // namespace souk::checkout
