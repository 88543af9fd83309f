// In the first moments of a node its peers stood in `GET /v1/cluster` as if each were the node
// itself: whoever waited until nobody was down began too early, and heard 503.
#include <caf/scheduler/test_coordinator.hpp>
#include <gtest/gtest.h>

#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using State = gateway::ClusterNode::State;

TEST(UnmetPeer, IsDown) {
  testing::NodeFixtureOptions options;
  cluster::ClusterConfig& config = options.node.cluster;
  for (const Service service : kServices) config.partitions[service] = options.partitions;
  config.id = "test";
  config.nodes.clear();
  for (const char* name : {"one", "two"}) {
    cluster::NodeConfig node;
    node.name = name;
    node.address = {"127.0.0.1", static_cast<std::uint16_t>(config.nodes.size() + 1)};
    node.services = {kServices.begin(), kServices.end()};
    config.nodes.push_back(node);
  }
  options.node.placement = cluster::Placement::of(config);
  options.node.name = "one";
  // Its actors have not run yet, which a busy machine sees to as well.
  const auto run = [](caf::actor_system& system) {
    auto& actors = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
    while (actors.has_job()) actors.run_once();
  };
  options.node.drive = core::Drive{run, [](const auto&, Duration) {}};
  testing::NodeFixture one(options);

  const auto nodes = one.node().cluster().nodes;
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].state, State::self);
  EXPECT_EQ(nodes[1].state, State::down);
  EXPECT_EQ(nodes[1].detail, "it has not been reached yet");
}

}  // namespace
}  // namespace souk
