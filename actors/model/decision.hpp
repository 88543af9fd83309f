// What an aggregate's decider takes and gives. Pure: no clock, no I/O, no ids of its own.
#pragma once

#include <initializer_list>
#include <utility>
#include <variant>
#include <vector>

#include "events/ids.hpp"

namespace souk {

// The only clock and the only id that a decider sees.
struct Context {
  Time now;              // when the command is decided; never goes back within one aggregate
  CommandId command_id;  // empty for a command without an id
  Time deadline;         // of the command; not set if it has none
};

// The outcome of `decide`: the events that happened (none is fine: nothing changed), or why not.
template <class Event, class Refusal>
class Decision {
 public:
  Decision(std::vector<Event> events) : outcome_(std::move(events)) {}  // NOLINT: implicit
  Decision(std::initializer_list<Event> events) : outcome_(std::vector<Event>(events)) {}
  Decision(Event event) : outcome_(std::vector<Event>{std::move(event)}) {}  // NOLINT: implicit
  Decision(Refusal refusal) : outcome_(refusal) {}                           // NOLINT: implicit

  // Accepted, and nothing changes.
  static Decision nothing() { return Decision(std::vector<Event>{}); }

  bool accepted() const { return outcome_.index() == 0; }
  const std::vector<Event>& events() const { return std::get<0>(outcome_); }
  std::vector<Event>& events() { return std::get<0>(outcome_); }
  Refusal refusal() const { return std::get<1>(outcome_); }

  bool operator==(const Decision&) const = default;

 private:
  std::variant<std::vector<Event>, Refusal> outcome_;
};

// Joins lambdas into one visitor.
template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

}  // namespace souk
