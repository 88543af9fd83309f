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
  // The gateway's own queries, and those that came as SQL from outside: how many threads run them,
  // and how many may wait or run before further ones are turned away. Slow ones of one kind do not
  // hold up the other.
  std::uint16_t readers = 2;
  std::int64_t queries_max = 256;
  std::uint16_t foreign_readers = 1;
  std::int64_t foreign_queries_max = 64;
  std::int64_t waits_max = 1'000;         // for a position
  Duration query_time_max = seconds(10);  // from its arrival; then a query is ended
};

// Made and stopped by the node's thread; everything else may be called from any.
class ReadModels {
 public:
  // `runtime` has its feed, and the source of the models.
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
  // Who runs the queries of one kind.
  struct Readers {
    std::vector<caf::actor> actors;
    std::int64_t queries_max = 0;
    std::atomic<std::size_t> next{0};
    // Shared with the queries, which may outlive this.
    std::shared_ptr<std::atomic<std::int64_t>> queries =
        std::make_shared<std::atomic<std::int64_t>>(0);
  };

  void wait(gateway::ReadRequest request);
  void run(gateway::ReadRequest request, Positions position);
  Positions ends_before(const Positions& wanted) const;

  caf::actor_system& system_;
  const core::LogSource& log_;
  const ReadModelsOptions options_;
  std::shared_ptr<core::Serving> serving_ = std::make_shared<core::Serving>();
  std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<std::atomic<std::int64_t>> waits_ =
      std::make_shared<std::atomic<std::int64_t>>(0);
  caf::actor projector_;
  Readers own_;
  Readers foreign_;
};

}  // namespace souk::node
