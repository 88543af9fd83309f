// One node: an actor system over one log. Wiring only; this is the only place that spawns.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/runtime.hpp"
#include "node/backups.hpp"
#include "node/gateway/backend.hpp"
#include "node/raw_log.hpp"
#include "node/read_models.hpp"
#include "store/log.hpp"

namespace souk::node {

struct NodeOptions {
  std::uint16_t threads = 0;  // of the scheduler; 0: one a core
  std::uint16_t fronts = 2;
  core::Options core;
  ReadModelsOptions read_models;
  RawLogOptions raw_log;
  std::string data;  // the data directory; empty: the log is not on a disk
};

// Starts in its constructor and stops in `stop` (or the destructor). `ask` and `not_ready` may be
// called from any thread between the two.
class Node final : public gateway::Backend {
 public:
  // `clock` must outlive the node.
  Node(std::unique_ptr<store::Log> log, const core::Clock& clock, const NodeOptions& options);
  ~Node() override;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  void ask(gateway::Request<Order> request) override;
  void ask(gateway::Request<Stock> request) override;
  void ask(gateway::Request<Wallet> request) override;
  void ask(gateway::Request<Coupon> request) override;
  void ask(gateway::Request<Campaign> request) override;
  void ask(gateway::Request<Checkout> request) override;
  void read(gateway::ReadRequest request) override;
  void read_models_info(std::function<void(gateway::ReadModelsInfo)> done) override;
  void rebuild_read_models(std::function<void(gateway::ReadAnswer)> done) override;
  void settle_parked(gateway::ParkedRequest request) override;
  void log_info(gateway::LogDone<gateway::LogInfo> done) override;
  void read_batches(gateway::ReadBatches request) override;
  void find_batch(gateway::FindBatch request) override;
  void read_head(gateway::StreamRequest<gateway::LogHead> request) override;
  void read_snapshot(gateway::StreamRequest<gateway::LogSnapshot> request) override;
  void back_up(gateway::BackUp request) override;
  std::string not_ready() const override;

  // How many sagas were under way when the node started, and are carried on.
  std::size_t resumed() const { return resumed_; }

  // The node will stop soon: who waits for the log's next record is answered now. Any thread.
  void begin_drain();

  // Takes no more work, saves heads and snapshots, ends all actors. Sagas that are under way go on
  // at the next start.
  void stop();

  const store::Log& log() const { return *log_; }

  // Gives out the log's records to whoever pulls them. Until `stop`.
  const caf::actor& feed() const { return runtime_->feed; }

 private:
  template <class A>
  void spawn_keepers();
  template <class A>
  void resume();
  template <class A>
  void to_front(gateway::Request<A> request);
  void end(const caf::actor& actor, const caf::message& how);

  std::unique_ptr<store::Log> log_;
  NodeOptions options_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<core::Runtime> runtime_;
  std::vector<caf::actor> fronts_;
  std::unique_ptr<ReadModels> read_models_;  // null: the node keeps none
  std::unique_ptr<RawLog> raw_log_;
  std::unique_ptr<Backups> backups_;
  std::size_t resumed_ = 0;
  std::atomic<bool> stopping_{false};
};

}  // namespace souk::node
