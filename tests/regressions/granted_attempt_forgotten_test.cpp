// A node died between an order's confirmation and the saga's next record, and came back after every
// deadline. The order's receipt had been forgotten, so the saga, asking again, heard "deadline
// passed" of an order that was confirmed, and gave the goods and the money back.
#include <gtest/gtest.h>

#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using checkout::Phase;
using testing::NodeFixture;

TEST(GrantedAttemptForgotten, AfterADayAwayAnOrderStillEndsAllOrNothing) {
  for (int at = 1; at <= 10; ++at) {
    SCOPED_TRACE("crash at sync " + std::to_string(at));
    NodeFixture node;
    node.stock("lamp", 10, 250);
    node.charge("ann", 5'000);
    store::MemoryDisk::Faults faults;
    faults.fail_sync = node.disk().syncs() + static_cast<std::uint64_t>(at);
    faults.failed_sync = store::MemoryDisk::FailedSync::kept;
    node.disk().set_faults(faults);
    const auto start = node.order("o1", "ann", {{"lamp", 2}});
    node.checkout(start, milliseconds(200));
    node.clock().forward(seconds(86'400));
    node.crash_and_restart();

    const auto after = node.checkout(start);
    const bool confirmed = after.view.phase == Phase::confirmed;
    ASSERT_TRUE(confirmed || after.view.phase == Phase::cancelled);
    const auto status = node.read<Order>("o1").status;
    EXPECT_EQ(status == order::Status::confirmed, confirmed);
    EXPECT_NE(status, order::Status::placed);
    EXPECT_EQ(node.read<Stock>("lamp").sold.value, confirmed ? 2 : 0);
    EXPECT_EQ(node.read<Stock>("lamp").held.value, 0);
    EXPECT_EQ(node.read<Wallet>("ann").settled_minor, confirmed ? 500 : 0);
    EXPECT_EQ(node.read<Wallet>("ann").held_minor, 0);
  }
}

}  // namespace
}  // namespace souk
