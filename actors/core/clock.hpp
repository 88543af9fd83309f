// Where all actors get the time from.
#pragma once

#include <chrono>

#include "events/ids.hpp"

namespace souk::core {

// Thread-safe. The simulation puts a virtual clock in its place.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
  }
};

}  // namespace souk::core
