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

#include "actors/core/messages.hpp"

namespace souk::core {

// What the receipt says to a command that arrives.
enum class Before : std::uint8_t {
  nothing,    // it has not been answered yet: decide it
  same,       // it has: the same answer again
  undone,     // it is an attempt whose undo came first: refuse it (rule 3)
  id_reused,  // the id came before with another body
};

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
    Time until;  // not set: for ever
    Reply reply;
    bool operator==(const Receipt&) const = default;
  };

  // `receipt` is set to the receipt when the verdict is `same`, and stays valid until the next
  // change.
  Before before(const std::string& id, Intent intent, std::uint64_t fingerprint,
                const Receipt** receipt) const {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return Before::nothing;
    *receipt = &found->second;
    const Receipt& r = found->second;
    switch (intent) {
      case Intent::settle: return r.settled ? Before::same : Before::nothing;
      case Intent::undo: return r.undone ? Before::same : Before::nothing;
      case Intent::request:
      case Intent::attempt:
        if (r.attempted) return r.fingerprint == fingerprint ? Before::same : Before::id_reused;
        return r.undone ? Before::undone : Before::nothing;
    }
    return Before::nothing;
  }

  // Keeps the outcome of a command that was decided. `until`: see Receipt.
  void keep(std::string_view id, Intent intent, std::uint64_t fingerprint, std::uint16_t refusal,
            Reply reply, Time until) {
    const auto [at, added] = by_id_.try_emplace(std::string(id));
    Receipt& r = at->second;
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
    const bool for_ever = !until.is_set() || (!added && !r.until.is_set());
    r.until = for_ever ? Time{} : std::max(r.until, until);
    if (added && !for_ever) expiry_.push_back({until, &at->first});
  }

  // Forgets what is over. Amortised constant per receipt.
  void forget_before(Time now) {
    while (!expiry_.empty() && expiry_.front().until < now) {
      const Expiry front = expiry_.front();
      expiry_.pop_front();
      const auto found = by_id_.find(*front.id);
      if (!found->second.until.is_set()) continue;  // it is kept for ever since
      if (found->second.until < now)
        by_id_.erase(found);
      else
        expiry_.push_back({found->second.until, front.id});
    }
  }

  // Puts a receipt back as it was (from a snapshot).
  void restore(std::string id, Receipt receipt) {
    const Time until = receipt.until;
    const auto [at, added] = by_id_.insert_or_assign(std::move(id), std::move(receipt));
    if (added && until.is_set()) expiry_.push_back({until, &at->first});
  }

  const std::unordered_map<std::string, Receipt>& all() const { return by_id_; }
  std::size_t size() const { return by_id_.size(); }

 private:
  struct Expiry {
    Time until;
    const std::string* id;  // the key in by_id_: stable until it is erased
  };
  std::unordered_map<std::string, Receipt> by_id_;
  std::deque<Expiry>
      expiry_;  // about in order: an entry is looked at again when its receipt has been prolonged
};

}  // namespace souk::core
