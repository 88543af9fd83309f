// How long nothing has been heard of a peer, as far as this process was there to listen.
#pragma once

#include <algorithm>

#include "events/ids.hpp"

namespace souk::cluster {

// A regular value; who waits for the peer ticks it many times within the longest silence it bears.
// Time in which this process did not run (it was frozen, or its machine was far too busy) is not
// the peer's silence: what the peer sent meanwhile lies unread.
class Silence {
 public:
  explicit Silence(Duration max) : pause_max_{max.micros / 4} {}

  // Something came, or the wait begins.
  void heard(Time now) { heard_ = now; }

  // At every tick: for how long nothing has come.
  Duration tick(Time now) {
    const Duration pause = ticked_.is_set() ? now - ticked_ : Duration{};
    ticked_ = now;
    if (pause > pause_max_) heard_ = heard_ + pause;
    heard_ = std::min(heard_, now);  // the clock may have been put back, too
    return now - heard_;
  }

 private:
  Duration pause_max_;  // between two ticks of a process that runs
  Time heard_;
  Time ticked_;
};

}  // namespace souk::cluster
