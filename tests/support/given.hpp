// given<Stock>({...events}).when(command).then(events...): how a decider's rules are written down.
//
//   given<Stock>({registered,
//   received}).when(hold).then(held).when(same_hold).refused(already_held);
//
// Every `when` also checks, without a word, what every aggregate promises (tests/support/laws.hpp):
// it decides twice, saves and reads back the command, the events and the state, cuts the history at
// every event as a snapshot would, and asks for the state's invariants.
#pragma once

#include <initializer_list>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/laws.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

template <Aggregate A>
class When;

// An aggregate with a past.
template <Aggregate A>
class Given {
 public:
  using State = typename A::State;
  using Event = typename A::Event;

  explicit Given(std::vector<Event> history, State start = {})
      : start_(std::move(start)), history_(std::move(history)) {}

  State state() const { return fold<A>(start_, history_); }

  // Decides `command`. A failure is reported at the line of this call.
  When<A> when(typename A::Command command, Time now = kNow,
               std::source_location where = std::source_location::current()) const {
    return When<A>(*this, std::move(command), now, where);
  }

 private:
  friend class When<A>;
  State start_;
  std::vector<Event> history_;
};

// A command, decided. Exactly one of then, changes_nothing and refused must follow.
template <Aggregate A>
class When {
 public:
  using Event = typename A::Event;
  using Outcome = Decision<Event, typename A::Refusal>;

  When(Given<A> before, typename A::Command command, Time now, std::source_location where)
      : before_(std::move(before)), command_(std::move(command)), where_(where) {
    const Context context{now, CommandId("test"), {}};
    const auto state = before_.state();
    outcome_ = A::decide(state, command_, context);
    expect_lawful(broken_by_folding<A>(before_.start_, before_.history_));
    expect_lawful(broken_by_deciding<A>(state, command_, context));
    expect_lawful(broken_by_cutting<A>(before_.start_, after().history_));
  }

  // Accepted, with exactly these events. Goes on with the aggregate as it is then.
  template <class... Es>
  Given<A> then(const Es&... events) const {
    static_assert(sizeof...(events) > 0, "say changes_nothing()");
    expect(Outcome(std::vector<Event>{Event(events)...}));
    return after();
  }

  Given<A> changes_nothing() const {
    expect(Outcome::nothing());
    return after();
  }

  Given<A> refused(typename A::Refusal refusal) const {
    expect(Outcome(refusal));
    return before_;
  }

  // What the sender is told.
  typename A::Reply reply() const { return A::reply(outcome_.events()); }

 private:
  Given<A> after() const {
    Given<A> given = before_;
    if (outcome_.accepted())
      given.history_.insert(given.history_.end(), outcome_.events().begin(),
                            outcome_.events().end());
    return given;
  }

  void expect(const Outcome& wanted) const {
    if (outcome_ == wanted) return;
    fail("expected " + describe_decision<A>(wanted) + "\n  actual   " +
         describe_decision<A>(outcome_));
  }

  void expect_lawful(const std::string& broken) const {
    if (!broken.empty()) fail(broken);
  }

  void fail(const std::string& what) const {
    ADD_FAILURE_AT(where_.file_name(), static_cast<int>(where_.line()))
        << "  command  " << describe(command_) << "\n  state    " << describe(before_.state())
        << "\n  " << what;
  }

  Given<A> before_;
  typename A::Command command_;
  std::source_location where_;
  Outcome outcome_ = Outcome::nothing();
};

template <Aggregate A>
Given<A> given(std::initializer_list<typename A::Event> history = {}) {
  return Given<A>(std::vector<typename A::Event>(history));
}

template <Aggregate A>
Given<A> given(std::vector<typename A::Event> history) {
  return Given<A>(std::move(history));
}

// For states that take more events to reach than a test can fold.
template <Aggregate A>
Given<A> given_state(typename A::State state) {
  return Given<A>({}, std::move(state));
}

}  // namespace souk::test
