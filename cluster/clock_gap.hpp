// How far a peer's clock is ahead of this node's, by the times that its greeting and its heartbeats
// bear. No time server is asked, so that nodes whose clocks are off still work together: a moment
// that a peer names is a moment of the peer's clock.
#pragma once

#include <algorithm>
#include <optional>

#include "events/ids.hpp"

namespace souk::cluster {

// A regular value.
class ClockGap {
 public:
  static constexpr Duration kNone = seconds(1);      // clocks that agree within this count as one
  static constexpr Duration kTooMuch = seconds(2);   // people should know
  static constexpr int kWindow = 8;                  // messages

  // A message that was sent at `theirs`, by the peer's clock, was read at `ours`. Not set: an older
  // version sent it, and nothing is learnt.
  //
  // What a message takes makes the peer look late, never early. So the largest gap of the last
  // kWindow to 2 kWindow messages counts.
  void heard(Time theirs, Time ours) {
    if (!theirs.is_set()) return;
    if (++heard_ % kWindow == 0) before_ = std::exchange(lately_, std::nullopt);
    const Duration gap = theirs - ours;
    lately_ = std::max(gap, lately_.value_or(gap));
  }

  // Zero before anything was heard.
  Duration ahead() const {
    const Duration gap = lately_.value_or(before_.value_or(Duration{}));
    return before_ ? std::max(gap, *before_) : gap;
  }

  // Whether so much was heard that no single slow message counts.
  bool is_sure() const { return heard_ >= kWindow; }

  // A time by the peer's clock, by this node's. What is not set stays so.
  Time here(Time there) const {
    const Duration gap = ahead();
    if (!there.is_set() || std::abs(gap.micros) <= kNone.micros) return there;
    return there + Duration{-gap.micros};
  }

 private:
  std::int64_t heard_ = 0;
  std::optional<Duration> lately_, before_;
};

}  // namespace souk::cluster
