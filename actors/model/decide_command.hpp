// What comes of a command that no receipt answers: the one place where a host decides. Pure, so
// that history can be asked again what today's code would have decided.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "actors/model/aggregate.hpp"
#include "actors/model/refusals.hpp"
#include "actors/model/saga.hpp"

namespace souk {

// The events that happened (none is fine), or why not.
template <class A>
struct Decided {
  std::uint16_t refusal = 0;  // the aggregate's or one of the host's; 0: accepted
  std::vector<typename A::Event> events;
  bool operator==(const Decided&) const = default;
};

// Decides in `state`, which stays as it is. An attempt is refused after its deadline; everything
// else is the aggregate's to decide.
template <class A>
Decided<A> decide_command(const typename A::State& state, const typename A::Command& command,
                          Intent intent, const Context& context) {
  if (intent == Intent::attempt && context.now > context.deadline)
    return {kRefusalDeadlinePassed, {}};
  auto decision = A::decide(state, command, context);
  if (!decision.accepted()) return {static_cast<std::uint16_t>(decision.refusal()), {}};
  return {0, std::move(decision.events())};
}

}  // namespace souk
