// When the next request may be sent so that there are at most so many a second.
#pragma once

#include <algorithm>
#include <chrono>

#include "tools/bench/endpoint.hpp"

namespace souk::bench {

// A regular value. Turns that nobody took are kept for a moment only: after a stall the load goes
// on at its pace, and does not make up for what it missed.
class Pace {
 public:
  explicit Pace(double per_second)
      : interval_(std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(1.0 / per_second))) {}

  bool due(Clock::time_point now) const { return next_ <= now; }

  // Takes a turn. False, and none is taken, if none is due.
  bool take(Clock::time_point now) {
    if (!due(now)) return false;
    next_ = std::max(next_ + interval_, now - kKept);
    return true;
  }

 private:
  static constexpr std::chrono::milliseconds kKept{20};
  Clock::duration interval_;
  Clock::time_point next_;
};

}  // namespace souk::bench
