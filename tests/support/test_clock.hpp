// The system's clock, which a test can put forward.
#pragma once

#include <atomic>
#include <cstdint>

#include "actors/core/clock.hpp"

namespace souk::testing {

// Thread-safe.
class TestClock final : public core::Clock {
 public:
  Time now() const override { return system_.now() + Duration{forward_micros_}; }
  void forward(Duration by) { forward_micros_ += by.micros; }

 private:
  core::SystemClock system_;
  std::atomic<std::int64_t> forward_micros_{0};
};

}  // namespace souk::testing
