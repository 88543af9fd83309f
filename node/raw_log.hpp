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
  // Of batches on their way to clients, before further reads are turned away. What is being read
  // comes on top: at most 8 MiB, or one batch, for each of the threads.
  std::int64_t bytes_max = 64 << 20;
  std::int64_t reads_max = 1'000;  // of batches, at once
  std::int64_t lookups_max = 256;  // of other questions at once
  std::int64_t waits_max = 1'000;  // of those who wait for a record
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

  // Those who wait for a record wait no longer: they get what there is. Any thread.
  void end_waits();

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
  const std::shared_ptr<Budget> reads_;
  const std::shared_ptr<Budget> lookups_;
  const std::shared_ptr<Budget> waits_;
  caf::actor waits_end_;  // with this one
  caf::actor bulk_;
  caf::actor small_;
};

}  // namespace souk::node
