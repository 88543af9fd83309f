// Looks on from a thread of its own, by the real clock: a run that hangs, or takes the process with
// it, must not do so without a word.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "events/ids.hpp"

namespace souk::sim {

// How far the run is, for those who look on.
struct Pulse {
  std::atomic<std::uint64_t> seed{0};
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::int64_t> passed{0};  // simulated microseconds

  void beat(std::uint64_t steps_done, Duration time_passed) {
    steps.store(steps_done, std::memory_order_relaxed);
    passed.store(time_passed.micros, std::memory_order_relaxed);
  }
};

class Watchdog {
 public:
  using Seconds = std::chrono::duration<double>;

  // Calls `hung`, on its thread, when the pulse has not changed for so long; once.
  Watchdog(const Pulse& pulse, Seconds patience, std::function<void()> hung);
  ~Watchdog();

 private:
  void look_on();
  bool has_ended(Seconds wait);

  const Pulse& pulse_;
  const Seconds patience_;
  const std::function<void()> hung_;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool ended_ = false;
  std::thread thread_;
};

// From now on whoever ends the process by a signal (a failed assertion, std::terminate, a bad
// pointer) has its seed said on standard error.
void name_seed_of_crash(const Pulse& pulse);

}  // namespace souk::sim
