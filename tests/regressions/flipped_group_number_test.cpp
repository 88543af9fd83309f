// A bit of a batch's group number flipped, in the last batch of a partition that others had
// outlived by far. The number was then higher than any other, so a start took the batch for a torn
// one, and cut off what had been acknowledged. It stops the partition instead: restored from a
// copy, it goes on.
#include <gtest/gtest.h>

#include "store/batch.hpp"
#include "store/keys.hpp"
#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using testing::NodeFixture;

constexpr PartitionId kWallet0{Service::wallet, 0};

TEST(FlippedGroupNumber, WhatWasAcknowledgedIsNotCutOff) {
  NodeFixture node({.partitions = 1});
  node.charge("ann", 100);
  node.charge("ann's", 200);
  // Groups 3 to 8: no flipped bit makes an 8 or a 9 of a 2, which could be those of a torn batch.
  for (const char* sku : {"lamp", "mug", "cup"}) node.stock(sku, 1, 100);
  const std::string key = store::log_key(kWallet0, 2);
  for (std::size_t bit = 0; bit < 64; ++bit) {
    SCOPED_TRACE(bit);
    ASSERT_TRUE(node.disk().rot(store::Column::log, key, store::kBatchGroupAt * 8 + bit));
    node.crash_and_restart();
    const auto answer = node.ask<Wallet>("ann's", std::nullopt);
    EXPECT_EQ(answer.outcome, gateway::Outcome::unavailable);
    EXPECT_NE(answer.detail.find("offset 2"), std::string::npos) << answer.detail;
    node.disk().heal();
    node.crash_and_restart();
    ASSERT_EQ(node.read<Wallet>("ann's").balance_minor, 200);
  }
}

}  // namespace
}  // namespace souk
