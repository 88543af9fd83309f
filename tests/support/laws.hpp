// What every aggregate promises, whatever its rules are. A broken law is a sentence; empty: all
// hold.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actors/model/aggregate.hpp"
#include "tests/support/describe.hpp"
#include "tests/support/invariants.hpp"
#include "tests/support/round_trip.hpp"

namespace souk::test {

template <class A>
typename A::State fold(typename A::State state, std::span<const typename A::Event> events) {
  for (const auto& event : events) state = A::evolve(std::move(state), event);
  return state;
}

// A value that does not come back from its saved form as it was.
template <class T>
std::string lost_in_codec(const T& value) {
  const auto back = round_trip(value);
  if (!back) return "Cannot be read back: " + describe(value);
  if (!(*back == value)) return describe(value) + " comes back as " + describe(*back);
  return {};
}

// Folds the events one by one; after each, the aggregate's invariants hold and a moved state is the
// same as a copied one.
template <Aggregate A>
std::string broken_by_folding(typename A::State state, std::span<const typename A::Event> events) {
  for (const auto& event : events) {
    if (auto lost = lost_in_codec(event); !lost.empty()) return lost;
    const typename A::State from_copy = A::evolve(state, event);
    state = A::evolve(std::move(state), event);
    if (!(state == from_copy)) return "A moved state folds differently: " + describe(event);
    if (auto broken = broken_invariant(state); !broken.empty())
      return broken + " After " + describe(event) + ": " + describe(state);
  }
  return {};
}

// Snapshots: cut anywhere, saved, read back and folded on, the state is the same.
template <Aggregate A>
std::string broken_by_cutting(const typename A::State& start,
                              std::span<const typename A::Event> events) {
  const typename A::State end = fold<A>(start, events);
  typename A::State cut = start;
  for (std::size_t at = 0; at <= events.size(); ++at) {
    const auto snapshot = round_trip(cut);
    if (!snapshot) return "Cannot be read back: " + describe(cut);
    if (!(fold<A>(*snapshot, events.subspan(at)) == end))
      return "A snapshot after event " + std::to_string(at) + " folds to another state.";
    if (at < events.size()) cut = A::evolve(std::move(cut), events[at]);
  }
  return {};
}

// `decide` is a function: of equal arguments, and of arguments that were saved and read back.
template <Aggregate A>
std::string broken_by_deciding(const typename A::State& state, const typename A::Command& command,
                               const Context& context) {
  if (auto lost = lost_in_codec(state); !lost.empty()) return lost;
  if (auto lost = lost_in_codec(command); !lost.empty()) return lost;
  const auto decision = A::decide(state, command, context);
  const auto again = A::decide(*round_trip(state), *round_trip(command), context);
  if (!(decision == again))
    return "Decided twice, first " + describe_decision<A>(decision) + ", then " +
           describe_decision<A>(again);
  if (!decision.accepted()) {
    if (A::refusal_name(decision.refusal()) == "unknown") return "A refusal without a name.";
    return {};
  }
  const auto reply = A::reply(decision.events());
  if (auto lost = lost_in_codec(reply); !lost.empty()) return lost;
  return broken_by_folding<A>(state, decision.events());
}

}  // namespace souk::test
