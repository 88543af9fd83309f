// One aggregate as its host has it between two messages, as a value; and the host's steps as
// functions of such values.
//
// Real: the receipts (Receipts, answered_before, receipt_until), the decision (decide_command), the
// records' bytes and how they are folded (fold_record), the snapshots' bytes. Re-stated from
// actors/core/host.hpp, which needs CAF and a disk: the order in which these are called.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <xxhash.h>

#include "actors/history/fold.hpp"
#include "actors/model/answered.hpp"
#include "actors/model/decide_command.hpp"
#include "store/record.hpp"

namespace souk::test {

// What makes at-least-once delivery safe. All hold, except where a walk shows what becomes of it
// without one: then what the rule keeps is dropped again, or what it asks for is left out.
struct HostRules {
  // 1: an accepted command is applied once, and gets the same reply.
  bool same_id_same_reply = true;
  // 2: a late duplicate of a refused attempt is refused too.
  bool refusals_are_stored = true;
  // 3: an undo that comes first refuses the attempt that comes after it.
  bool undo_refuses_attempt = true;
  // Attempts are refused after their deadline, so that receipts need not be kept for ever ...
  bool attempts_have_deadline = true;
  // ... but for as long after it as clocks may differ ...
  bool margin_for_clocks = true;
  // ... and that of an accepted attempt until its settle or undo.
  bool grants_stay = true;
  // An accepted request's receipt is kept for ever.
  bool requests_stay = true;
  // The same id with another body is told apart.
  bool bodies_are_compared = true;
  // Receipts are durable state: they are in the records, and in the snapshots.
  bool records_carry_receipts = true;
  bool snapshots_carry_receipts = true;
  // An answer waits until all that it was decided upon is durable.
  bool answers_wait = true;
};

// A command as it arrives.
template <class A>
struct Asked {
  std::string id;  // empty: none
  Intent intent = Intent::request;
  Time deadline;
  typename A::Command command;
  bool operator==(const Asked&) const = default;
};

// What a host has in memory, or would have after reading it back.
template <class A>
struct Hosted {
  using Receipt = typename Receipts<typename A::Reply>::Receipt;
  typename A::State state;
  std::map<std::string, Receipt> receipts;
  Time last_time;  // of the last record
  bool operator==(const Hosted&) const = default;
};

// In which order the receipts' expiry looks at them. It is a queue that is only about in order, and
// one that may not go yet keeps those behind it: which one stands in front is a matter of history,
// so a walk tries both ends.
enum class Front : std::uint8_t { first, last };

namespace hosted {

inline constexpr Duration kMargin = seconds(60);
inline constexpr Duration kWindow = seconds(30);  // of a command without a deadline

template <class A>
history::Folded<A> thaw(const Hosted<A>& frozen, Front front) {
  history::Folded<A> live;
  live.state = frozen.state;
  live.last_time = frozen.last_time;
  const auto restore = [&](const auto& one) { live.receipts.restore(one.first, one.second); };
  if (front == Front::first)
    std::for_each(frozen.receipts.begin(), frozen.receipts.end(), restore);
  else
    std::for_each(frozen.receipts.rbegin(), frozen.receipts.rend(), restore);
  return live;
}

template <class A>
Hosted<A> freeze(history::Folded<A> live) {
  Hosted<A> frozen{std::move(live.state), {}, live.last_time};
  live.receipts.for_each([&](const auto& id, const auto& r) { frozen.receipts.emplace(id, r); });
  return frozen;
}

// Drops what rules that do not hold have kept of the last command with this id.
template <class A>
void drop(Hosted<A>& frozen, const std::string& id, Intent intent, Time until,
          const HostRules& rules) {
  const auto found = frozen.receipts.find(id);
  if (found == frozen.receipts.end()) return;
  auto& receipt = found->second;
  const bool accepted = receipt.refusal == 0;
  if (intent == Intent::settle && !rules.same_id_same_reply) receipt.settled = false;
  if (intent == Intent::undo && !rules.undo_refuses_attempt) receipt.undone = false;
  if (intent == Intent::attempt && accepted && !rules.grants_stay) receipt.until = until;
  const bool to_saga = intent == Intent::attempt;
  const bool first = intent == Intent::attempt || intent == Intent::request;
  if (first && (accepted ? !rules.same_id_same_reply : to_saga && !rules.refusals_are_stored)) {
    typename Hosted<A>::Receipt rest;
    rest.settled = receipt.settled;
    rest.undone = receipt.undone;
    rest.until = until;
    receipt = rest;
  }
  if (!receipt.attempted && !receipt.settled && !receipt.undone) frozen.receipts.erase(found);
}

// How long a receipt is kept: see receipt_until.
inline Time until_of(Time deadline, std::uint16_t refusal, Time now, const HostRules& rules) {
  if (!rules.requests_stay && refusal == 0) refusal = 1;  // as if it had been refused
  return receipt_until(deadline, refusal, now, rules.margin_for_clocks ? kMargin : Duration{});
}

// One message's way through the host.
template <class A>
class Turn {
 public:
  Turn(const Hosted<A>& before, Time clock, Front front, const HostRules& rules)
      : live_(thaw(before, front)), now_(std::max(clock, before.last_time)), rules_(rules) {
    live_.receipts.forget_before(now_);
    if constexpr (Timed<A>) {
      if (const auto due = A::due(live_.state, now_)) decide({{}, Intent::request, {}, *due});
    }
  }

  Answered<typename A::Reply> decide(const Asked<A>& asked) {
    store::Record record = begin_record(asked);
    const std::uint64_t fingerprint = rules_.bodies_are_compared ? record.fingerprint : 0;
    if (!asked.id.empty())
      if (auto again = answered_before(live_.receipts, asked.id, asked.intent, fingerprint))
        return *again;
    const Context context{now_, CommandId(asked.id), deadline_for(asked)};
    auto decided = decide_command<A>(live_.state, asked.command, asked.intent, context);
    for (const auto& event : decided.events) live_.state = A::evolve(std::move(live_.state), event);
    Answered<typename A::Reply> answer{false, decided.refusal, {}};
    if (decided.refusal == 0) answer.reply = A::reply(decided.events);
    if (decided.events.empty() && asked.id.empty()) return answer;
    const Time until = until_of(asked.deadline, decided.refusal, now_, rules_);
    if (!asked.id.empty())
      live_.receipts.keep(asked.id, asked.intent, fingerprint, decided.refusal, answer.reply,
                          until);
    leave(std::move(record), decided, fingerprint, until);
    return answer;
  }

  // What is in memory afterwards.
  Hosted<A> end(const Asked<A>* asked) && {
    Hosted<A> after = freeze(std::move(live_));
    if (asked != nullptr && !records_.empty())
      drop(after, asked->id, asked->intent, until_, rules_);
    return after;
  }
  // The bytes of what is to be made durable, in order.
  const std::vector<std::string>& records() const { return records_; }

 private:
  // `sequence` and the offsets stay the same: they would make every moment a new one.
  static store::Record begin_record(const Asked<A>& asked) {
    store::Record record;
    record.stream = "walked";
    record.sequence = 1;
    record.intent = static_cast<std::uint8_t>(asked.intent);
    record.command_id = asked.id;
    std::string bytes;
    const auto tag = codec::encode_variant(asked.command, bytes);
    record.fingerprint = XXH3_64bits_withSeed(bytes.data(), bytes.size(), tag);
    return record;
  }

  Time deadline_for(const Asked<A>& asked) const {
    if (!rules_.attempts_have_deadline) return Time{INT64_MAX};
    return asked.deadline.is_set() ? asked.deadline : now_ + kWindow;
  }

  void leave(store::Record record, const Decided<A>& decided, std::uint64_t fingerprint,
             Time until) {
    record.time = live_.last_time = now_;
    record.refusal = decided.refusal;
    record.fingerprint = fingerprint;
    record.receipt_until = until_ = until;
    for (const auto& event : decided.events) {
      store::Payload& payload = record.events.emplace_back();
      payload.tag = codec::encode_variant(event, payload.bytes);
    }
    store::encode_record(record, records_.emplace_back());
  }

  history::Folded<A> live_;
  Time now_;
  HostRules rules_;
  std::vector<std::string> records_;
  Time until_;  // of the last record's receipt
};

}  // namespace hosted

// --- the host's steps ------------------------------------------------------------------------

template <class A>
struct Handled {
  Hosted<A> after;
  Answered<typename A::Reply> answer;
  std::vector<std::string> records;
};

// A command arrives, or, without one, a read.
template <class A>
Handled<A> handle(const Hosted<A>& before, const Asked<A>* asked, Time clock, Front front,
                  const HostRules& rules) {
  hosted::Turn<A> turn(before, clock, front, rules);
  Handled<A> handled;
  if (asked != nullptr) handled.answer = turn.decide(*asked);
  handled.records = turn.records();
  handled.after = std::move(turn).end(asked);
  return handled;
}

// What is read back after one record more.
template <class A>
Hosted<A> fold_bytes(const Hosted<A>& before, const std::string& bytes, const HostRules& rules) {
  store::RecordView record;
  auto live = hosted::thaw(before, Front::first);
  if (!store::parse_record(bytes, record).ok() || !history::fold_record<A>(record, live))
    throw std::logic_error("A record cannot be read back.");
  Hosted<A> after = hosted::freeze(std::move(live));
  hosted::drop(after, std::string(record.command_id), static_cast<Intent>(record.intent),
               record.receipt_until, rules);
  if (!rules.records_carry_receipts) after.receipts.clear();
  return after;
}

// What is read back of a snapshot.
template <class A>
Hosted<A> through_snapshot(const Hosted<A>& saved, const HostRules& rules) {
  auto live = hosted::thaw(saved, Front::first);
  if (!rules.snapshots_carry_receipts) live.receipts = {};
  const store::Snapshot snapshot{
      history::snapshot_version<A>(), 1, 1,
      history::encode_snapshot<A>(live.state, live.receipts, live.last_time)};
  history::Folded<A> back;
  if (!history::begin_with<A>(snapshot, back))
    throw std::logic_error("A snapshot cannot be read back.");
  return hosted::freeze(std::move(back));
}

}  // namespace souk::test
