// Several nodes in the test's process, each with an actor system, a log and a link to the others,
// over a network in memory that can be cut.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "events/partitioning.hpp"
#include "tests/support/memory_network.hpp"
#include "tests/support/node_fixture.hpp"

namespace souk::testing {

// What a node is there for. Its port in the network is its place in the list, from 1.
struct Role {
  std::string name;
  std::set<Service> services;
  bool gateway = false;
};

inline std::vector<Role> shop_roles() {
  return {{"gateway", {}, true},
          {"order-1", {Service::order, Service::checkout}},
          {"stock-1", {Service::stock}},
          {"stock-2", {Service::stock}},
          {"wallet-1", {Service::wallet, Service::coupon, Service::campaign}}};
}

class ClusterFixture {
 public:
  explicit ClusterFixture(const std::vector<Role>& roles = shop_roles(),
                          std::uint16_t partitions = 4, node::NodeOptions each = {})
      : node_options(std::move(each)), partitions_(partitions) {
    for (const Service service : kServices) config_.partitions[service] = partitions;
    config_.id = "test";
    for (const Role& role : roles) {
      cluster::NodeConfig node;
      node.name = role.name;
      node.address = {"127.0.0.1", static_cast<std::uint16_t>(config_.nodes.size() + 1)};
      node.services = role.services;
      node.gateway = role.gateway;
      config_.nodes.push_back(node);
    }
    placement_ = cluster::Placement::of(config_);
    link_.heartbeat = milliseconds(50);
    link_.silence_max = milliseconds(400);
    link_.redial_min = milliseconds(10);
    link_.redial_max = milliseconds(50);
    for (const Role& role : roles) start(role.name);
  }

  // Each with its own disk, which stays when the node stops.
  void start(const std::string& name) {
    Running& one = running_[name];
    if (!one.transport) one.transport = std::make_unique<MemoryTransport>(network_, port_of(name));
    NodeFixtureOptions options;
    options.partitions = partitions_;
    options.node = node_options;
    options.node.name = name;
    options.node.cluster = config_;
    options.node.placement = placement_;
    options.node.link = link_;
    options.node.transport = one.transport.get();
    if (!one.fixture)
      one.fixture = std::make_unique<NodeFixture>(options);
    else
      one.fixture->start();
    if (const auto status = one.fixture->node().join(); !status.ok())
      throw std::runtime_error(status.message());
  }
  void stop(const std::string& name) {
    running_.at(name).fixture->stop();
    running_.at(name).transport->stop();
  }

  // Waits until `watcher` sees all others that are expected to run.
  void await_up(const std::string& watcher, const std::set<std::string>& except = {}) {
    await("all of " + watcher + "'s peers are up", [&] {
      for (const auto& node : at(watcher).node().cluster().nodes)
        if (node.state == gateway::ClusterNode::State::down && !except.contains(node.name))
          return false;
      return true;
    });
  }
  void await_all_up() {
    for (const auto& [name, one] : running_) await_up(name);
  }
  void await_down(const std::string& watcher, const std::string& peer) {
    await(peer + " is down", [&] {
      for (const auto& node : at(watcher).node().cluster().nodes)
        if (node.name == peer) return node.state == gateway::ClusterNode::State::down;
      return false;
    });
  }
  template <class F>
  static void await(const std::string& what, F&& f) {
    for (int i = 0; i < 2'000; ++i) {
      if (f()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("ten seconds are over before " + what);
  }

  // Cut off in both directions, from everybody.
  void isolate(const std::string& name) {
    for (std::uint16_t port = 1; port <= config_.nodes.size(); ++port) {
      network_.cut(port, port_of(name));
      network_.cut(port_of(name), port);
    }
  }
  void cut(const std::string& from, const std::string& to) {
    network_.cut(port_of(from), port_of(to));
  }
  void heal() { network_.heal(); }

  NodeFixture& at(const std::string& name) { return *running_.at(name).fixture; }
  NodeFixture& gateway() { return at("gateway"); }
  const cluster::Placement& placement() const { return placement_; }
  MemoryNetwork& network() { return network_; }

  // An id of the service that lies on this node.
  std::string id_on(const std::string& node, Service service, const std::string& prefix) const {
    for (int i = 0;; ++i) {
      std::string id = prefix + std::to_string(i);
      if (placement_.owner({service, partition_number(id, partitions_)}) == node) return id;
    }
  }

  node::NodeOptions node_options;  // of those that start from now on

 private:
  struct Running {
    std::unique_ptr<MemoryTransport> transport;
    std::unique_ptr<NodeFixture> fixture;
  };
  std::uint16_t port_of(const std::string& name) const {
    for (std::size_t i = 0; i < config_.nodes.size(); ++i)
      if (config_.nodes[i].name == name) return static_cast<std::uint16_t>(i + 1);
    throw std::invalid_argument(name);
  }

  const std::uint16_t partitions_;
  MemoryNetwork network_;
  cluster::ClusterConfig config_;
  cluster::Placement placement_;
  cluster::LinkOptions link_;
  std::map<std::string, Running> running_;
};

}  // namespace souk::testing
