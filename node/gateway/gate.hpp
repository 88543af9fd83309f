// What all connections of a server share.
#pragma once

#include <atomic>
#include <cstdint>

#include "node/gateway/exchange.hpp"

namespace souk::gateway {

// Thread-safe. Lives as long as the last exchange.
struct Gate {
  Gate(Backend& backend_of_all, std::int64_t max) : backend(backend_of_all), in_flight_max(max) {}

  Backend& backend;
  const std::int64_t in_flight_max;
  std::atomic<std::int64_t> in_flight{0};
  std::atomic<bool> draining{false};

  // Asked before a request is counted itself.
  Load load() const {
    if (draining.load(std::memory_order_relaxed) || backend.draining()) return Load::draining;
    return in_flight.load(std::memory_order_relaxed) >= in_flight_max ? Load::full : Load::normal;
  }
};

// Counts one request as long as it lives. Moved along with what will write the answer.
class InFlight {
 public:
  explicit InFlight(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) { ++gate_->in_flight; }
  InFlight(InFlight&&) noexcept = default;
  InFlight& operator=(InFlight&&) = delete;
  ~InFlight() {
    if (gate_) --gate_->in_flight;
  }

 private:
  std::shared_ptr<Gate> gate_;
};

}  // namespace souk::gateway
