// The shape of a saga: an aggregate with one more pure function, `pending`.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/model/aggregate.hpp"
#include "events/saga.hpp"
#include "events/service.hpp"

namespace souk {

// What a command is to its sender, and so what its receipt means (see docs/decisions on receipts).
enum class Intent : std::uint8_t {  // stored: never reuse
  request = 0,  // from a client, or between aggregates without a way back: applied once per id
  attempt = 1,  // a saga's "do": refused after its deadline, and after its undo
  settle = 2,   // a saga's confirmation of an attempt: never refused
  undo = 3,  // a saga's compensation of an attempt: never refused; leaves a receipt that refuses a
             // late attempt
};

// A command for one aggregate of kind A.
template <class A>
struct Call {
  using aggregate = A;
  std::string target;  // the aggregate's id
  typename A::Command command;
  bool operator==(const Call&) const = default;
};

// One command that should be in flight. Its id is `<service>:<saga's id>/<step>/<index>` plus the
// intent, so it is the same after every restart.
template <class Calls>
struct Outgoing {
  StepRef step;
  Intent intent = Intent::attempt;
  Calls call;
  bool operator==(const Outgoing&) const = default;
};

// Somebody whom a saga calls.
struct Participant {
  Service service;
  std::string_view id;
  bool operator==(const Participant&) const = default;
};

// How long to wait for an answer before a step is sent again, and when an operator is told.
struct RetryPolicy {
  Duration first_retry = milliseconds(500);
  Duration retry_max = seconds(10);  // back-off doubles up to this
  std::int64_t tries_before_dead_letter = 12;
};

// A saga. Besides the aggregate's functions:
//   Calls     std::variant<Call<A>, ...>: whom it speaks to
//   Answer    a participant's answer to one step, as a regular value
//   pending   the commands that should be in flight now: none, one, or several side by side.
//   Deterministic. deadline  when the steps in flight turn into "unknown outcome"; none: they are
//   asked until they answer open      true while the saga has work left: it is loaded again at a
//   restart kWave     true: `advance` is called once everything in flight has been answered; false:
//   as answers arrive advance   the command that tells the saga of answers (`timed_out`: the
//   deadline passed) give_up   the command that records that steps stayed unanswered past their
//   tries, or none if not wanted
// And, if they are few:
//   participants  all whom its steps may ever have called, as views of the state
template <class S>
concept Saga = Aggregate<S> &&
    requires(const typename S::State& state, std::vector<typename S::Answer> answers,
             std::vector<StepRef> steps, bool timed_out, std::int64_t tries,
             const typename S::Command& command, const typename S::Event& event,
             const std::string& key) {
  { S::pending(state) } -> std::same_as<std::vector<Outgoing<typename S::Calls>>>;
  { S::deadline(state) } -> std::same_as<std::optional<Time>>;
  { S::open(state) } -> std::same_as<bool>;
  { S::kWave } -> std::convertible_to<bool>;
  { S::advance(std::move(answers), timed_out) } -> std::same_as<typename S::Command>;
  { S::give_up(std::move(steps), tries) } -> std::same_as<std::optional<typename S::Command>>;
};

}  // namespace souk
