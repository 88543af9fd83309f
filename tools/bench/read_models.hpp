// What the read models make of a load: how far they lag while orders run, and how fast they are
// built anew.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tools/bench/endpoint.hpp"

namespace souk::bench {

// What the node said of its read models, again and again while it was measured.
struct LagSamples {
  std::vector<double> seconds_behind;  // age of the oldest record that was not in them
  std::uint64_t records_behind_max = 0;

  // In milliseconds, of 0 to 100 percent. There must be a sample.
  double milliseconds_at(double percent) const;
};

// One rebuild, beside the live models.
struct RebuildFigures {
  std::uint64_t records = 0;
  double seconds = 0;
  double lag_at_switch_seconds = 0;
  double records_per_second() const {
    return seconds > 0 ? static_cast<double>(records) / seconds : 0.0;
  }
};

// Asks the node ten times a second, on a thread of its own, from its construction to `stop`.
class LagWatch {
 public:
  explicit LagWatch(const Endpoint& endpoint);
  ~LagWatch();
  LagWatch(const LagWatch&) = delete;
  LagWatch& operator=(const LagWatch&) = delete;

  // Nothing if the node keeps no read models.
  std::optional<LagSamples> stop();

 private:
  void watch();

  std::string url_;
  LagSamples samples_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

// Has the node build its read models anew, and waits for the end. Nothing if it keeps none. Throws
// BenchError if it fails.
std::optional<RebuildFigures> rebuild_read_models(const Endpoint& endpoint);

}  // namespace souk::bench
