// Copies of the node's log, made while it goes on: one at a time, by a thread of their own.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <caf/all.hpp>

#include "node/gateway/raw_log.hpp"
#include "store/log.hpp"

namespace souk::node {

// Made and stopped by the node's thread; `make` may be called from any.
class Backups {
 public:
  // `data`: the data directory, which no copy may stand in; empty: it is not on a disk.
  Backups(caf::actor_system& system, const store::Log& log, std::string data);

  // Answers `busy` at once if one is being made.
  void make(gateway::BackUp request);

  // Waits for the one that is being made: a half one is of no use to anybody.
  void stop();

 private:
  caf::actor_system& system_;
  const store::Log& log_;
  const std::string data_;
  std::shared_ptr<std::atomic<bool>> running_ = std::make_shared<std::atomic<bool>>(false);
  caf::actor maker_;
};

}  // namespace souk::node
