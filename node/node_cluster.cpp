// A node among others: how it joins them, what it says of itself, and what it shows of them.
#include <algorithm>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>

#include "cluster/cluster_feed.hpp"
#include "cluster/log_giver.hpp"
#include "cluster/tcp_transport.hpp"
#include "node/node.hpp"

namespace souk::node {
namespace {

cluster::Endpoint endpoint_of(const cluster::Address& address) {
  return {address.ip, address.port};
}

std::int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

gateway::ClusterLink to_view(const cluster::Traffic& traffic) {
  return {.sent_items = traffic.sent_items,
          .sent_bytes = traffic.sent_bytes,
          .received_items = traffic.received_items,
          .received_bytes = traffic.received_bytes};
}

void take_status(gateway::ClusterNode& to, const wire::Status& status) {
  to.draining = status.draining;
  to.not_ready = status.not_ready;
  to.open_sagas = status.orders_open;
  to.live = status.live;
  to.in_flight = status.in_flight;
  to.from_peers = status.from_peers;
  to.memory_bytes = status.memory_bytes;
  if (status.models_lag.micros >= 0) to.models_lag = status.models_lag;
}

void take_peer(gateway::ClusterNode& to, const cluster::Peer& peer) {
  using State = gateway::ClusterNode::State;
  to.state = peer.up ? State::up : State::down;
  to.since = peer.since;
  to.started = peer.started;
  to.version = peer.version;
  to.detail = peer.up ? std::string() : peer.why;
  if (peer.up) to.clock_ahead = peer.clock_ahead;
  take_status(to, peer.status);
  gateway::ClusterLink link = to_view(peer.traffic);
  link.unanswered = peer.unanswered;
  link.unanswered_bytes = peer.unanswered_bytes;
  link.breakers_open = peer.breakers_open;
  to.link = std::move(link);
}

}  // namespace

wire::Hello Node::hello() const {
  wire::Hello hello{.cluster = log_->identity().cluster_id,
                    .node = options_.name,
                    .version = SOUK_VERSION,
                    .oldest = wire::kOldest,
                    .newest = wire::kNewest,
                    .placement = options_.placement->digest(),
                    .started = started_};
  for (const auto& [service, count] : log_->identity().partitions)
    hello.partitions.push_back({static_cast<std::uint16_t>(service), count});
  return hello;
}

void Node::join_peers() {
  cluster::Transport* transport = options_.transport;
  if (transport == nullptr) {
    tcp_ = std::make_unique<cluster::TcpTransport>();
    transport = tcp_.get();
  }
  cluster::ClusterOptions options;
  options.self = hello();
  options.listen = endpoint_of(self_->address);
  options.link = options_.link;
  options.status = [this] { return status(); };
  options.log_giver = [this](caf::event_based_actor& session, cluster::ConnectionPtr connection) {
    return caf::actor(session.spawn<cluster::LogGiver, caf::linked>(std::cref(*runtime_), peers_,
                                                                    std::move(connection)));
  };
  for (const cluster::NodeConfig& peer : options_.cluster.nodes)
    if (peer.name != options_.name)
      options.peers.push_back(
          {peer.name, endpoint_of(peer.address), options_.placement->owned_by(peer.name)});
  cluster_ =
      std::make_unique<cluster::Cluster>(*system_, *runtime_, *transport, std::move(options));
  peers_.self = options_.name;
  peers_.placement = *options_.placement;
  for (const cluster::NodeConfig& peer : options_.cluster.nodes)
    if (peer.name != options_.name) peers_.links.emplace(peer.name, cluster_->link(peer.name));
  if (options_.read_models.data.empty()) return;
  source_ = std::make_unique<cluster::ClusterSource>(*system_, *runtime_, *runtime_->ends, peers_);
  runtime_->source = source_.get();
  runtime_->models_feed =
      system_->spawn<cluster::ClusterFeed>(std::cref(*runtime_), std::ref(*runtime_->ends), peers_);
}

store::Status Node::join() { return cluster_ ? cluster_->listen() : store::Status(); }

void Node::serves_http(std::string address, std::function<std::int64_t()> in_flight) {
  const std::lock_guard lock(http_mutex_);
  http_address_ = std::move(address);
  http_in_flight_ = std::move(in_flight);
}

void Node::drain(bool on) {
  draining_ = on;
  if (cluster_) cluster_->drain(on);
}

wire::Status Node::status() const {
  wire::Status status;
  status.draining = draining_;
  status.orders_open = runtime_->counters.open_sagas;
  status.live = runtime_->counters.live;
  status.from_peers = runtime_->counters.from_peers;
  status.not_ready = not_ready();
  for (const PartitionId partition : options_.placement->owned_by(options_.name))
    status.ends.push_back(core::to_wire(partition, log_->next_offset(partition)));
  status.models_lag = built_ && read_models_
                          ? models_lag_.last(*read_models_, runtime_->clock.now())
                          : Duration{-1};
  status.memory_bytes = resident_bytes();
  status.at = runtime_->clock.now();
  const std::lock_guard lock(http_mutex_);
  status.http = http_address_;
  status.in_flight = http_in_flight_ ? http_in_flight_() : 0;
  return status;
}

gateway::ClusterNode Node::this_node() const {
  gateway::ClusterNode node;
  const wire::Status now = status();
  take_status(node, now);
  node.state = gateway::ClusterNode::State::self;
  node.since = node.started = started_;
  node.version = SOUK_VERSION;
  node.http = now.http;
  return node;
}

gateway::ClusterView Node::cluster() const {
  gateway::ClusterView view{log_->identity().cluster_id, options_.name, SOUK_VERSION, {}};
  const auto peers = cluster_ ? cluster_->board().peers() : std::map<std::string, cluster::Peer>();
  const auto served =
      cluster_ ? cluster_->board().served() : std::map<std::string, cluster::Traffic>();
  for (const cluster::NodeConfig& configured : options_.cluster.nodes) {
    gateway::ClusterNode node;
    if (configured.name == options_.name) {
      node = this_node();
    } else {  // until its link says more
      node.state = gateway::ClusterNode::State::down;
      node.since = started_;
      node.detail = "it has not been reached yet";
    }
    if (const auto peer = peers.find(configured.name); peer != peers.end())
      take_peer(node, peer->second);
    if (const auto of = served.find(configured.name); of != served.end())
      node.served = to_view(of->second);
    node.name = configured.name;
    if (configured.address.port != 0) node.address = to_string(configured.address);
    if (node.http.empty() && configured.http.port != 0) node.http = to_string(configured.http);
    node.roles = configured.roles();
    for (const PartitionId partition : options_.placement->owned_by(configured.name))
      node.partitions[partition.service].push_back(partition.number);
    view.nodes.push_back(std::move(node));
  }
  return view;
}

// Nodes for a sentence: "gateway-1 at http://10.0.0.1:8080 or gateway-2 at ...".
template <class Is>
std::string Node::nodes_that(Is is, const std::string& nobody) const {
  std::string text;
  for (const cluster::NodeConfig& node : options_.cluster.nodes)
    if (is(node))
      text.append(text.empty() ? "" : " or ")
          .append(node.name + " at http://" + to_string(node.http));
  return text.empty() ? nobody : text;
}

std::string Node::gateways() const {
  return nodes_that([](const auto& node) { return node.gateway; }, "another node");
}

std::string Node::who_keeps_read_models() const {
  return nodes_that([&](const auto& node) { return node.read_models && &node != self_; },
                    "one that does");
}

}  // namespace souk::node
