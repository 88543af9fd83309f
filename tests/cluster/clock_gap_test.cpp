// What a node makes of the times that a peer's messages bear.
#include "cluster/clock_gap.hpp"

#include <gtest/gtest.h>

namespace souk::cluster {
namespace {

constexpr Duration kHalf = milliseconds(500);

class GapOfClocks : public ::testing::Test {
 protected:
  // So many heartbeats of a peer whose clock is so far ahead; each takes this long.
  void beat(int times, Duration ahead, Duration took = milliseconds(1)) {
    for (int i = 0; i < times; ++i) {
      gap.heard(now + ahead, now + took);
      now = now + kHalf;
    }
  }

  Time now{1'700'000'000'000'000};
  ClockGap gap;
};

TEST_F(GapOfClocks, IsZeroBeforeAnythingWasHeard) {
  EXPECT_EQ(gap.ahead(), Duration{});
  gap.heard({}, now);  // of an older version
  EXPECT_EQ(gap.ahead(), Duration{});
  EXPECT_EQ(gap.here(now), now);
}

TEST_F(GapOfClocks, IsWhatTheQuickestMessageSays) {
  beat(2, seconds(40), seconds(3));
  beat(1, seconds(40), milliseconds(2));
  beat(5, seconds(40), seconds(1));
  EXPECT_EQ(gap.ahead(), milliseconds(39'998));
}

TEST_F(GapOfClocks, TurnsThePeersTimesIntoOwnOnes) {
  beat(3, seconds(40), Duration{});
  EXPECT_EQ(gap.here(now + seconds(45)), now + seconds(5));
  EXPECT_EQ(gap.here({}), Time{}) << "for ever stays for ever";
  gap = {};
  beat(3, Duration{-seconds(20).micros}, Duration{});
  EXPECT_EQ(gap.here(now + Duration{-seconds(15).micros}), now + seconds(5));
}

// So that a command that is repeated has the same deadline.
TEST_F(GapOfClocks, ClocksThatAgreeWithinASecondAreOne) {
  beat(3, milliseconds(900), Duration{});
  EXPECT_EQ(gap.here(now), now);
}

TEST_F(GapOfClocks, IsSureAfterAFewMessages) {
  beat(ClockGap::kWindow - 1, {});
  EXPECT_FALSE(gap.is_sure());
  beat(1, {});
  EXPECT_TRUE(gap.is_sure());
}

TEST_F(GapOfClocks, FollowsAClockThatIsSet) {
  beat(30, seconds(40));
  beat(1, seconds(50));
  EXPECT_EQ(gap.ahead(), milliseconds(49'999));
  beat(2 * ClockGap::kWindow, seconds(3));
  EXPECT_EQ(gap.ahead(), milliseconds(2'999));
}

// A frozen process reads what lay there for long, and then what is new.
TEST_F(GapOfClocks, BearsMessagesThatLayUnread) {
  beat(12, {});
  for (int late = 6; late > 0; --late) gap.heard(now, now + seconds(late));
  EXPECT_EQ(gap.ahead(), milliseconds(-1));
}

}  // namespace
}  // namespace souk::cluster
