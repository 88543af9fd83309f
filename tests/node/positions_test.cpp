// The positions of answers: whoever has read up to them has read every record that the answer tells
// of, of whichever aggregate.
#include <set>

#include <gtest/gtest.h>

#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using checkout::Phase;
using gateway::Outcome;
using testing::NodeFixture;
using testing::NodeFixtureOptions;

// Where the last record that belongs to an order stands, in each partition that has one.
Positions records_of(const store::Log& log, const std::string& order_id) {
  Positions found;
  for (const auto& [service, count] : log.identity().partitions)
    for (std::uint16_t number = 0; number < count; ++number) {
      const PartitionId partition{service, number};
      const store::Status status = log.scan(partition, 1, [&](const store::RecordView& record) {
        if (record.correlation_id == order_id) found[partition] = record.offset;
        return true;
      });
      EXPECT_TRUE(status.ok()) << status.message();
    }
  return found;
}

// How many services' partitions are named.
std::size_t services_in(const Positions& positions) {
  std::set<Service> services;
  for (const auto& [partition, offset] : positions) services.insert(partition.service);
  return services.size();
}

class AnswerPositions : public ::testing::Test {
 protected:
  AnswerPositions() {
    for (int i = 0; i < 5; ++i) node_.stock(sku(i), 1'000, 250);
    node_.charge("ann", 1'000'000);
    node_.charge("poor", 10);
    coupon::Terms terms;
    terms.discount = {coupon::DiscountKind::percent, {}, 1'000, {}};
    terms.valid_until = node_.clock().now() + seconds(3'600);
    for (int i = 0; i < 3; ++i)
      node_.ask<Coupon>("ten" + std::to_string(i), coupon::Grant{CustomerId("ann"), terms},
                        "grant");
  }
  static std::string sku(int i) { return "sku" + std::to_string(i); }
  static checkout::Start order(int i) {
    return NodeFixture::order("o" + std::to_string(i), "ann",
                              {{sku(i % 5), 1}, {sku((i + 1) % 5), 2}},
                              i < 3 ? "ten" + std::to_string(i) : "");
  }
  static NodeFixtureOptions eight_partitions() {
    NodeFixtureOptions options;
    options.partitions = 8;
    return options;
  }
  void expect_covered(const gateway::Answer<Checkout>& answer, const std::string& order_id,
                      std::size_t services) {
    ASSERT_EQ(answer.outcome, Outcome::accepted) << answer.detail;
    const Positions records = records_of(node_.node().log(), order_id);
    EXPECT_EQ(services_in(records), services);
    EXPECT_TRUE(covers(answer.positions, records))
        << to_string(answer.positions) << " does not cover " << to_string(records);
    for (const auto& [partition, offset] : answer.positions) {
      EXPECT_LT(offset, node_.node().log().next_offset(partition));  // it can be reached
      EXPECT_TRUE(records.contains(partition)) << to_string(answer.positions);
    }
  }

  NodeFixture node_{eight_partitions()};
};

TEST_F(AnswerPositions, OfAnOrderCoverAllThatItTouched) {
  for (int i = 0; i < 6; ++i)
    expect_covered(node_.checkout(order(i)), "o" + std::to_string(i), i < 3 ? 5 : 4);
}

TEST_F(AnswerPositions, OfAnOrderThatHasJustEndedAreThoseOfItsOwnRecords) {
  const auto answer = node_.checkout(order(0));
  EXPECT_EQ(answer.positions, records_of(node_.node().log(), "o0"));
}

TEST_F(AnswerPositions, OfAnOrderThatIsTurnedBackCoverWhatWasGivenBack) {
  const auto start = NodeFixture::order("back", "poor", {{sku(0), 1}, {sku(3), 1}});
  const auto answer = node_.checkout(start);
  EXPECT_EQ(answer.view.phase, Phase::cancelled);
  expect_covered(answer, "back", 4);
}

TEST_F(AnswerPositions, OfADuplicateCoverTheSame) {
  const auto first = node_.checkout(order(1));
  const auto again = node_.checkout(order(1));
  expect_covered(again, "o1", 5);
  EXPECT_TRUE(covers(again.positions, first.positions));
}

TEST_F(AnswerPositions, OfADuplicateAfterARestartCoverTheSame) {
  const auto first = node_.checkout(order(1));
  node_.crash_and_restart();
  const auto again = node_.checkout(order(1));
  expect_covered(again, "o1", 5);
  EXPECT_TRUE(covers(again.positions, first.positions));
}

TEST_F(AnswerPositions, OfASagaThatWentOnAfterARestartCoverWhatWasBefore) {
  for (int syncs = 1; syncs <= 8; ++syncs) {
    const auto start = order(100 + syncs);
    store::MemoryDisk::Faults faults;
    faults.fail_sync = node_.disk().syncs() + static_cast<std::uint64_t>(syncs);
    node_.disk().set_faults(faults);
    node_.checkout(start, milliseconds(300));  // gets as far as it gets
    node_.crash_and_restart();
    expect_covered(node_.checkout(start), start.order_id.str(), 4);
  }
}

TEST_F(AnswerPositions, OfAnAggregateAreItsOwn) {
  const auto charged =
      node_.ask<Wallet>("ann", wallet::Charge{ChargeId("c2"), node_.gbp(1)}, "charge/c2");
  ASSERT_EQ(charged.positions.size(), 1u);
  EXPECT_EQ(charged.positions.begin()->first.service, Service::wallet);
  EXPECT_EQ(node_.ask<Wallet>("ann", std::nullopt).positions, charged.positions);
  const auto refused =
      node_.ask<Wallet>("ann", wallet::Charge{ChargeId("c3"), node_.gbp(-1)}, "charge/c3");
  ASSERT_EQ(refused.outcome, Outcome::refused);
  EXPECT_TRUE(covers(refused.positions, charged.positions));
  EXPECT_NE(refused.positions, charged.positions);  // the refusal is a record, too
  EXPECT_TRUE(node_.ask<Wallet>("nobody", std::nullopt).positions.empty());
}

TEST_F(AnswerPositions, OfACampaignCoverTheCouponsThatItIssued) {
  coupon::Terms terms;
  terms.discount = {coupon::DiscountKind::amount, NodeFixture::gbp(500), 0, {}};
  terms.valid_until = node_.clock().now() + seconds(3'600);
  node_.ask<Campaign>("spring", campaign::Open{CampaignId("spring"), 100, terms});
  for (int i = 0; i < 4; ++i) {
    if (i == 2) node_.crash_and_restart();
    const std::string customer = "c" + std::to_string(i);
    const auto answer =
        node_.ask<Campaign>("spring", campaign::Issue{CustomerId(customer)}, "issue/" + customer);
    ASSERT_EQ(answer.outcome, Outcome::accepted);
    const auto coupon = node_.ask<Coupon>(answer.reply.coupon_id.str(), std::nullopt);
    EXPECT_EQ(coupon.view.status, coupon::Status::granted);
    EXPECT_TRUE(covers(answer.positions, coupon.positions)) << to_string(answer.positions);
  }
}

}  // namespace
}  // namespace souk
