// A client that does not give up at once.
#pragma once

#include <atomic>
#include <chrono>
#include <random>
#include <string>

#include "tools/shared/node_client.hpp"

namespace souk::cli {

struct RetryPolicy {
  std::chrono::milliseconds retry_for{60'000};  // how long one request is repeated
  std::chrono::milliseconds first_delay{50};    // doubled every time ...
  std::chrono::milliseconds delay_max{2'000};   // ... up to this
};

// Repeats a request that was not carried out or whose outcome is unknown: no connection, no answer,
// 502, 503, 504, 429. Safe because every request of ours carries an id of its own choosing and is
// carried out once. Waits are drawn at random between half of the delay and all of it, so that
// clients spread out; a Retry-After is waited for. One thread each.
class PatientClient {
 public:
  // `stop`: set from anywhere, ends a wait early; the last answer is then returned as it is.
  PatientClient(const std::string& url, const RetryPolicy& policy, const std::atomic<bool>& stop,
                std::uint32_t seed);

  HttpAnswer send(Method method, const std::string& path, const std::string& json = {});

  std::int64_t retries() const { return retries_; }

  // True for an answer that `send` would ask for again.
  static bool worth_repeating(const HttpAnswer& answer);

  // Sleeps, but no longer than until `stop` is set.
  void pause(std::chrono::milliseconds time) const;

  const RetryPolicy& policy() const { return policy_; }
  bool stopped() const { return stop_.load(std::memory_order_relaxed); }

 private:
  std::chrono::milliseconds jittered(std::chrono::milliseconds delay);

  NodeClient node_;
  RetryPolicy policy_;
  const std::atomic<bool>& stop_;
  std::minstd_rand random_;
  std::int64_t retries_ = 0;
};

}  // namespace souk::cli
