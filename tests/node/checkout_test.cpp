// The whole slice on one node, without HTTP: orders, their receipts, their ends.
#include <gtest/gtest.h>

#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using checkout::Phase;
using gateway::Outcome;
using testing::NodeFixture;
using testing::NodeFixtureOptions;

class Partitions : public ::testing::TestWithParam<std::uint16_t> {};
INSTANTIATE_TEST_SUITE_P(TwoOrMany, Partitions, ::testing::Values(1, 2, 64));

TEST_P(Partitions, AnOrderTakesStockAndMoney) {
  NodeFixture node({GetParam(), {}});
  node.stock("lamp", 10, 250);
  node.stock("mug", 5, 400);
  node.charge("ann", 5'000);

  const auto answer = node.checkout(node.order("o1", "ann", {{"lamp", 2}, {"mug", 1}}));
  ASSERT_EQ(answer.outcome, Outcome::accepted);
  EXPECT_EQ(answer.view.phase, Phase::confirmed);
  EXPECT_EQ(answer.view.totals.total_minor, 900);

  const auto lamp = node.read<Stock>("lamp");
  EXPECT_EQ(lamp.available.value, 8);
  EXPECT_EQ(lamp.held.value, 0);
  EXPECT_EQ(lamp.sold.value, 2);
  const auto wallet = node.read<Wallet>("ann");
  EXPECT_EQ(wallet.balance_minor, 4'100);
  EXPECT_EQ(wallet.held_minor, 0);
  EXPECT_EQ(wallet.settled_minor, 900);
  EXPECT_EQ(node.read<Order>("o1").status, order::Status::confirmed);
}

TEST_P(Partitions, WithoutMoneyEverythingIsGivenBack) {
  NodeFixture node({GetParam(), {}});
  node.stock("lamp", 10, 250);
  node.charge("bob", 100);
  const auto answer = node.checkout(node.order("o1", "bob", {{"lamp", 2}}));
  ASSERT_EQ(answer.outcome, Outcome::accepted);
  EXPECT_EQ(answer.view.phase, Phase::cancelled);
  EXPECT_EQ(answer.view.reason.code, "wallet.insufficient_funds");
  const auto lamp = node.read<Stock>("lamp");
  EXPECT_EQ(lamp.available.value, 10);
  EXPECT_EQ(lamp.held.value, 0);
  EXPECT_EQ(node.read<Wallet>("bob").balance_minor, 100);
  EXPECT_EQ(node.read<Order>("o1").status, order::Status::cancelled);
}

TEST(Checkout, TheSameOrderAgainGetsTheSameAnswer) {
  NodeFixture node;
  node.stock("lamp", 10, 250);
  node.charge("ann", 5'000);
  const auto start = node.order("o1", "ann", {{"lamp", 2}});
  const auto first = node.checkout(start);
  EXPECT_EQ(node.checkout(start).view, first.view);
  EXPECT_EQ(node.read<Stock>("lamp").sold.value, 2);
  EXPECT_EQ(node.checkout(node.order("o1", "ann", {{"lamp", 3}})).outcome, Outcome::id_reused);

  node.crash_and_restart();
  EXPECT_EQ(node.checkout(start).view, first.view);
  EXPECT_EQ(node.checkout(node.order("o1", "ann", {{"lamp", 3}})).outcome, Outcome::id_reused);
  EXPECT_EQ(node.read<Stock>("lamp").sold.value, 2);
}

TEST(Checkout, AnOrderKeepsTheTimeAtWhichItWasPlacedElsewhere) {
  NodeFixture node;
  node.stock("lamp", 10, 250);
  node.charge("ann", 5'000);
  auto start = node.order("o1", "ann", {{"lamp", 1}});
  start.ordered_at = Time{1'291'191'960'000'000};
  EXPECT_EQ(node.checkout(start).view.ordered_at, start.ordered_at);
  EXPECT_EQ(node.checkout(node.order("o2", "ann", {{"lamp", 1}})).view.ordered_at, Time{});
  auto otherwise = start;
  otherwise.ordered_at = {};
  EXPECT_EQ(node.checkout(otherwise).outcome, Outcome::id_reused);

  node.crash_and_restart();
  EXPECT_EQ(node.read<Order>("o1").ordered_at, start.ordered_at);
  EXPECT_EQ(node.read<Order>("o2").ordered_at, Time{});
}

TEST(Checkout, NotWaitingIsAnsweredAsSoonAsTheStartIsDurable) {
  NodeFixture node;
  node.stock("lamp", 10, 250);
  node.charge("ann", 5'000);
  const auto start = node.order("o1", "ann", {{"lamp", 2}});
  EXPECT_EQ(node.checkout(start, milliseconds(0)).outcome, Outcome::pending);
  node.crash_and_restart();  // acknowledged, so it must go on
  EXPECT_EQ(node.checkout(start).view.phase, Phase::confirmed);
}

TEST(Checkout, ACouponIsUsedOnce) {
  NodeFixture node;
  node.stock("lamp", 10, 1'000);
  node.charge("ann", 50'000);
  coupon::Terms terms;
  terms.discount = {coupon::DiscountKind::percent, {}, 1'000, {}};
  terms.valid_until = node.clock().now() + seconds(3'600);
  ASSERT_EQ(node.ask<Coupon>("ten", coupon::Grant{CustomerId("ann"), terms}, "grant").outcome,
            Outcome::accepted);
  const auto first = node.checkout(node.order("o1", "ann", {{"lamp", 1}}, "ten"));
  EXPECT_EQ(first.view.totals.discount_minor, 100);
  EXPECT_EQ(first.view.totals.total_minor, 900);
  const auto second = node.checkout(node.order("o2", "ann", {{"lamp", 1}}, "ten"));
  EXPECT_EQ(second.view.phase, Phase::cancelled);
  EXPECT_EQ(second.view.reason.code, "coupon.already_used");
  EXPECT_EQ(node.read<Coupon>("ten").status, coupon::Status::used);
}

TEST(Coupons, LapseAtTheEndOfTheirWindow) {
  NodeFixture node;
  coupon::Terms terms;
  terms.discount = {coupon::DiscountKind::percent, {}, 1'000, {}};
  terms.valid_until = node.clock().now() + seconds(60);
  node.ask<Coupon>("ten", coupon::Grant{CustomerId("ann"), terms}, "grant");
  EXPECT_EQ(node.read<Coupon>("ten").status, coupon::Status::granted);
  node.clock().forward(seconds(61));
  EXPECT_EQ(node.read<Coupon>("ten").status, coupon::Status::lapsed);
  node.crash_and_restart();
  EXPECT_EQ(node.read<Coupon>("ten").status, coupon::Status::lapsed);
}

TEST(Campaigns, IssueExactlyTheirCouponsAndGrantThem) {
  NodeFixture node;
  coupon::Terms terms;
  terms.discount = {coupon::DiscountKind::amount, NodeFixture::gbp(500), 0, {}};
  terms.valid_until = node.clock().now() + seconds(3'600);
  ASSERT_EQ(node.ask<Campaign>("spring", campaign::Open{CampaignId("spring"), 100, terms}).outcome,
            Outcome::accepted);
  std::vector<std::future<gateway::Answer<Campaign>>> answers;
  for (int i = 0; i < 300; ++i) {
    const std::string customer = "c" + std::to_string(i);
    answers.push_back(node.ask_later<Campaign>("spring", campaign::Issue{CustomerId(customer)},
                                               "issue/" + customer));
  }
  int issued = 0;
  for (auto& one : answers) {
    const auto answer = one.get();
    if (answer.outcome != Outcome::accepted) {
      EXPECT_EQ(answer.refusal, "sold_out");
      continue;
    }
    ++issued;
    // The coupon exists once its customer knows its id.
    EXPECT_EQ(node.read<Coupon>(answer.reply.coupon_id.str()).status, coupon::Status::granted);
  }
  EXPECT_EQ(issued, 100);
  // The same customer asks again: the same coupon.
  const auto again = node.ask<Campaign>("spring", campaign::Issue{CustomerId("c0")}, "issue/c0");
  EXPECT_EQ(again.reply.ordinal, 1);
}

TEST(HotAggregate, ManyOrdersOnOneSkuNeverSellMoreThanThereIs) {
  NodeFixture node;
  node.stock("hot", 300, 100);
  node.charge("ann", 1'000'000);
  std::vector<std::future<gateway::Answer<Checkout>>> answers;
  for (int i = 0; i < 500; ++i)
    answers.push_back(
        node.checkout_later(node.order("o" + std::to_string(i), "ann", {{"hot", 1}})));
  int confirmed = 0;
  for (auto& one : answers) {
    const auto answer = one.get();
    if (answer.view.phase == Phase::confirmed)
      ++confirmed;
    else
      EXPECT_EQ(answer.view.reason.code, "stock.out_of_stock");
  }
  EXPECT_EQ(confirmed, 300);
  EXPECT_EQ(node.read<Stock>("hot").available.value, 0);
  EXPECT_EQ(node.read<Stock>("hot").held.value, 0);
  EXPECT_EQ(node.read<Wallet>("ann").settled_minor, 300 * 100);
}

TEST(Passivation, AFewLiveAggregatesServeManyOrders) {
  NodeFixtureOptions options;
  options.partitions = 2;
  options.node.core.live_aggregates_max = 1;  // the least that a keeper takes: 16
  options.node.core.snapshot_records_min = 8;
  options.node.core.snapshot_walk_min = 2;
  NodeFixture node(options);
  for (int i = 0; i < 100; ++i) node.stock("sku" + std::to_string(i), 1'000, 100);
  for (int i = 0; i < 100; ++i) node.charge("c" + std::to_string(i), 1'000'000);
  std::vector<std::future<gateway::Answer<Checkout>>> answers;
  for (int i = 0; i < 1'000; ++i)
    answers.push_back(node.checkout_later(
        node.order("o" + std::to_string(i), "c" + std::to_string(i % 100),
                   {{"sku" + std::to_string(i % 97), 1}, {"sku" + std::to_string(i * 7 % 100), 2}}),
        seconds(20)));
  std::int64_t total = 0;
  for (auto& one : answers) {
    const auto answer = one.get();
    ASSERT_EQ(answer.outcome, Outcome::accepted);
    EXPECT_EQ(answer.view.phase, Phase::confirmed)
        << answer.view.reason.code << " " << answer.view.reason.subject;
    total += answer.view.totals.total_minor;
  }
  std::int64_t settled = 0;
  for (int i = 0; i < 100; ++i) {
    const auto wallet = node.read<Wallet>("c" + std::to_string(i));
    EXPECT_EQ(wallet.held_minor, 0);
    EXPECT_EQ(wallet.charged_minor, wallet.balance_minor + wallet.settled_minor);
    settled += wallet.settled_minor;
  }
  EXPECT_EQ(settled, total);
}

}  // namespace
}  // namespace souk
