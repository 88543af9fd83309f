// What an aggregate's host promises, in as few lines as it can be said: one deliverable command in,
// one answer out, and receipts in between. Small enough to be walked through exhaustively.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actors/model/saga.hpp"
#include "tests/sagas/checkout_values.hpp"
#include "tests/support/laws.hpp"

namespace souk::test {

// What makes at-least-once delivery safe. All hold, except where a walk shows what becomes of it
// without one.
struct Rules {
  // 1: an accepted command is applied once, and gets the same reply.
  bool same_id_same_reply = true;
  // 2: a late duplicate of a refused attempt is refused too.
  bool refusals_are_stored = true;
  // 3: an undo that comes first refuses the attempt that comes after it.
  bool undo_refuses_attempt = true;
  // 4: a step whose outcome the deadline left unknown is undone as well.
  bool unknown_is_undone = true;
  // Attempts carry the deadline and are refused after it, so that receipts need not be kept for
  // ever ...
  bool attempts_have_deadline = true;
  // ... but as long as the saga runs.
  bool receipts_outlive_saga = true;
  // The saga's host knows an answer to an attempt from one to its undo.
  bool answers_name_intent = true;
};

template <class A>
struct Verdict {
  std::string refusal;  // its code, empty if accepted
  typename A::Reply reply;
  bool operator==(const Verdict&) const = default;
};

// One aggregate as it survives a crash.
template <class A>
struct Durable {
  struct Receipt {
    std::optional<Verdict<A>> attempt;
    bool settled = false;
    bool undone = false;
    bool operator==(const Receipt&) const = default;
  };
  typename A::State state;
  std::map<StepRef, Receipt> receipts;
  bool operator==(const Durable&) const = default;
};

// What the passage of time demands comes before everything else.
template <class A>
void pass_time(typename A::State& state, Time now) {
  if constexpr (Timed<A>) {
    if (const auto due = A::due(state, now)) {
      const auto decision = A::decide(state, *due, {now, {}, {}});
      if (decision.accepted()) state = fold<A>(std::move(state), decision.events());
    }
  }
}

// Decides on the newest state.
template <class A>
Verdict<A> decide_at(typename A::State& state, const typename A::Command& command, Time now) {
  pass_time<A>(state, now);
  const auto decision = A::decide(state, command, {now, {}, {}});
  if (!decision.accepted())
    return {
        std::string(name_of(A::kService)) + '.' + std::string(A::refusal_name(decision.refusal())),
        {}};
  state = fold<A>(std::move(state), decision.events());
  return {"", A::reply(decision.events())};
}

// What the receipts say to a command; nothing if it is to be decided.
template <class A>
std::optional<Verdict<A>> from_receipts(const Durable<A>& actor, StepRef step, Intent intent,
                                        const Rules& rules) {
  const auto found = actor.receipts.find(step);
  if (found == actor.receipts.end()) return std::nullopt;
  const auto& receipt = found->second;
  const bool done =
      (intent == Intent::settle && receipt.settled) || (intent == Intent::undo && receipt.undone);
  if (done && rules.same_id_same_reply) return Verdict<A>{};
  if (intent != Intent::attempt) return std::nullopt;
  if (receipt.attempt) return receipt.attempt;
  if (receipt.undone && rules.undo_refuses_attempt) return Verdict<A>{"undone", {}};
  return std::nullopt;
}

template <class A>
void keep_receipt(Durable<A>& actor, StepRef step, Intent intent, const Verdict<A>& verdict,
                  const Rules& rules) {
  if (intent == Intent::settle) {
    actor.receipts[step].settled = true;
  } else if (intent == Intent::undo) {
    actor.receipts[step].undone = true;
  } else if (verdict.refusal.empty() ? rules.same_id_same_reply : rules.refusals_are_stored) {
    actor.receipts[step].attempt = verdict;
  }
}

inline Time now_at(bool late) { return late ? kDeadline + seconds(1) : kNow; }

// A command arrives. `late`: the aggregate's clock is past the saga's deadline.
template <class A>
Verdict<A> deliver(Durable<A>& actor, StepRef step, Intent intent,
                   const typename A::Command& command, bool late, const Rules& rules) {
  pass_time<A>(actor.state, now_at(late));
  if (auto again = from_receipts(actor, step, intent, rules)) return *again;
  Verdict<A> verdict;
  if (intent == Intent::attempt && late && rules.attempts_have_deadline)
    verdict.refusal = "deadline_passed";
  else
    verdict = decide_at<A>(actor.state, command, now_at(late));
  keep_receipt(actor, step, intent, verdict, rules);
  return verdict;
}

}  // namespace souk::test
