#include "actors/core/rarely.hpp"

#include <gtest/gtest.h>

namespace souk::core {
namespace {

TEST(Rarely, OneOfACrowdSpeaksAndCountsTheOthers) {
  Rarely rarely;
  const Time noon{1'000'000'000};
  EXPECT_EQ(rarely.my_turn(noon), 0);
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(rarely.my_turn(noon + milliseconds(i)), std::nullopt);
  EXPECT_EQ(rarely.my_turn(noon + seconds(1)), 5);
  EXPECT_EQ(rarely.my_turn(noon + milliseconds(1'500)), std::nullopt);
  EXPECT_EQ(rarely.my_turn(noon + seconds(9)), 1);
}

TEST(Rarely, AClockThatIsPutBackDoesNotSilenceIt) {
  Rarely rarely;
  EXPECT_EQ(rarely.my_turn(Time{9'000'000'000}), 0);
  EXPECT_EQ(rarely.my_turn(Time{1'000'000'000}), 0);
}

}  // namespace
}  // namespace souk::core
