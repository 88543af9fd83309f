// One node: an actor system over one log. Wiring only; this is the only place that spawns.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/runtime.hpp"
#include "actors/core/threads.hpp"
#include "cluster/cluster.hpp"
#include "cluster/cluster_source.hpp"
#include "cluster/config.hpp"
#include "cluster/peers.hpp"
#include "cluster/placement.hpp"
#include "node/backups.hpp"
#include "node/gateway/backend.hpp"
#include "node/models_lag.hpp"
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

  // The cluster, and which of its nodes this is. Without a placement the node is alone and owns all
  // that its log has.
  std::string name = "souk";
  cluster::ClusterConfig cluster = cluster::all_in_one("souk");
  std::optional<cluster::Placement> placement;
  cluster::LinkOptions link;
  cluster::Transport* transport = nullptr;  // null: TCP. Outlives the node
  std::size_t waiting_max = 10'000;         // requests to one service; see Front
  std::optional<core::Drive> drive;         // a simulation's; none: the actors have threads
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
  gateway::ClusterView cluster() const override;
  void drain(bool on) override;
  bool draining() const override { return draining_; }

  // How many sagas were under way when the node started, and are carried on.
  std::size_t resumed() const { return resumed_; }

  // The node will stop soon: who waits for the log's next record is answered now. Any thread.
  void begin_drain();

  // What a peer's connections are let in with. After this others may ask this node. Fails if the
  // address cannot be listened at.
  store::Status join();

  // Where the HTTP API listens, for the peers, and how many requests it has in hand.
  void serves_http(std::string address, std::function<std::int64_t()> in_flight);

  // Commands of peers that have not been answered.
  std::int64_t from_peers() const { return runtime_->counters.from_peers; }

  // Takes no more work, saves heads and snapshots, ends all actors. Sagas that are under way go on
  // at the next start.
  void stop();

  const store::Log& log() const { return *log_; }

  // Gives out the log's records to whoever pulls them. Until `stop`.
  const caf::actor& feed() const { return runtime_->feed; }

  // For a simulation, which chooses who runs.
  caf::actor_system& system() { return *system_; }

 private:
  template <class A>
  void spawn_keepers();
  template <class A>
  void resume();
  template <class A>
  void to_front(gateway::Request<A> request);
  bool owns(PartitionId partition) const;
  void join_peers();
  wire::Hello hello() const;
  wire::Status status() const;
  gateway::ClusterNode this_node() const;
  template <class Is>
  std::string nodes_that(Is is, const std::string& nobody) const;
  std::string gateways() const;
  std::string who_keeps_read_models() const;

  std::unique_ptr<store::Log> log_;
  NodeOptions options_;
  core::SystemConfig config_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<core::Runtime> runtime_;
  std::vector<caf::actor> fronts_;
  std::unique_ptr<ReadModels> read_models_;  // null: the node keeps none
  std::unique_ptr<RawLog> raw_log_;
  std::unique_ptr<Backups> backups_;
  std::unique_ptr<cluster::Transport> tcp_;    // null: none is needed, or it is somebody else's
  std::unique_ptr<cluster::Cluster> cluster_;  // null: the node is alone
  cluster::Peers peers_;                       // with the links; of a node that is not alone
  std::unique_ptr<cluster::ClusterSource> source_;
  const cluster::NodeConfig* self_ = nullptr;  // of options_.cluster
  Time started_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> built_{false};  // links may ask for the status before the constructor is done
  mutable std::mutex http_mutex_;
  std::string http_address_;
  std::function<std::int64_t()> http_in_flight_;
  mutable ModelsLag models_lag_;
  std::size_t resumed_ = 0;
  std::atomic<bool> stopping_{false};
};

}  // namespace souk::node
