// A node's read models: the actors that keep them, and those that answer queries over them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/read_models/serving.hpp"
#include "actors/core/runtime.hpp"
#include "node/gateway/reading.hpp"

namespace souk::node {

struct ReadModelsOptions {
  std::string data;  // the data directory, for read-models.sqlite; empty: the node keeps none
  std::uint16_t readers = 2;
  std::int64_t queries_max = 64;          // that wait or run; then they are turned away
  Duration query_time_max = seconds(10);  // then a query is ended
};

// Made and stopped by the node's thread; everything else may be called from any.
class ReadModels {
 public:
  // `runtime` has its feed.
  ReadModels(caf::actor_system& system, const core::Runtime& runtime,
             const ReadModelsOptions& options);

  void read(gateway::ReadRequest request);
  void info(std::function<void(gateway::ReadModelsInfo)> done);
  void rebuild(std::function<void(gateway::ReadAnswer)> done);
  void settle_parked(gateway::ParkedRequest request);

  // Ends the actors; whoever waits is answered. What is not committed yet is read from the log
  // again at the next start.
  void stop();

 private:
  void to_reader(gateway::ReadRequest request, Positions position);

  caf::actor_system& system_;
  const ReadModelsOptions options_;
  std::shared_ptr<core::Serving> serving_ = std::make_shared<core::Serving>();
  std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  // Shared with the queries, which may outlive this.
  std::shared_ptr<std::atomic<std::int64_t>> queries_ =
      std::make_shared<std::atomic<std::int64_t>>(0);
  caf::actor projector_;
  std::vector<caf::actor> readers_;
  std::atomic<std::size_t> next_reader_{0};
};

}  // namespace souk::node
