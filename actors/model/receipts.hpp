// Receipts: what makes at-least-once delivery safe. Rules 1 to 3 of the design's section 4; rule 4
// is the saga's.
//
// A receipt belongs to the id that a command carries; a saga's attempt, settle and undo of one step
// share an id and differ by intent. Receipts are part of an aggregate's durable state: they are
// read back from its records and stand in its snapshots.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "actors/model/saga.hpp"

namespace souk {

// What the receipt says to a command that arrives.
enum class Before : std::uint8_t {
  nothing,    // it has not been answered yet: decide it
  same,       // it has: the same answer again
  undone,     // it is an attempt whose undo came first: refuse it (rule 3)
  id_reused,  // the id came before with another body
};

// When the receipt of a command that was decided at `now` may be forgotten; not set: never. A
// saga's outlives the deadline that its attempts carry by `margin`, for clocks that differ. A
// client's command has no deadline: accepted, its receipt is kept for ever; refused, for the margin
// only, as the client may try again once the cause is mended.
inline Time receipt_until(Time deadline, std::uint16_t refusal, Time now, Duration margin) {
  if (deadline.is_set()) return deadline + margin;
  return refusal != 0 ? now + margin : Time{};
}

// One actor's; not thread-safe.
template <class Reply>
class Receipts {
 public:
  struct Receipt {
    std::uint64_t fingerprint = 0;  // of the request's or attempt's body
    std::uint16_t refusal = 0;      // 0: accepted
    bool attempted = false;         // a request or an attempt was answered
    bool settled = false;
    bool undone = false;
    Time until;  // when it may be forgotten; not set: never
    Reply reply;
    bool operator==(const Receipt&) const = default;
  };

  // `receipt` is set to the receipt when the verdict is `same`, and stays valid until the next
  // change.
  Before before(const std::string& id, Intent intent, std::uint64_t fingerprint,
                const Receipt** receipt) const {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return Before::nothing;
    const Receipt& r = found->second.receipt;
    *receipt = &r;
    switch (intent) {
      case Intent::settle: return r.settled ? Before::same : Before::nothing;
      case Intent::undo: return r.undone ? Before::same : Before::nothing;
      case Intent::attempt:
        // A saga's ids are its own and never name another command: an attempt that a newer souk
        // encodes with more bytes is the same attempt.
        if (r.attempted) return Before::same;
        return r.undone ? Before::undone : Before::nothing;
      case Intent::request:
        if (r.attempted) return r.fingerprint == fingerprint ? Before::same : Before::id_reused;
        return Before::nothing;
    }
    return Before::nothing;
  }

  // Keeps the outcome of a command that was decided. `until`: when it may be forgotten, not set for
  // never. The receipt of an accepted attempt is kept until its settle or undo comes, whatever
  // `until` says: a saga that was away for long must not hear "deadline passed" of what it had been
  // granted.
  void keep(std::string_view id, Intent intent, std::uint64_t fingerprint, std::uint16_t refusal,
            Reply reply, Time until) {
    const auto at = by_id_.try_emplace(std::string(id)).first;
    Receipt& r = at->second.receipt;
    if (intent == Intent::settle) {
      r.settled = true;
    } else if (intent == Intent::undo) {
      r.undone = true;
    } else {
      r.attempted = true;
      r.fingerprint = fingerprint;
      r.refusal = refusal;
      r.reply = std::move(reply);
    }
    const bool granted = intent == Intent::attempt && refusal == 0;
    r.until = granted ? Time{} : until;
    expire_later(at->first, at->second);
  }

  // Forgets what is over. Amortised constant per receipt.
  void forget_before(Time now) {
    while (!expiry_.empty() && expiry_.front().until < now) {
      const auto found = by_id_.find(*expiry_.front().id);
      expiry_.pop_front();
      found->second.queued = false;
      const Time until = found->second.receipt.until;
      if (until.is_set() && until < now)
        by_id_.erase(found);
      else
        expire_later(found->first, found->second);
    }
  }

  // Forgets one before its time: for whoever knows that nobody will ask for it. False, and nothing
  // is done, if it has a time already at which it will be forgotten.
  bool forget(const std::string& id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return true;
    if (found->second.queued) return false;
    by_id_.erase(found);
    return true;
  }

  // Puts a receipt back as it was (from a snapshot).
  void restore(std::string id, Receipt receipt) {
    const auto at = by_id_.try_emplace(std::move(id)).first;
    at->second.receipt = std::move(receipt);
    expire_later(at->first, at->second);
  }

  // Calls `f(id, receipt)` for each of them, in no order.
  template <class F>
  void for_each(F&& f) const {
    for (const auto& [id, kept] : by_id_) f(id, kept.receipt);
  }
  std::size_t size() const { return by_id_.size(); }

 private:
  struct Kept {
    Receipt receipt;
    bool queued = false;  // it has an entry in expiry_
  };
  struct Expiry {
    Time until;
    const std::string*
        id;  // the key in by_id_: stable until it is erased, which only its entry's turn does
  };

  void expire_later(const std::string& id, Kept& kept) {
    if (kept.queued || !kept.receipt.until.is_set()) return;
    kept.queued = true;
    expiry_.push_back({kept.receipt.until, &id});
  }

  std::unordered_map<std::string, Kept> by_id_;
  std::deque<Expiry>
      expiry_;  // about in order; a receipt that has been prolonged gets another turn
};

}  // namespace souk
