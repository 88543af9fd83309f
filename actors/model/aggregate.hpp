// The shape of an aggregate: two pure functions and the types that they speak of.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "actors/model/decision.hpp"
#include "events/service.hpp"

namespace souk {

// An aggregate is a namespace for one decider; it is never instantiated.
//
//   decide   reads state, command and context; may refuse; changes nothing.
//   evolve   total: folds one event; may assert, may not refuse. The state is moved through it, so
//   that folding
//            an event costs what the event changes and not what the state holds.
//   reply    what the events of an accepted command tell its sender, beyond "accepted". A function
//   of the
//            events alone, so that a receipt can be read back from the log.
//   view     the state as it is shown to people, without the parts whose size grows with use.
//   refusal_name  the refusal as people and other systems see it ("out_of_stock").
template <class A>
concept Aggregate = requires(typename A::State state, const typename A::State& const_state,
                             const typename A::Command& command, const typename A::Event& event,
                             std::span<const typename A::Event> events, const Context& context,
                             typename A::Refusal refusal) {
  { A::kService } -> std::convertible_to<Service>;
  { A::kSnapshotVersion } -> std::convertible_to<int>;
  requires std::is_same_v<std::underlying_type_t<typename A::Refusal>, std::uint16_t>;
  requires std::regular<typename A::State>;
  requires std::regular<typename A::Reply>;
  {
    A::decide(const_state, command, context)
    } -> std::same_as<Decision<typename A::Event, typename A::Refusal>>;
  { A::evolve(std::move(state), event) } -> std::same_as<typename A::State>;
  { A::reply(events) } -> std::same_as<typename A::Reply>;
  { A::refusal_name(refusal) } -> std::same_as<std::string_view>;
  { A::view(const_state) } -> std::same_as<typename A::State>;
};

// An aggregate that time changes: `due` gives the command that the passage of time demands at
// `now`, if any. The host decides it before anything else that it decides from then on.
template <class A>
concept Timed = Aggregate<A> && requires(const typename A::State& state, Time now) {
  { A::due(state, now) } -> std::same_as<std::optional<typename A::Command>>;
};

}  // namespace souk
