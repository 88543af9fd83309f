#include "tests/read_models/story.hpp"

namespace souk::test {

using namespace souk::read_models;
namespace {

const HoldId kOrder{"o1"};
wallet::Charged charged(std::int64_t minor) { return {ChargeId("c1"), gbp(minor)}; }
wallet::Held held(std::int64_t minor) { return {kOrder, gbp(minor)}; }
wallet::Settled settled(std::int64_t minor) { return {kOrder, gbp(minor)}; }
wallet::Released released(std::int64_t minor) { return {kOrder, gbp(minor)}; }
wallet::Refunded refunded(std::int64_t minor) { return {RefundId("r1"), gbp(minor)}; }

TEST(Wallets, EveryMovementIsInTheStatementWithTheBalancesAfterIt) {
  Story story;
  story.happened("bob", charged(1'000)).happened("bob", held(300)).happened("bob", released(300));
  story.happened("bob", held(400)).happened("bob", settled(400)).happened("bob", refunded(150));

  const WalletRow wallet{"bob", "GBP", 750, 0, 1'000, 400, 150, 6, story.now()};
  EXPECT_EQ(story.rows<WalletRow>(), std::vector{wallet});
  const auto row = [&](std::int64_t number, const char* kind, std::int64_t amount,
                       std::int64_t balance, std::int64_t held, const char* cause) {
    return WalletMovementRow{"bob", number, kNow + seconds(number), kind, amount, balance, held,
                             "GBP", cause,  "request-of-bob"};
  };
  const std::vector statement = {
      row(1, "CHARGE", 1'000, 1'000, 0, "c1"), row(2, "HOLD", 300, 700, 300, "o1"),
      row(3, "RELEASE", 300, 1'000, 0, "o1"),  row(4, "HOLD", 400, 600, 400, "o1"),
      row(5, "SPEND", 400, 600, 0, "o1"),      row(6, "REFUND", 150, 750, 0, "r1")};
  EXPECT_EQ(story.rows<WalletMovementRow>(), statement);
}

TEST(Wallets, ChargedAgainAddsUp) {
  Story story;
  story.refused(Service::wallet, "bob");
  story.happened("bob", charged(10)).happened("bob", charged(20));
  EXPECT_EQ(story.row<WalletRow>({"bob"}).charged_minor, 30);
  EXPECT_EQ(story.row<WalletRow>({"bob"}).balance_minor, 30);
}

TEST(Wallets, WhatDoesNotFitIsNotTaken) {
  Story story;
  story.happened("bob", charged(100)).happened("bob", held(40));
  EXPECT_EQ(story.unfit("eve", held(1)),
            "wallet eve: something moved, but nothing was ever charged");
  const std::string negative = "wallet bob: the balance or what is held would be negative";
  EXPECT_EQ(story.unfit("bob", held(61)), negative);
  EXPECT_EQ(story.unfit("bob", settled(41)), negative);
  EXPECT_EQ(story.unfit("bob", released(41)), negative);
  EXPECT_EQ(story.unfit("bob", charged(-1)), "wallet bob: an amount is negative");
  EXPECT_EQ(story.unfit("bob", charged(INT64_MAX)), "wallet bob: a sum leaves 64 bits");
  EXPECT_EQ(story.unfit("bob", refunded(1)), "wallet bob: more refunded than was spent");
  EXPECT_EQ(story.unfit("bob", wallet::Charged{ChargeId("c2"), eur(1)}),
            "wallet bob: an amount in another currency than the wallet's");
  EXPECT_EQ(story.unfit("bob", held(60)), "");
}

}  // namespace
}  // namespace souk::test
