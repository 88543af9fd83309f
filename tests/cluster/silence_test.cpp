// When a peer counts as silent, and when it was this process that did not listen.
#include "cluster/silence.hpp"

#include <gtest/gtest.h>

namespace souk::cluster {
namespace {

constexpr Duration kMax = seconds(2);
constexpr Duration kTick = milliseconds(50);

class SilenceOfAPeer : public ::testing::Test {
 protected:
  SilenceOfAPeer() {
    silence.tick(now);
    silence.heard(now);
  }

  // Ticks, as a process does that runs, until so much later.
  Duration run(Duration time) {
    Duration silent;
    for (const Time end = now + time; now < end;) {
      now = now + kTick;
      silent = silence.tick(now);
    }
    return silent;
  }

  Time now{1'000'000'000};
  Silence silence{kMax};
};

TEST_F(SilenceOfAPeer, IsTheTimeSinceItWasLastHeard) {
  EXPECT_EQ(run(seconds(1)), seconds(1));
  silence.heard(now);
  EXPECT_EQ(run(milliseconds(300)), milliseconds(300));
  EXPECT_GT(run(seconds(2)), kMax);
}

TEST_F(SilenceOfAPeer, DoesNotCountWhileThisProcessWasFrozen) {
  run(milliseconds(500));
  now = now + seconds(13);
  EXPECT_EQ(silence.tick(now), milliseconds(500));
  EXPECT_EQ(run(seconds(1)), milliseconds(1500)) << "it counts on from there";
  EXPECT_GT(run(seconds(1)), kMax) << "and a dead peer is noticed";
}

TEST_F(SilenceOfAPeer, CountsInAProcessThatIsOnlySlow) {
  Duration silent;
  for (int i = 0; i < 10; ++i) {
    now = now + milliseconds(400);
    silent = silence.tick(now);
  }
  EXPECT_GT(silent, kMax);
}

TEST_F(SilenceOfAPeer, IsNothingAfterTheClockWasPutBack) {
  run(seconds(1));
  now = now - seconds(3600);
  EXPECT_EQ(silence.tick(now), Duration{});
  EXPECT_EQ(run(seconds(1)), seconds(1));
}

}  // namespace
}  // namespace souk::cluster
