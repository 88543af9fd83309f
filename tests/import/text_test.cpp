// Texts as spreadsheets leave them.
#include "tools/souk/import/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "events/ids.hpp"
#include "events/rfc3339.hpp"

namespace souk::cli {
namespace {

TEST(Utf8, StaysAsItIs) {
  EXPECT_EQ(to_utf8("CAF\xC3\x89 \xC2\xA3 \xE2\x82\xAC \xF0\x9F\x8D\xB5"),
            "CAF\xC3\x89 \xC2\xA3 \xE2\x82\xAC \xF0\x9F\x8D\xB5");
}

TEST(Utf8, AnythingElseIsTakenForLatin1) {
  EXPECT_EQ(to_utf8("CAF\xC9 \xA3"
                    "5"),
            "CAF\xC3\x89 \xC2\xA3"
            "5");
  EXPECT_EQ(to_utf8("\xC0\x80"), "\xC3\x80\xC2\x80");              // an overlong form
  EXPECT_EQ(to_utf8("\xED\xA0\x80"), "\xC3\xAD\xC2\xA0\xC2\x80");  // a surrogate
  EXPECT_EQ(to_utf8("\xE2\x82"), "\xC3\xA2\xC2\x82");              // cut off
}

TEST(Utf8, TheResultIsAlwaysWellFormed) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    const std::string once = to_utf8(bytes);
    RC_ASSERT(to_utf8(once) == once);
  }));
}

TEST(Utf8, IsCutBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("ab\xC3\x89", 3), "ab");
  EXPECT_EQ(utf8_prefix("ab\xC3\x89", 4), "ab\xC3\x89");
  EXPECT_EQ(utf8_prefix("\xE2\x82\xAC", 2), "");
}

TEST(ZeroDecimals, AreCutFromNumbersOnly) {
  EXPECT_EQ(without_zero_decimals("17850.0"), "17850");
  EXPECT_EQ(without_zero_decimals("17850.00"), "17850");
  EXPECT_EQ(without_zero_decimals("17850"), "17850");
  for (const char* id : {"17850.5", "A17.0", ".0", "17.", "1.0.0", "v1.0"})
    EXPECT_EQ(without_zero_decimals(id), id);
}

TEST(SkuOf, MapsForeignCharactersToOneUnderscoreEach) {
  EXPECT_EQ(sku_of("85123A"), "85123A");
  EXPECT_EQ(sku_of("BANK CHARGES"), "BANK_CHARGES");
  EXPECT_EQ(sku_of("A/B#\xC3\x89"), "A_B__");
}

TEST(SkuOf, GivesAnIdWheneverItIsNotTooLong) {
  EXPECT_TRUE(rc::check([] {
    const auto code = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RC_PRE(!code.empty() && code.size() <= kIdLengthMax);
    RC_ASSERT(valid_id(sku_of(code)));
  }));
}

// As RFC 3339; empty: no moment.
std::string moment(const char* text) {
  const auto time = parse_moment(text);
  return time ? to_rfc3339(*time) : "";
}

TEST(Moment, BothLayouts) {
  EXPECT_EQ(moment("2010-12-01 08:26:00"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(moment("2010-12-01T08:26:07"), "2010-12-01T08:26:07Z");
  EXPECT_EQ(moment("2010-12-01 8:26"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(moment("12/1/2010 8:26"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(moment("2/29/2024 23:59:59"), "2024-02-29T23:59:59Z");
}

TEST(Moment, OnlyMomentsOfTheCalendar) {
  for (const char* text :
       {"", "yesterday", "2010-12-01", "2010-13-01 08:26:00", "2010-02-30 08:26:00",
        "2/29/2023 8:26", "2100-02-29 08:00:00", "2010-12-01 24:00:00", "2010-12-01 08:60:00",
        "2010-12-01 08:26:60", "2010-12-01 08:26:00Z", "13/1/2010 8:26", "0/1/2010 8:26",
        "2010-12-00 08:26:00", "2010-12-01 08:26:00 "})
    EXPECT_EQ(moment(text), "") << text;
}

TEST(Moment, OnlyThoseThatAnOrderCanHave) {
  EXPECT_EQ(moment("1970-01-02 00:00:00"), "1970-01-02T00:00:00Z");
  EXPECT_EQ(moment("9999-12-31 23:59:59"), "9999-12-31T23:59:59Z");
  for (const char* text :
       {"1970-01-01 23:59:59", "1/1/1970 0:00", "1900-01-01 08:00:00", "0000-01-01 00:00:00"})
    EXPECT_EQ(moment(text), "") << text;
}

TEST(OneLine, HasNoLineEndsAndNoDoubleSpaces) {
  EXPECT_EQ(one_line(" CARD SET\r\nTWO  LINES\x7F\t"), "CARD SET TWO LINES");
  EXPECT_EQ(one_line("CAF\xC3\x89"), "CAF\xC3\x89");
  EXPECT_EQ(one_line("\n"), "");
}

TEST(Trim, BothEnds) {
  EXPECT_EQ(trim("  a b \r\n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
}

}  // namespace
}  // namespace souk::cli
