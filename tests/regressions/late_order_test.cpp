// An order whose placing came after its deadline: its saga turned it back and gave everything back,
// but did not cancel what had never been placed, so no list of orders had ever heard of an order
// that its customer had been told was taken. Found by the simulation, by seeds 72 and 81 as they
// were then.
#include <gtest/gtest.h>

#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using testing::NodeFixture;

TEST(LateOrder, IsThereAndCancelled) {
  testing::NodeFixtureOptions options;
  options.node.core.checkout_window = Duration{1};  // a microsecond: every step comes too late
  NodeFixture node(options);
  node.stock("lamp", 10, 250);
  node.charge("ann", 5'000);
  const auto answer = node.checkout(node.order("o1", "ann", {{"lamp", 1}}));
  EXPECT_EQ(answer.view.phase, checkout::Phase::cancelled);
  EXPECT_EQ(node.read<Order>("o1").status, order::Status::cancelled);
  EXPECT_EQ(node.read<Stock>("lamp").held.value, 0);
}

}  // namespace
}  // namespace souk
