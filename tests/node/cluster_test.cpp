// The whole slice on five nodes: gateway, orders, stock twice, wallets with coupons.
#include <gtest/gtest.h>

#include "tests/support/cluster_fixture.hpp"

namespace souk {
namespace {

using checkout::Phase;
using gateway::Outcome;
using testing::ClusterFixture;

constexpr const char* kAnn = "ann";

class ClusterTest : public ::testing::Test {
 protected:
  void SetUp() override { cluster.await_all_up(); }

  std::string lamp() const { return cluster.id_on("stock-1", Service::stock, "lamp"); }
  std::string mug() const { return cluster.id_on("stock-2", Service::stock, "mug"); }
  void open_shop() {
    cluster.gateway().stock(lamp(), 100, 250);
    cluster.gateway().stock(mug(), 100, 400);
    cluster.gateway().charge(kAnn, 100'000);
  }
  void expect_conserved() {
    for (const std::string& sku : {lamp(), mug()}) {
      const auto stock = cluster.gateway().read<Stock>(sku);
      EXPECT_EQ(stock.held.value, 0) << sku;
      EXPECT_EQ(stock.available.value + stock.sold.value, 100) << sku;
    }
    const auto wallet = cluster.gateway().read<Wallet>(kAnn);
    EXPECT_EQ(wallet.held_minor, 0);
    EXPECT_EQ(wallet.balance_minor + wallet.settled_minor, 100'000);
  }

  ClusterFixture cluster;
};

TEST_F(ClusterTest, AnOrderGoesAcrossFiveNodes) {
  open_shop();
  auto& gateway = cluster.gateway();
  const auto answer = gateway.checkout(gateway.order("o1", kAnn, {{lamp(), 2}, {mug(), 1}}));
  ASSERT_EQ(answer.outcome, Outcome::accepted) << answer.detail;
  EXPECT_EQ(answer.view.phase, Phase::confirmed);
  EXPECT_EQ(answer.view.totals.total_minor, 900);
  EXPECT_EQ(gateway.read<Stock>(lamp()).sold.value, 2);
  EXPECT_EQ(gateway.read<Order>("o1").status, order::Status::confirmed);
  expect_conserved();
  EXPECT_TRUE(answer.positions.contains({Service::wallet, partition_number(kAnn, 4)}))
      << "the position names participants on other nodes";
}

TEST_F(ClusterTest, RefusalsComeBackWithTheirNames) {
  open_shop();
  auto& gateway = cluster.gateway();
  const auto answer = gateway.checkout(gateway.order("o1", kAnn, {{lamp(), 101}}));
  ASSERT_EQ(answer.outcome, Outcome::accepted);
  EXPECT_EQ(answer.view.phase, Phase::cancelled);
  EXPECT_EQ(answer.view.reason.code, "stock.out_of_stock");
  const auto refused =
      gateway.ask<Wallet>("nobody", wallet::Refund{RefundId("r1"), gateway.gbp(5)}, "refund/r1");
  EXPECT_EQ(refused.outcome, Outcome::refused);
  EXPECT_FALSE(refused.refusal.empty());
  expect_conserved();
}

TEST_F(ClusterTest, OnlyGatewaysTakeCommands) {
  auto& stock = cluster.at("stock-1");
  const auto answer = stock.ask<Wallet>(kAnn, wallet::Charge{ChargeId("c1"), stock.gbp(5)}, "c1");
  EXPECT_EQ(answer.outcome, Outcome::misdirected);
  EXPECT_NE(answer.detail.find("gateway"), std::string::npos) << answer.detail;
}

TEST_F(ClusterTest, WhoAsksANodeThatIsAwayHearsSoAtOnce) {
  open_shop();
  cluster.stop("wallet-1");
  cluster.await_down("gateway", "wallet-1");
  const auto began = std::chrono::steady_clock::now();
  const auto answer = cluster.gateway().ask<Wallet>(kAnn, std::nullopt, "", seconds(10));
  EXPECT_EQ(answer.outcome, Outcome::unavailable);
  EXPECT_NE(answer.detail.find("wallet-1"), std::string::npos) << answer.detail;
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST_F(ClusterTest, OrdersThatDoNotNeedTheNodeThatIsAwayGoOn) {
  open_shop();
  cluster.stop("stock-2");
  auto& gateway = cluster.gateway();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(
        gateway.checkout(gateway.order("o" + std::to_string(i), kAnn, {{lamp(), 1}})).view.phase,
        Phase::confirmed);
  cluster.start("stock-2");
  cluster.await_all_up();
  expect_conserved();
}

TEST_F(ClusterTest, AnOrderWaitsForANodeThatComesBackInTime) {
  open_shop();
  cluster.stop("stock-2");
  auto& gateway = cluster.gateway();
  auto answer =
      gateway.checkout_later(gateway.order("o1", kAnn, {{lamp(), 1}, {mug(), 1}}), seconds(20));
  EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(500)), std::future_status::timeout);
  cluster.start("stock-2");
  ASSERT_EQ(answer.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(answer.get().view.phase, Phase::confirmed);
  cluster.await_all_up();
  expect_conserved();
}

TEST_F(ClusterTest, WhatIsOnItsWayWhenTheNetworkIsCutEndsOnce) {
  open_shop();
  auto& gateway = cluster.gateway();
  std::vector<std::future<gateway::Answer<Checkout>>> answers;
  for (int i = 0; i < 40; ++i) {
    answers.push_back(gateway.checkout_later(
        gateway.order("o" + std::to_string(i), kAnn, {{lamp(), 1}, {mug(), 1}}), seconds(20)));
    if (i == 10) cluster.isolate("wallet-1");
    if (i == 20) cluster.cut("order-1", "stock-2");
    if (i == 30) cluster.isolate("order-1");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  cluster.heal();
  cluster.await_all_up();
  int confirmed = 0;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(answers[static_cast<std::size_t>(i)].wait_for(std::chrono::seconds(25)),
              std::future_status::ready);
    auto answer = answers[static_cast<std::size_t>(i)].get();
    // Turned away while its node was known to be away: the client sends it again.
    if (answer.outcome != Outcome::accepted)
      answer = gateway.checkout(
          gateway.order("o" + std::to_string(i), kAnn, {{lamp(), 1}, {mug(), 1}}), seconds(20));
    ASSERT_EQ(answer.outcome, Outcome::accepted) << answer.detail;
    confirmed += answer.view.phase == Phase::confirmed;
  }
  EXPECT_EQ(cluster.gateway().read<Stock>(mug()).sold.value, confirmed);
  expect_conserved();
}

TEST_F(ClusterTest, ADrainingNodeTakesNothingNewAndEndsWhatItHas) {
  open_shop();
  cluster.at("stock-2").node().drain(true);
  auto& gateway = cluster.gateway();
  const auto refused =
      gateway.ask<Stock>(mug(), stock::Receive{ReceiptId("r2"), {5}}, "receipt/r2");
  EXPECT_EQ(refused.outcome, Outcome::unavailable);
  EXPECT_NE(refused.detail.find("draining"), std::string::npos) << refused.detail;
  EXPECT_EQ(gateway.read<Stock>(mug()).available.value, 100) << "reads go on";
  auto waits = gateway.checkout_later(gateway.order("o1", kAnn, {{mug(), 1}}), seconds(20));
  EXPECT_EQ(waits.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  cluster.at("stock-2").node().drain(false);
  ASSERT_EQ(waits.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(waits.get().view.phase, Phase::confirmed);
  expect_conserved();
}

// A campaign grants its coupons at whichever node keeps them: its own, or the other.
TEST(CouponCluster, ACampaignsCouponsReachBothNodesThatKeepCoupons) {
  ClusterFixture cluster({{"gateway", {}, true},
                          {"order-1", {Service::order, Service::checkout}},
                          {"stock-1", {Service::stock}},
                          {"wallet-1", {Service::wallet}},
                          {"coupon-1", {Service::coupon, Service::campaign}},
                          {"coupon-2", {Service::coupon, Service::campaign}}});
  cluster.await_all_up();
  auto& gateway = cluster.gateway();
  coupon::Terms terms;
  terms.discount = {coupon::DiscountKind::amount, gateway.gbp(500), 0, {}};
  terms.valid_until = gateway.clock().now() + seconds(3'600);
  ASSERT_EQ(
      gateway.ask<Campaign>("spring", campaign::Open{CampaignId("spring"), 100, terms}).outcome,
      Outcome::accepted);
  std::set<std::string> keepers;
  for (int i = 0; i < 16; ++i) {
    const std::string customer = "c" + std::to_string(i);
    const auto answer =
        gateway.ask<Campaign>("spring", campaign::Issue{CustomerId(customer)}, "issue/" + customer);
    ASSERT_EQ(answer.outcome, Outcome::accepted) << answer.detail;
    const std::string id = answer.reply.coupon_id.str();
    EXPECT_EQ(gateway.read<Coupon>(id).owner.str(), customer);
    keepers.insert(cluster.placement().owner({Service::coupon, partition_number(id, 4)}));
  }
  EXPECT_EQ(keepers, (std::set<std::string>{"coupon-1", "coupon-2"}));
}

}  // namespace
}  // namespace souk
