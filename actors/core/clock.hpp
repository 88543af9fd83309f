// Where all actors get the time from.
#pragma once

#include <atomic>
#include <mutex>

#include "events/ids.hpp"

namespace souk::core {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

// The machine's wall clock, kept from going back: timers and deadlines are times of it, and one
// that is an hour off when somebody puts the wall clock back would stall for that hour.
//
// While nobody sets the wall clock, this is the wall clock, within kSetMin. If it is put forward,
// this follows at once: what is due meanwhile is due. If it is put back, this goes on from where it
// was, a sixteenth slower than time does, until the wall clock has caught up.
class SystemClock final : public Clock {
 public:
  using Reading = Time (*)();
  // `wall` may be set by people and time servers; `running` counts from anywhere, and only runs,
  // also while the machine sleeps. Both run at the same speed.
  explicit SystemClock(Reading wall = &wall_clock, Reading running = &running_clock);

  Time now() const override;

  static Time wall_clock();
  static Time running_clock();

  static constexpr Duration kSetMin = milliseconds(10);  // less is two readings at two moments
  static constexpr int kSlower = 16;  // of this many microseconds one is left out

 private:
  Time catch_up() const;

  const Reading wall_, running_;
  mutable std::atomic<std::int64_t> gap_;    // from `running` to this clock, in microseconds
  mutable std::atomic<bool> behind_{false};  // the wall clock is, as it was put back
  mutable std::mutex mutex_;                 // of who changes these three
  mutable Time slowed_at_;                   // of `running`, when gap_ was last made smaller
};

}  // namespace souk::core
