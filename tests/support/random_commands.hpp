// Random commands against an aggregate: after each, the laws of all aggregates, the state's
// invariants and whatever a test watches for must hold. RapidCheck prints the seed of a failure and
// takes it back: RC_PARAMS="seed=..." in the environment.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/laws.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

template <Aggregate A>
struct RandomStep {
  Duration wait;  // since the step before
  typename A::Command command;
};

// What a test sees of one decided command.
template <Aggregate A>
struct Observed {
  const typename A::State& before;
  const typename A::Command& command;
  Time now;
  const Decision<typename A::Event, typename A::Refusal>& decision;
  const typename A::State& after;
};

// Watches one run; the sentence of what is wrong, or empty.
template <Aggregate A>
using Watch = std::function<std::string(const Observed<A>&)>;

// Decides one command after the other. Returns all events; fails the property, with the commands
// that led there, if anything is broken.
template <Aggregate A>
std::vector<typename A::Event> run(const std::vector<RandomStep<A>>& steps, const Watch<A>& watch) {
  typename A::State state;
  std::vector<typename A::Event> history;
  std::string script;
  Time now = kNow;
  for (const auto& [wait, command] : steps) {
    now = now + wait;
    const Context context{now, CommandId("random"), {}};
    script += "\n  " + describe(now) + ' ' + describe(command);
    const auto broken = broken_by_deciding<A>(state, command, context);
    if (!broken.empty()) RC_FAIL(broken + script);
    const auto decision = A::decide(state, command, context);
    script += " -> " + describe_decision<A>(decision);
    typename A::State after = state;
    if (decision.accepted()) {
      after = fold<A>(std::move(after), decision.events());
      history.insert(history.end(), decision.events().begin(), decision.events().end());
    }
    const auto seen = watch(Observed<A>{state, command, now, decision, after});
    if (!seen.empty()) RC_FAIL(seen + script);
    state = std::move(after);
  }
  const auto broken = broken_by_cutting<A>({}, history);
  if (!broken.empty()) RC_FAIL(broken + script);
  return history;
}

// Runs many random sequences, each with a watch of its own. Expects that every kind of event came
// up: a property about nothing is none. (Of 100 sequences one in some thousand times misses one.)
template <Aggregate A>
void check_random_commands(const std::string& name, const rc::Gen<RandomStep<A>>& step,
                           const std::function<Watch<A>()>& new_watch) {
  std::set<std::size_t> kinds;
  EXPECT_TRUE(rc::check(name, [&] {
    constexpr int kSequences = 4;
    for (int i = 0; i < kSequences; ++i) {
      const auto steps = *rc::gen::container<std::vector<RandomStep<A>>>(step);
      for (const auto& event : run<A>(steps, new_watch())) kinds.insert(event.index());
    }
  }));
  EXPECT_EQ(kinds.size(), std::variant_size_v<typename A::Event>)
      << "some kind of event never came up";
}

// --- generators ------------------------------------------------------------------------------

// A step of any of `commands`, after a random wait of up to `wait_max`.
template <Aggregate A>
rc::Gen<RandomStep<A>> step_of(std::vector<rc::Gen<typename A::Command>> commands,
                               Duration wait_max) {
  const auto which = rc::gen::inRange<std::size_t>(0, commands.size());
  auto command = rc::gen::mapcat(
      which, [commands = std::move(commands)](std::size_t index) { return commands[index]; });
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange<std::int64_t>(0, wait_max.micros + 1), std::move(command)),
      [](std::pair<std::int64_t, typename A::Command> step) {
        return RandomStep<A>{Duration{step.first}, std::move(step.second)};
      });
}

// One of few ids, so that they meet again.
template <class Id>
rc::Gen<Id> few_ids(const std::string& prefix, int count) {
  return rc::gen::map(rc::gen::inRange(1, count + 1),
                      [prefix](int number) { return Id(numbered(prefix, number)); });
}

// Mostly small, sometimes at or beyond a limit.
inline rc::Gen<std::int64_t> edgy_number(std::int64_t limit) {
  return rc::gen::weightedOneOf<std::int64_t>(
      {{6, rc::gen::inRange<std::int64_t>(0, 20)},
       {1, rc::gen::element<std::int64_t>(INT64_MIN, -1, limit - 1, limit, limit + 1, INT64_MAX)}});
}

inline rc::Gen<Money> edgy_money() {
  return rc::gen::map(
      rc::gen::pair(edgy_number(kMoneyMinorMax),
                    rc::gen::weightedElement<const char*>({{20, "GBP"}, {1, "EUR"}})),
      [](std::pair<std::int64_t, const char*> money) {
        return Money{money.first, currency(money.second)};
      });
}

}  // namespace souk::test
