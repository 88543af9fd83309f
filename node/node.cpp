#include "node/node.hpp"

#include <algorithm>
#include <thread>

#include <spdlog/spdlog.h>

#include "actors/core/feed.hpp"
#include "actors/core/keeper.hpp"
#include "actors/core/writer.hpp"
#include "cluster/tcp_transport.hpp"
#include "node/front.hpp"

namespace souk::node {
namespace {

constexpr std::size_t kLoaders = 2;
constexpr std::size_t kLiveMin = 16;  // a keeper's, however many partitions share the bound

}  // namespace

Node::Node(std::unique_ptr<store::Log> log, const core::Clock& clock, const NodeOptions& options)
    : log_(std::move(log)), options_(options), started_(clock.now()) {
  self_ = options_.cluster.find(options_.name);
  if (self_ == nullptr)
    throw std::invalid_argument("There is no node named " + options_.name +
                                " in the configuration.");
  if (!options_.placement)
    options_.placement = cluster::Placement::single(options_.name, log_->identity().partitions);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  config_.set("scheduler.max-threads",
              static_cast<std::size_t>(options.threads != 0 ? options.threads : cores));
  // CAF's default, work stealing, polls: an idle worker sleeps in steps of up to 10 ms, which an
  // order pays at each of its steps. Sharing wakes a worker at once.
  config_.set("scheduler.policy", options.drive ? caf::atom("testing") : caf::atom("sharing"));
  config_.drive = options.drive;
  system_ = std::make_unique<caf::actor_system>(config_);
  runtime_ =
      std::unique_ptr<core::Runtime>(new core::Runtime{*log_, clock, options.core, {}, {}, {}, {}});
  runtime_->ends = std::make_shared<core::Ends>(log_->identity().partitions);
  for (const auto& [service, count] : log_->identity().partitions)
    runtime_->router.set_partitions(service, count);
  runtime_->feed = system_->spawn<core::Feed>(std::cref(*runtime_));
  runtime_->writer = core::spawn_with_thread<core::Writer>(*system_, std::cref(*runtime_));
  for (std::size_t i = 0; i < kLoaders; ++i)
    runtime_->loaders.push_back(core::spawn_loader(*system_));

  spawn_keepers<Order>();
  spawn_keepers<Stock>();
  spawn_keepers<Wallet>();
  spawn_keepers<Coupon>();
  spawn_keepers<Campaign>();
  spawn_keepers<Checkout>();
  const std::uint16_t fronts = std::max<std::uint16_t>(1, options.fronts);
  for (std::uint16_t i = 0; i < fronts; ++i)
    fronts_.push_back(system_->spawn<Front>(std::cref(*runtime_), options.waiting_max / fronts));

  if (options_.cluster.nodes.size() > 1) join_peers();
  if (!options.read_models.data.empty())
    read_models_ = std::make_unique<ReadModels>(*system_, *runtime_, options.read_models);
  raw_log_ = std::make_unique<RawLog>(*system_, *runtime_, options.raw_log);
  backups_ = std::make_unique<Backups>(*system_, *log_, options.data);

  built_ = true;
  resume<Campaign>();
  resume<Checkout>();
}

Node::~Node() {
  stop();
  backups_.reset();
  raw_log_.reset();
  read_models_.reset();
  fronts_.clear();
  peers_.links.clear();
  source_.reset();
  cluster_.reset();
  runtime_->models_feed = nullptr;
  runtime_->router.clear();
  runtime_->loaders.clear();
  runtime_->writer = nullptr;
  runtime_->feed = nullptr;
  system_.reset();
}

bool Node::owns(PartitionId partition) const {
  return options_.placement->owner(partition) == options_.name;
}

template <class A>
void Node::spawn_keepers() {
  const std::size_t keepers = options_.placement->owned_by(options_.name).size();
  if (keepers == 0) return;
  const std::size_t live_max = std::max(kLiveMin, options_.core.live_aggregates_max / keepers);
  const std::uint16_t partitions = log_->identity().partitions.at(A::kService);
  for (std::uint16_t number = 0; number < partitions; ++number)
    if (const PartitionId partition{A::kService, number}; owns(partition))
      runtime_->router.set_keeper(
          partition, system_->spawn<core::Keeper<A>>(std::cref(*runtime_), partition, live_max));
}

// What was under way when the node last stopped goes on by itself.
template <class A>
void Node::resume() {
  const std::uint16_t partitions = runtime_->router.partitions(A::kService);
  for (std::uint16_t number = 0; number < partitions; ++number) {
    const PartitionId partition{A::kService, number};
    if (!owns(partition)) continue;
    const auto open = log_->open_streams(partition);
    if (!open.ok()) {
      spdlog::error("{}/{}: what was under way cannot be listed: {}", name_of(A::kService), number,
                    open.status().message());
      continue;
    }
    for (const std::string& id : *open) {
      caf::anon_send(runtime_->router.keeper(partition), core::Wake{id});
      ++resumed_;
    }
  }
}

template <class A>
void Node::to_front(gateway::Request<A> request) {
  if (stopping_) {
    gateway::Answer<A> answer;
    answer.outcome = gateway::Outcome::unavailable;
    answer.detail = "The node is stopping.";
    request.done(std::move(answer));
    return;
  }
  if (!self_->gateway) {
    gateway::Answer<A> answer;
    answer.outcome = gateway::Outcome::misdirected;
    answer.detail = "This node (" + options_.name + ") is no gateway; ask " + gateways() + ".";
    request.done(std::move(answer));
    return;
  }
  const std::size_t front = std::hash<std::string>{}(request.target) % fronts_.size();
  caf::anon_send(fronts_[front], Ask<A>{std::make_shared<gateway::Request<A>>(std::move(request))});
}

void Node::ask(gateway::Request<Order> request) { to_front(std::move(request)); }
void Node::ask(gateway::Request<Stock> request) { to_front(std::move(request)); }
void Node::ask(gateway::Request<Wallet> request) { to_front(std::move(request)); }
void Node::ask(gateway::Request<Coupon> request) { to_front(std::move(request)); }
void Node::ask(gateway::Request<Campaign> request) { to_front(std::move(request)); }
void Node::ask(gateway::Request<Checkout> request) { to_front(std::move(request)); }

void Node::read(gateway::ReadRequest request) {
  if (!read_models_) return request.done(no_read_models(who_keeps_read_models()));
  if (stopping_) return Backend::read(std::move(request));
  read_models_->read(std::move(request));
}

void Node::read_models_info(std::function<void(gateway::ReadModelsInfo)> done) {
  if (!read_models_ || stopping_) return Backend::read_models_info(std::move(done));
  read_models_->info(std::move(done));
}

void Node::rebuild_read_models(std::function<void(gateway::ReadAnswer)> done) {
  if (!read_models_) return done(no_read_models(who_keeps_read_models()));
  if (stopping_) return Backend::rebuild_read_models(std::move(done));
  read_models_->rebuild(std::move(done));
}

void Node::settle_parked(gateway::ParkedRequest request) {
  if (!read_models_ || stopping_) return Backend::settle_parked(std::move(request));
  read_models_->settle_parked(std::move(request));
}

void Node::log_info(gateway::LogDone<gateway::LogInfo> done) {
  if (stopping_) return Backend::log_info(std::move(done));
  done({gateway::LogOutcome::ok, {}, raw_log_->info()});
}

void Node::read_batches(gateway::ReadBatches request) {
  if (stopping_) return Backend::read_batches(std::move(request));
  raw_log_->read(std::move(request));
}

void Node::find_batch(gateway::FindBatch request) {
  if (stopping_) return Backend::find_batch(std::move(request));
  raw_log_->find(std::move(request));
}

void Node::read_head(gateway::StreamRequest<gateway::LogHead> request) {
  if (stopping_) return Backend::read_head(std::move(request));
  raw_log_->head(std::move(request));
}

void Node::read_snapshot(gateway::StreamRequest<gateway::LogSnapshot> request) {
  if (stopping_) return Backend::read_snapshot(std::move(request));
  raw_log_->snapshot(std::move(request));
}

void Node::back_up(gateway::BackUp request) {
  if (stopping_) return Backend::back_up(std::move(request));
  backups_->make(std::move(request));
}

std::string Node::not_ready() const {
  if (stopping_) return "The node is stopping.";
  if (draining_) return "The node is draining.";
  for (const PartitionId partition : options_.placement->owned_by(options_.name))
    if (const store::Status status = log_->stopped(partition); !status.ok())
      return status.message();
  return {};
}

void Node::begin_drain() {
  drain(true);
  raw_log_->end_waits();
}

void Node::stop() {
  if (stopping_.exchange(true)) return;
  raw_log_->stop();
  backups_->stop();
  if (read_models_) read_models_->stop();
  const auto stop_atom = caf::make_message(core::stop_atom::value);
  for (const caf::actor& front : fronts_) core::end(*system_, front);
  if (runtime_->models_feed) core::end(*system_, runtime_->models_feed);
  if (cluster_) cluster_->stop();
  runtime_->router.for_each_keeper(
      [&](PartitionId, const caf::actor& keeper) { core::end(*system_, keeper, stop_atom); });
  for (const caf::actor& loader : runtime_->loaders) core::end(*system_, loader);
  core::end(*system_, runtime_->writer, stop_atom);
  core::end(*system_, runtime_->feed);
  // Hosts may be in the middle of a message, and HTTP threads of a request: what they use stays
  // until the destructor.
  system_->await_all_actors_done();
  if (tcp_) tcp_->stop();
}

}  // namespace souk::node
