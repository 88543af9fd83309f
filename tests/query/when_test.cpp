// Times as people type them.
#include "tools/shared/when.hpp"

#include <gtest/gtest.h>

#include "events/rfc3339.hpp"
#include "tools/query/asking.hpp"

namespace souk::query {
namespace {

constexpr Time kNow{1'293'193'800'000'000};  // 2010-12-24T12:30:00Z

std::string when(std::string_view text, Edge edge = Edge::since) {
  const auto time = cli::parse_when(text, edge, kNow);
  return time ? to_rfc3339(*time) : "none";
}

TEST(When, ADayBeginsAsSinceAndEndsAsUntil) {
  EXPECT_EQ(when("2010-12-01"), "2010-12-01T00:00:00Z");
  EXPECT_EQ(when("2010-12-31", Edge::until), "2011-01-01T00:00:00Z");
}

TEST(When, AMomentIsTakenAsItIsAndInUtcWithoutAnOffset) {
  for (const Edge edge : {Edge::since, Edge::until}) {
    EXPECT_EQ(when("2010-12-01T08:26:00Z", edge), "2010-12-01T08:26:00Z");
    EXPECT_EQ(when("2010-12-01T08:26:00.5+02:00", edge), "2010-12-01T06:26:00.5Z");
    EXPECT_EQ(when("2010-12-01T08:26:07", edge), "2010-12-01T08:26:07Z");
    EXPECT_EQ(when("2010-12-01 08:26", edge), "2010-12-01T08:26:00Z");
  }
}

TEST(When, AnAgeIsCountedBackFromNow) {
  EXPECT_EQ(when("now"), "2010-12-24T12:30:00Z");
  EXPECT_EQ(when("3d"), "2010-12-21T12:30:00Z");
  EXPECT_EQ(when("2h"), "2010-12-24T10:30:00Z");
  EXPECT_EQ(when("30m"), "2010-12-24T12:00:00Z");
  EXPECT_EQ(when("45s"), "2010-12-24T12:29:15Z");
  EXPECT_EQ(when("1w"), "2010-12-17T12:30:00Z");
}

TEST(When, NothingElseIsATime) {
  for (const char* text : {"", "3", "3x", "-3d", "d", "yesterday", "2010-13-01", "2010-12-01T25:00",
                           "2010-12", "99999999999w", "1000000000w"})
    EXPECT_EQ(when(text), "none") << text;
}

TEST(Age, ABareNumberIsSeconds) {
  EXPECT_EQ(cli::parse_age("30"), seconds(30));
  EXPECT_EQ(cli::parse_age("2m"), seconds(120));
  EXPECT_EQ(cli::parse_age("2 m"), std::nullopt);
}

// The tables' times have six decimals and a Z.
TEST(BoundText, ComparesAsTextAsTheTimesDo) {
  const Time moment = *parse_rfc3339("2010-12-01T08:26:00.5Z");
  EXPECT_LT(bound_text(moment), "2010-12-01T08:26:00.500000Z");
  EXPECT_LT(bound_text(moment), "2010-12-01T08:26:00.500001Z");
  EXPECT_GT(bound_text(moment), "2010-12-01T08:26:00.499999Z");
  const Time whole = *parse_rfc3339("2010-12-01T08:26:00Z");
  EXPECT_LT(bound_text(whole), "2010-12-01T08:26:00.000000Z");
  EXPECT_GT(bound_text(whole), "2010-12-01T08:25:59.999999Z");
  EXPECT_EQ(day_text(moment), "2010-12-01");
}

}  // namespace
}  // namespace souk::query
