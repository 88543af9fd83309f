// A saga's test as a script of what is expected to be asked and what is replied.
//
//   SagaScript<Checkout> saga;
//   saga.when(start).expect({place, hold}).reply({accepted,
//   accepted}).then({reserved}).expect({pay});
//
// The script plays the host: it collects the answers to what is pending, and advances the saga once
// all of them are there or the deadline has passed. Every decision is checked against the laws of
// all aggregates, and made again on a state that was replayed from the events and on one that was
// saved and read back.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "actors/model/saga.hpp"
#include "tests/support/describe.hpp"
#include "tests/support/laws.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

inline std::string describe(Intent intent) {
  switch (intent) {
    case Intent::request: return "request";
    case Intent::attempt: return "attempt";
    case Intent::settle: return "settle";
    case Intent::undo: return "undo";
  }
  return "?";
}

template <class Calls>
std::string describe(const Outgoing<Calls>& out) {
  const auto call = std::visit(
      [](const auto& c) {
        using A = typename std::remove_cvref_t<decltype(c)>::aggregate;
        return std::string(name_of(A::kService)) + '/' + c.target + ' ' + describe(c.command);
      },
      out.call);
  return std::to_string(out.step.step) + '/' + std::to_string(out.step.index) + ' ' +
         describe(out.intent) + ' ' + call;
}

template <class Calls>
std::string describe(const std::vector<Outgoing<Calls>>& all) {
  std::string text;
  for (const auto& out : all) text += "\n    " + describe(out);
  return text.empty() ? "\n    nothing" : text;
}

// One saga with a kWave `advance`. Failures are reported at the line of the call.
template <Saga S>
class SagaScript {
 public:
  using State = typename S::State;
  using Command = typename S::Command;
  using Event = typename S::Event;
  using Answer = typename S::Answer;
  using Commands = std::vector<Outgoing<typename S::Calls>>;
  using Where = std::source_location;

  // Decides a command, and folds the events.
  SagaScript& when(const Command& command, const Context& context = {kNow, {}, {}},
                   Where where = Where::current()) {
    outcome_ = S::decide(state_, command, context);
    check_laws(command, context, where);
    if (outcome_.accepted()) {
      const auto& events = outcome_.events();
      history_.insert(history_.end(), events.begin(), events.end());
      state_ = fold<S>(std::move(state_), events);
    }
    return *this;
  }

  // Exactly these commands are pending, in this order.
  SagaScript& expect(const Commands& wanted, Where where = Where::current()) {
    const Commands actual = S::pending(state_);
    if (actual != wanted)
      fail("pending: expected" + describe(wanted) + "\n  actual" + describe(actual), where);
    return *this;
  }

  // Participants answer. The saga advances once everything pending has been answered.
  SagaScript& reply(std::vector<Answer> answers, Where where = Where::current()) {
    answers_.insert(answers_.end(), answers.begin(), answers.end());
    const Commands pending = S::pending(state_);
    const bool all = std::ranges::all_of(pending, [&](const auto& out) {
      return std::ranges::find(answers_, out.step, &Answer::step) != answers_.end();
    });
    return all ? when(S::advance(std::exchange(answers_, {}), false), {kNow, {}, {}}, where)
               : *this;
  }

  // The deadline passes before the rest is answered.
  SagaScript& deadline_passes(Where where = Where::current()) {
    return when(S::advance(std::exchange(answers_, {}), true), {kNow, {}, {}}, where);
  }

  // The saga's host dies and comes back: answers that were not decided upon are lost.
  SagaScript& restart(Where where = Where::current()) {
    answers_.clear();
    const State replayed = fold<S>(State{}, history_);
    if (!(replayed == state_)) fail("a replay folds to another state", where);
    state_ = replayed;
    return *this;
  }

  // The last decision was accepted with exactly these events; none: it changed nothing.
  SagaScript& then(const std::vector<Event>& events, Where where = Where::current()) {
    return judge(Outcome(events), where);
  }

  SagaScript& refused(typename S::Refusal refusal, Where where = Where::current()) {
    return judge(Outcome(refusal), where);
  }

  const State& state() const { return state_; }

 private:
  using Outcome = Decision<Event, typename S::Refusal>;

  SagaScript& judge(const Outcome& wanted, Where where) {
    if (!(outcome_ == wanted))
      fail("expected " + describe_decision<S>(wanted) + "\n  actual   " +
               describe_decision<S>(outcome_),
           where);
    return *this;
  }

  void check_laws(const Command& command, const Context& context, Where where) {
    if (auto broken = broken_by_deciding<S>(state_, command, context); !broken.empty())
      fail(broken, where);
    if (!outcome_.accepted()) return;
    auto history = history_;
    history.insert(history.end(), outcome_.events().begin(), outcome_.events().end());
    if (auto broken = broken_by_cutting<S>(State{}, history); !broken.empty()) fail(broken, where);
  }

  void fail(const std::string& what, Where where) const {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
        << "  state    " << describe(state_) << "\n  " << what;
  }

  State state_;
  std::vector<Event> history_;
  std::vector<Answer> answers_;
  Outcome outcome_ = Outcome::nothing();
};

}  // namespace souk::test
