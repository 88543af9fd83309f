// Clocks within a second of each other counted as one. An order that has less than that in all, of
// goods on a node that is further ahead, was refused every time. Found by the simulation, by seed
// 413 as it was then.
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/cluster_fixture.hpp"

namespace souk {
namespace {

using testing::ClusterFixture;

TEST(NearClocks, AnOrderWithLittleTimeIsConfirmed) {
  node::NodeOptions options;
  options.core.checkout_window = milliseconds(900);
  ClusterFixture cluster(testing::shop_roles(), 4, options);
  cluster.await_all_up();
  auto& stock = cluster.at("stock-1");
  stock.clock().forward(milliseconds(980));
  ClusterFixture::await("stock-1 knows how far the clock of order-1 is off", [&] {
    for (const auto& node : stock.node().cluster().nodes)
      if (node.name == "order-1") return node.clock_ahead && node.clock_ahead->micros < -900'000;
    return false;
  });
  auto& gateway = cluster.gateway();
  const std::string lamp = cluster.id_on("stock-1", Service::stock, "lamp");
  gateway.stock(lamp, 100, 250);
  gateway.charge("ann", 100'000);
  // Not the first ones: what serves orders learns it a moment later, and a machine may be busy.
  bool confirmed = false;
  for (int i = 0; i < 60 && !confirmed; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto start = gateway.order("o" + std::to_string(i), "ann", {{lamp, 1}});
    confirmed = gateway.checkout(start).view.phase == checkout::Phase::confirmed;
  }
  EXPECT_TRUE(confirmed);
}

}  // namespace
}  // namespace souk
