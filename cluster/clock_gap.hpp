// How far a peer's clock is ahead of this node's, by the times that its greeting and its heartbeats
// bear. No time server is asked, so that nodes whose clocks are off still work together: a moment
// that a peer names is a moment of the peer's clock.
//
// What a message takes makes the peer look late, never early, so of all that were heard within a
// while the one that shows it furthest ahead counts. A while is one of this node's own time: what
// lay unread while this process was frozen comes all at once, is no better for being much, and must
// not make a deadline that has passed one that has not.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "events/ids.hpp"

namespace souk::cluster {

// A regular value.
class ClockGap {
 public:
  static constexpr Duration kTooMuch = seconds(2);  // people should know ...
  static constexpr Duration kNone = seconds(1);     // ... until it is no more than this

  // `window`: several messages come within it.
  explicit ClockGap(Duration window) : window_(window) {}

  // A message that was sent at `theirs`, by the peer's clock, was read at `ours`. Not set: an older
  // version sent it, and nothing is learnt; nor is it from a time that no clock shows.
  void heard(Time theirs, Time ours) {
    if (!shown_by_clocks(theirs)) return;
    const Duration gap = theirs - ours;
    if (!since_.is_set()) since_ = ours;
    if (ours - since_ >= window_) {
      before_ = std::exchange(lately_, std::nullopt);
      since_ = ours;
    }
    lately_ = std::max(gap, lately_.value_or(gap));
  }

  // Nothing before a whole window has been heard.
  std::optional<Duration> ahead() const {
    return before_ ? std::optional(std::max(*before_, *lately_)) : std::nullopt;
  }

  // A time by the peer's clock, by this node's. The same if the gap is not known, or if it is a
  // time that no clock shows. However small the gap is: an order may have less than a second.
  Time here(Time there) const {
    const Duration gap = ahead().value_or(Duration{});
    if (!shown_by_clocks(there)) return there;
    return std::max(there + Duration{-gap.micros}, Time{1});  // a deadline stays one
  }

 private:
  static constexpr Time kLatest{253'402'300'800'000'000};  // the year 10000

  // A peer may say anything; sums of such times would overflow.
  static bool shown_by_clocks(Time time) { return time > Time{} && time < kLatest; }

  Duration window_;
  Time since_;  // when this window began
  std::optional<Duration> lately_, before_;
};

}  // namespace souk::cluster
