#include "actors/core/clock.hpp"

#include <algorithm>
#include <time.h>

namespace souk::core {
namespace {

Time read(clockid_t which) {
  timespec now{};
  clock_gettime(which, &now);
  return {static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000};
}

}  // namespace

Time SystemClock::wall_clock() { return read(CLOCK_REALTIME); }
Time SystemClock::running_clock() { return read(CLOCK_BOOTTIME); }

SystemClock::SystemClock(Reading wall, Reading running)
    : wall_(wall), running_(running), gap_((wall() - running()).micros) {}

// Time that passes between the two readings makes the wall clock look as if it was put back, never
// as if it was put forward.
Time SystemClock::now() const {
  const Time wall = wall_();
  const std::int64_t ahead = gap_.load(std::memory_order_relaxed) - (wall - running_()).micros;
  if (behind_.load(std::memory_order_relaxed) || ahead > kSetMin.micros || ahead < -kSetMin.micros)
    return catch_up();
  return wall;
}

Time SystemClock::catch_up() const {
  const std::lock_guard lock(mutex_);
  const Time wall = wall_(), running = running_();
  const std::int64_t behind = gap_ - (wall - running).micros;
  if (!behind_ && behind > kSetMin.micros) {
    behind_ = true;
    slowed_at_ = running;
  } else if (behind_ && behind > 0) {
    const Duration slower{(running - slowed_at_).micros / kSlower};
    gap_ -= std::min(slower.micros, behind);
    slowed_at_ = slowed_at_ + Duration{slower.micros * kSlower};
  } else {
    behind_ = false;
    gap_ = (wall - running).micros;
  }
  return running + Duration{gap_};
}

}  // namespace souk::core
