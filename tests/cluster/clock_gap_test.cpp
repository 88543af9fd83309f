// What a node makes of the times that a peer's messages bear.
#include "cluster/clock_gap.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace souk::cluster {
namespace {

constexpr Duration kHalf = milliseconds(500);
constexpr Duration kWindow = seconds(4);

Duration minus(Duration time) { return {-time.micros}; }

class GapOfClocks : public ::testing::Test {
 protected:
  // So many heartbeats of a peer whose clock is so far ahead; each takes this long.
  void beat(int times, Duration ahead, Duration took = {}) {
    for (int i = 0; i < times; ++i) {
      gap.heard(now + ahead, now + took);
      now = now + kHalf;
    }
  }

  Time now{1'700'000'000'000'000};
  ClockGap gap{kWindow};
};

TEST_F(GapOfClocks, IsNotKnownBeforeAWindowWasHeard) {
  EXPECT_EQ(gap.ahead(), std::nullopt);
  gap.heard({}, now);  // of an older version
  EXPECT_EQ(gap.ahead(), std::nullopt);
  beat(8, seconds(40));
  EXPECT_EQ(gap.ahead(), std::nullopt);
  EXPECT_EQ(gap.here(now), now);
  beat(1, seconds(40));
  EXPECT_EQ(gap.ahead(), seconds(40));
}

TEST_F(GapOfClocks, IsWhatTheQuickestMessageSays) {
  beat(4, seconds(40), seconds(3));
  beat(1, seconds(40), milliseconds(2));
  beat(9, seconds(40), seconds(1));
  EXPECT_EQ(gap.ahead(), milliseconds(39'998));
}

TEST_F(GapOfClocks, TurnsThePeersTimesIntoOwnOnes) {
  beat(9, seconds(40));
  EXPECT_EQ(gap.here(now + seconds(45)), now + seconds(5));
  EXPECT_EQ(gap.here({}), Time{}) << "for ever stays for ever";
  gap = ClockGap(kWindow);
  beat(9, minus(seconds(20)));
  EXPECT_EQ(gap.here(now + minus(seconds(15))), now + seconds(5));
}

// Whatever a peer says, sums stay within 64 bits, and what has a deadline keeps one.
TEST_F(GapOfClocks, LearnsNothingFromTimesThatNoClockShows) {
  using Limits = std::numeric_limits<std::int64_t>;
  beat(9, seconds(40));
  for (const Time absurd : {Time{Limits::min()}, Time{-1}, Time{Limits::max()}}) {
    gap.heard(absurd, now);
    EXPECT_EQ(gap.ahead(), seconds(40));
    EXPECT_EQ(gap.here(absurd), absurd);
  }
  EXPECT_EQ(gap.here(Time{40'000'000}), Time{1}) << "not for ever";
}

// An order may have half a second in all.
TEST_F(GapOfClocks, CountsHoweverSmallItIs) {
  beat(9, milliseconds(400));
  EXPECT_EQ(gap.here(now + milliseconds(500)), now + milliseconds(100));
}

TEST_F(GapOfClocks, FollowsAClockThatIsSet) {
  beat(30, seconds(40));
  beat(1, seconds(50));
  EXPECT_EQ(gap.ahead(), seconds(50));
  beat(18, seconds(3));
  EXPECT_EQ(gap.ahead(), seconds(3));
}

// A process was frozen for long: what its peer had sent until it gave up lies there, a command
// whose deadline has passed among it. That command is refused, however much there is to read.
TEST_F(GapOfClocks, WhatLayUnreadMakesNoDeadlineLater) {
  beat(20, {});
  const Time deadline = now + seconds(30);
  for (int i = 0; i < 100; ++i) gap.heard(now + Duration{i * kHalf.micros}, now + seconds(100));
  EXPECT_EQ(gap.here(deadline), deadline);
}

TEST_F(GapOfClocks, AConnectionWhoseGreetingLayUnreadMakesNoDeadlineLater) {
  const Time deadline = now + seconds(30);
  for (int i = 0; i < 100; ++i)
    gap.heard(now + Duration{i * kHalf.micros}, now + seconds(100) + Duration{i * 1'000});
  EXPECT_EQ(gap.here(deadline), deadline);
}

}  // namespace
}  // namespace souk::cluster
