// The clock of a node whose machine's clock is set by somebody.
#include "actors/core/clock.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace souk::core {
namespace {

class SetClock : public ::testing::Test {
 protected:
  void SetUp() override {
    wall_ = {1'000'000'000'000};
    running_ = {5'000'000};
  }
  static void pass(Duration time) {
    wall_ = wall_ + time;
    running_ = running_ + time;
  }
  static Time wall() { return wall_; }
  static Time running() { return running_; }

  static inline Time wall_, running_;
};

TEST_F(SetClock, IsTheWallClockWhileNobodySetsIt) {
  const SystemClock clock(&wall, &running);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(clock.now(), wall_);
    pass(milliseconds(137));
  }
}

TEST_F(SetClock, FollowsAtOnceWhatIsPutForward) {
  const SystemClock clock(&wall, &running);
  wall_ = wall_ + seconds(3'600);
  EXPECT_EQ(clock.now(), wall_);
  pass(seconds(1));
  EXPECT_EQ(clock.now(), wall_);
}

TEST_F(SetClock, GoesOnSlowlyWhenPutBackUntilTheWallClockHasCaughtUp) {
  const SystemClock clock(&wall, &running);
  Time last = clock.now();
  wall_ = wall_ + Duration{-seconds(60).micros};
  EXPECT_EQ(clock.now(), last);
  std::int64_t seconds_passed = 0;
  while (clock.now() != wall_) {
    pass(seconds(1));
    ++seconds_passed;
    const Duration step = clock.now() - last;
    EXPECT_GE(step.micros, 937'000);
    EXPECT_LE(step.micros, 1'000'000);
    last = clock.now();
    ASSERT_LE(seconds_passed, 60 * SystemClock::kSlower + 1);
  }
  EXPECT_GE(seconds_passed, 60 * SystemClock::kSlower - 1);
  pass(seconds(100));
  EXPECT_EQ(clock.now(), wall_);
}

TEST_F(SetClock, IsNotSlowedLessByBeingReadOften) {
  const SystemClock clock(&wall, &running);
  const Time begin = clock.now();
  wall_ = wall_ + Duration{-seconds(60).micros};
  static_cast<void>(clock.now());
  for (int i = 0; i < 1'000'000; ++i) {
    pass(Duration{1});
    static_cast<void>(clock.now());
  }
  EXPECT_EQ((clock.now() - begin).micros, 1'000'000 - 1'000'000 / SystemClock::kSlower);
}

TEST_F(SetClock, BearsBeingPutForwardWhileItIsBehind) {
  const SystemClock clock(&wall, &running);
  wall_ = wall_ + Duration{-seconds(60).micros};
  static_cast<void>(clock.now());
  pass(seconds(2));
  wall_ = wall_ + seconds(3'600);
  EXPECT_EQ(clock.now(), wall_);
}

// A thread may be held up between its two readings.
TEST_F(SetClock, IsNotMisledByAReadingThatTookLong) {
  static bool slow;
  slow = false;
  const SystemClock clock(
      &wall, +[] {
        if (slow) pass(milliseconds(500));
        slow = false;
        return running_;
      });
  slow = true;
  EXPECT_EQ(clock.now(), wall_);
  pass(seconds(1));
  EXPECT_EQ(clock.now(), wall_);
}

TEST(MachinesClock, NeverGoesBackOnAnyThread) {
  const SystemClock clock;
  const auto read_often = [&] {
    Time last = clock.now();
    for (int i = 0; i < 200'000; ++i) {
      const Time now = clock.now();
      ASSERT_GE((now - last).micros, 0);
      last = now;
    }
  };
  std::jthread other(read_often);
  read_often();
  const Duration from_wall = SystemClock::wall_clock() - clock.now();
  EXPECT_LT(std::abs(from_wall.micros), seconds(1).micros);
}

}  // namespace
}  // namespace souk::core
