#include "cluster/unanswered.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace souk::cluster {
namespace {

using Admission = Unanswered::Admission;
constexpr std::uint8_t kWallet = 3, kStock = 2;

class UnansweredTest : public ::testing::Test {
 protected:
  std::uint64_t ask(std::uint8_t lane, std::size_t bytes = 100, Time until = {}) {
    return table.add({lane, {nullptr, 7, false}}, bytes, until, now);
  }
  Admission admit(std::uint8_t lane, bool gives_up = true, std::size_t bytes = 100) {
    return table.admit(lane, bytes, gives_up, now);
  }

  UnansweredOptions options{.window_bytes = 1'000};
  Unanswered table{options};
  Time now{1'000'000'000};
};

TEST_F(UnansweredTest, AnAnswerFindsItsAsker) {
  const auto first = ask(kWallet), second = ask(kStock);
  ASSERT_NE(first, second);
  EXPECT_EQ(table.find(first)->lane, kWallet);
  EXPECT_EQ(table.find(second)->lane, kStock);
  table.answered(first, now);
  EXPECT_EQ(table.find(first), nullptr);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.bytes(), 100u);
}

TEST_F(UnansweredTest, AnAnswerThatIsNotTheLastLeavesItWaiting) {
  const auto number = ask(kWallet);
  table.heard(number, now);
  EXPECT_NE(table.find(number), nullptr);
  table.answered(number, now);
  EXPECT_EQ(table.size(), 0u);
}

TEST_F(UnansweredTest, AWindowIsALanesOwn) {
  for (int i = 0; i < 10; ++i) ask(kWallet);
  EXPECT_EQ(admit(kWallet), Admission::window_full);
  EXPECT_EQ(admit(kWallet, false), Admission::window_full);
  EXPECT_EQ(admit(kStock), Admission::yes);
}

TEST_F(UnansweredTest, AnswersOpenTheWindowAgain) {
  std::uint64_t last = 0;
  for (int i = 0; i < 10; ++i) last = ask(kWallet);
  table.answered(last, now);
  EXPECT_EQ(admit(kWallet), Admission::yes);
}

TEST_F(UnansweredTest, OneRequestLargerThanTheWindowGoesAlone) {
  EXPECT_EQ(admit(kWallet, true, 5'000), Admission::yes);
  ask(kWallet, 5'000);
  EXPECT_EQ(admit(kWallet, true, 1), Admission::window_full);
}

TEST_F(UnansweredTest, SilenceTripsTheLanesBreakerForThoseWhoGiveUp) {
  ask(kWallet);
  ask(kStock);
  now = now + options.breaker_after + milliseconds(1);
  const auto stock = ask(kStock);
  table.answered(stock, now);
  EXPECT_EQ(table.silent(now), std::vector<std::uint8_t>{kWallet});
  EXPECT_EQ(admit(kWallet), Admission::yes) << "the first goes through, to see";
  EXPECT_EQ(admit(kWallet), Admission::breaker_open);
  EXPECT_EQ(admit(kWallet, false), Admission::yes) << "a saga is let through";
  EXPECT_EQ(admit(kStock), Admission::yes);
  now = now + options.probe_every;
  EXPECT_EQ(admit(kWallet), Admission::yes) << "the next probe";
}

TEST_F(UnansweredTest, AnyAnswerClosesTheBreaker) {
  const auto number = ask(kWallet);
  ask(kWallet);
  now = now + options.breaker_after + seconds(1);
  EXPECT_FALSE(table.silent(now).empty());
  table.heard(number, now);
  EXPECT_TRUE(table.silent(now).empty());
  EXPECT_EQ(admit(kWallet), Admission::yes);
  EXPECT_EQ(admit(kWallet), Admission::yes);
}

TEST_F(UnansweredTest, ALaneStaysSilentAfterItsAskersHaveGivenUp) {
  ask(kWallet, 100, now + seconds(5));
  now = now + seconds(6);
  ASSERT_FALSE(table.silent(now).empty());
  table.forget(now);
  ASSERT_EQ(table.size(), 0u);
  EXPECT_EQ(table.silent(now), std::vector<std::uint8_t>{kWallet}) << "nothing has been heard";
  EXPECT_EQ(admit(kWallet), Admission::yes) << "a probe";
  const auto probe = ask(kWallet);
  EXPECT_EQ(admit(kWallet), Admission::breaker_open);
  table.answered(probe, now);
  EXPECT_TRUE(table.silent(now).empty());
}

TEST_F(UnansweredTest, AnIdleLaneIsNotSilent) {
  table.answered(ask(kWallet), now);
  now = now + seconds(3'600);
  EXPECT_TRUE(table.silent(now).empty());
  ask(kWallet);
  EXPECT_TRUE(table.silent(now).empty());
}

TEST_F(UnansweredTest, WhatHasItsFirstAnswerDoesNotCountAsSilent) {
  table.heard(ask(kWallet), now);
  now = now + seconds(60);
  EXPECT_TRUE(table.silent(now).empty());
}

TEST_F(UnansweredTest, WhatNobodyWaitsForIsForgotten) {
  const auto forgotten = ask(kWallet);
  const auto patient = ask(kWallet, 100, now + seconds(3'600));
  now = now + options.forget_after;
  const auto young = ask(kStock);
  table.forget(now);
  EXPECT_EQ(table.find(forgotten), nullptr);
  EXPECT_NE(table.find(patient), nullptr);
  EXPECT_NE(table.find(young), nullptr);
  EXPECT_EQ(table.bytes(), 200u);
  now = now + seconds(3'600);
  table.forget(now);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.bytes(), 0u);
}

TEST_F(UnansweredTest, TheEndOfAConnectionTellsEveryAskerOnce) {
  ask(kWallet);
  ask(kStock);
  table.answered(ask(0), now);
  std::vector<std::uint8_t> lanes;
  table.take_all([&](const Unanswered::Asker& asker) { lanes.push_back(asker.lane); });
  std::ranges::sort(lanes);
  EXPECT_EQ(lanes, (std::vector<std::uint8_t>{kStock, kWallet}));
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.bytes(), 0u);
  EXPECT_EQ(admit(kWallet, true, 1'000), Admission::yes);
}

}  // namespace
}  // namespace souk::cluster
