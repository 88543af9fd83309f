// The node's log for those who look at it from outside, over HTTP. What may wait for the disk is
// done by threads of its own, so that neither aggregates that are loaded nor the read models wait
// for it: one for what is large, which gives way to the rest of the node, and one for what is
// small. What they have read counts against a bound until the socket has taken it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <caf/all.hpp>

#include "actors/core/runtime.hpp"
#include "node/budget.hpp"
#include "node/gateway/raw_log.hpp"
#include "store/log.hpp"

namespace souk::node {

struct RawLogOptions {
  std::int64_t bytes_max = 64 << 20;  // of batches asked for, read, or on their way to a client
  std::int64_t lookups_max = 256;     // of other questions at once
  std::int64_t waits_max = 1'000;     // of those who wait for a record
};

// Made and stopped by the node's thread; everything else may be called from any.
class RawLog {
 public:
  // `runtime` has its feed.
  RawLog(caf::actor_system& system, const core::Runtime& runtime, const RawLogOptions& options);

  gateway::LogInfo info() const;
  void read(gateway::ReadBatches request);
  void find(gateway::FindBatch request);
  void head(gateway::StreamRequest<gateway::LogHead> request);
  void snapshot(gateway::StreamRequest<gateway::LogSnapshot> request);

  // Ends the threads; whoever waits for them is answered. Those who wait for a record are answered
  // when the feed ends.
  void stop();

 private:
  template <class T>
  void look_up(gateway::LogDone<T> done, std::function<gateway::LogAnswer<T>()> work);
  void wait(gateway::ReadBatches request);

  caf::actor_system& system_;
  const core::Runtime& runtime_;
  const store::Log& log_;
  const std::shared_ptr<Budget> bytes_;
  const std::shared_ptr<Budget> lookups_;
  const std::shared_ptr<Budget> waits_;
  caf::actor bulk_;
  caf::actor small_;
};

}  // namespace souk::node
