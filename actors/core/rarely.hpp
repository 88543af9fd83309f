// For log lines that a crowd of actors would write at the same moment: one of them a second does,
// and says how many others there were.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "events/ids.hpp"

namespace souk::core {

// Thread-safe.
class Rarely {
 public:
  // Nothing: somebody else wrote it within the last second. Otherwise it is the caller's to write,
  // and the number is that of those who did not since it was written last.
  std::optional<std::int64_t> my_turn(Time now) {
    std::int64_t last = last_.load();
    const bool due = now.micros - last >= kEvery.micros || now.micros < last;
    if (due && last_.compare_exchange_strong(last, now.micros)) return kept_back_.exchange(0);
    ++kept_back_;
    return std::nullopt;
  }

 private:
  static constexpr Duration kEvery = seconds(1);
  std::atomic<std::int64_t> last_{0};
  std::atomic<std::int64_t> kept_back_{0};
};

}  // namespace souk::core
