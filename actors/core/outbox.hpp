// A saga's outbox: which of its commands are in flight, and when each is sent again.
//
// Nothing of it is stored. It follows from the committed state: `pending(state)` says what should
// be in flight, and a restart sends all of that again under the same ids; receipts make it safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "actors/core/messages.hpp"

namespace souk::core {

// The token that comes back with an answer: step, intent and index.
inline std::uint64_t token_of(StepRef step, Intent intent) {
  return static_cast<std::uint64_t>(step.step) << 48 | static_cast<std::uint64_t>(intent) << 40 |
         step.index;
}

// One saga's. Not thread-safe; belongs to the saga's host.
template <class S>
class Outbox {
 public:
  struct Entry {
    Outgoing<typename S::Calls> out;
    bool answered = false;
    std::int64_t tries = 0;
    Time next_try;
    bool given_up = false;  // its give_up has been handed in
  };

  // Takes the committed state's pending commands: those that are new are to be sent, those that are
  // no longer pending are dropped.
  void follow(std::vector<Outgoing<typename S::Calls>> pending) {
    std::unordered_map<std::uint64_t, Entry> next;
    next.reserve(pending.size());
    order_.clear();
    for (auto& out : pending) {
      const std::uint64_t token = token_of(out.step, out.intent);
      order_.push_back(token);
      if (const auto old = entries_.find(token); old != entries_.end())
        next.emplace(token, std::move(old->second));
      else
        next.emplace(token, Entry{std::move(out), false, 0, {}, false});
    }
    entries_ = std::move(next);
    std::erase_if(answers_, [&](const auto& one) { return !entries_.contains(one.first); });
  }

  // Notes an answer. False if it was not waited for: late, or a duplicate.
  bool answered(std::uint64_t token, typename S::Answer answer) {
    const auto found = entries_.find(token);
    if (found == entries_.end() || found->second.answered) return false;
    found->second.answered = true;
    answers_.emplace_back(token, std::move(answer));
    return true;
  }

  bool waits_for(std::uint64_t token) const {
    const auto found = entries_.find(token);
    return found != entries_.end() && !found->second.answered;
  }
  const Entry* find(std::uint64_t token) const {
    const auto found = entries_.find(token);
    return found == entries_.end() ? nullptr : &found->second;
  }

  bool idle() const { return entries_.empty(); }
  bool has_answers() const { return !answers_.empty(); }
  bool all_answered() const { return !entries_.empty() && answers_.size() == entries_.size(); }

  // The answers so far, in the order of `pending`, which then start anew. Their entries stay until
  // `follow` drops them.
  std::vector<typename S::Answer> take_answers() {
    std::unordered_map<std::uint64_t, std::size_t> rank;
    rank.reserve(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) rank.emplace(order_[i], i);
    std::sort(answers_.begin(), answers_.end(),
              [&](const auto& a, const auto& b) { return rank.at(a.first) < rank.at(b.first); });
    std::vector<typename S::Answer> taken;
    taken.reserve(answers_.size());
    for (auto& [token, answer] : answers_) taken.push_back(std::move(answer));
    answers_.clear();
    return taken;
  }

  // Calls `send(entry)` for every unanswered command that is due, and sets when it is due again:
  // back-off doubles from `policy.first_retry` to `policy.retry_max`, with up to a quarter of
  // jitter taken from `random`.
  template <class Send, class Random>
  void send_due(Time now, const RetryPolicy& policy, Random& random, Send&& send) {
    for (const std::uint64_t token : order_) {
      Entry& entry = entries_.at(token);
      if (entry.answered || entry.next_try > now) continue;
      ++entry.tries;
      const auto doublings = std::min<std::int64_t>(entry.tries - 1, 30);
      const std::int64_t wait =
          std::min(policy.first_retry.micros << doublings, policy.retry_max.micros);
      entry.next_try =
          now +
          Duration{wait - wait / 4 +
                   static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(wait / 4 + 1))};
      send(entry);
    }
  }

  // Steps that have used up their tries and were not reported before.
  std::vector<StepRef> newly_used_up(const RetryPolicy& policy) {
    std::vector<StepRef> steps;
    for (const std::uint64_t token : order_) {
      Entry& entry = entries_.at(token);
      if (entry.answered || entry.given_up || entry.tries < policy.tries_before_dead_letter)
        continue;
      entry.given_up = true;
      steps.push_back(entry.out.step);
    }
    return steps;
  }

  // The earliest moment at which something is to be sent again, if anything is unanswered.
  std::optional<Time> next_due() const {
    std::optional<Time> due;
    for (const auto& [token, entry] : entries_)
      if (!entry.answered && (!due || entry.next_try < *due)) due = entry.next_try;
    return due;
  }

 private:
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::vector<std::uint64_t> order_;  // as pending() gave them
  std::vector<std::pair<std::uint64_t, typename S::Answer>> answers_;
};

}  // namespace souk::core
