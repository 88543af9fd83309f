// A host made the handle of a new stream by itself. The log did not know it: an aggregate that left
// memory before its head was saved came back empty, and settled holds that it no longer knew.
#include <gtest/gtest.h>

#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

TEST(UnknownStreamHandle, AnAggregateThatLeftMemoryComesBackWhole) {
  testing::NodeFixtureOptions options;
  options.partitions = 1;
  options.node.core.live_aggregates_max = 1;  // the least that a keeper takes: 16
  testing::NodeFixture node(options);
  for (int i = 0; i < 100; ++i) node.charge("c" + std::to_string(i), 1'000 + i);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(node.read<Wallet>("c" + std::to_string(i)).balance_minor, 1'000 + i);
}

}  // namespace
}  // namespace souk
