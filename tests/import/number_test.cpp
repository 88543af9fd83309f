// Decimal text to whole minor units and back, with no floating point in between.
#include "tools/souk/import/number.hpp"

#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace souk::cli {
namespace {

Currency currency(const char* code) { return Currency::parse(code).value(); }

TEST(Price, WholeMinorUnits) {
  EXPECT_EQ(parse_price("2.55", 2).minor(), 255);
  EXPECT_EQ(parse_price("2.5", 2).minor(), 250);
  EXPECT_EQ(parse_price("295", 2).minor(), 29'500);
  EXPECT_EQ(parse_price("0.0", 2).minor(), 0);
  EXPECT_EQ(parse_price(".5", 2).minor(), 50);
  EXPECT_EQ(parse_price("7.", 2).minor(), 700);
  EXPECT_EQ(parse_price("+1.10", 2).minor(), 110);
  EXPECT_EQ(parse_price("-11062.06", 2).minor(), -1'106'206);
  EXPECT_EQ(parse_price("2.5500000000", 2).minor(), 255);
  EXPECT_FALSE(parse_price("2.5500000000", 2).fractional);
}

TEST(Price, UsesTheCurrencysDigits) {
  EXPECT_EQ(parse_price("500", 0).minor(), 500);
  EXPECT_TRUE(parse_price("500.5", 0).fractional);
  EXPECT_EQ(parse_price("1.234", 3).minor(), 1'234);
  EXPECT_FALSE(parse_price("1.234", 3).fractional);
  EXPECT_TRUE(parse_price("1.234", 2).fractional);
}

TEST(Price, AFractionOfAPennyIsSeenHoweverSmall) {
  EXPECT_TRUE(parse_price("0.001", 2).fractional);
  EXPECT_TRUE(parse_price("0.125", 2).fractional);
  EXPECT_EQ(parse_price("0.125", 2).parts, 125'000);
  EXPECT_TRUE(parse_price("1.00000000000000000001", 2).fractional);
}

TEST(Price, WhatIsNoDecimalNumberIsRefused) {
  for (const char* text :
       {"", "-", "+", ".", "-.", "1e3", "1,5", "1.2.3", "4.2O", "0x10", " 1", "NaN", "--1", "1-"})
    EXPECT_EQ(parse_price(text, 2).fault, NumberFault::not_a_number) << text;
}

TEST(Price, WhatDoesNotFitIsTooLarge) {
  EXPECT_EQ(parse_price("9223372036854.7758", 2).fault, NumberFault::none);
  EXPECT_EQ(parse_price("9223372036854.7759", 2).fault, NumberFault::too_large);
  EXPECT_EQ(parse_price(std::string(400, '9'), 2).fault, NumberFault::too_large);
}

// Every price with two decimals is read exactly; adding a hundred thousand of them loses nothing.
TEST(Price, EveryAmountOfPenceIsExact) {
  EXPECT_TRUE(rc::check([] {
    const auto pence = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
    const std::string text = fmt::format("{}.{:02d}", pence / 100, pence % 100);
    const ParsedPrice price = parse_price(text, 2);
    RC_ASSERT(price.fault == NumberFault::none && !price.fractional);
    RC_ASSERT(price.minor() == pence);
  }));
}

TEST(Quantity, WholeNumbersOnly) {
  EXPECT_EQ(parse_quantity("6").units, 6);
  EXPECT_EQ(parse_quantity("-12").units, -12);
  EXPECT_EQ(parse_quantity("6.0").units, 6);
  for (const char* text : {"", "6.5", "six", "2 pcs", ".0", "1e3", "-"})
    EXPECT_EQ(parse_quantity(text).fault, NumberFault::not_a_number) << text;
  EXPECT_EQ(parse_quantity("9223372036854775807").units, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_quantity("9223372036854775808").fault, NumberFault::too_large);
}

TEST(MoneyText, GroupsAndKeepsTheCurrencysDigits) {
  EXPECT_EQ(money_text(123'456, currency("GBP")), "GBP 1,234.56");
  EXPECT_EQ(money_text(5, currency("GBP")), "GBP 0.05");
  EXPECT_EQ(money_text(-123'456'789, currency("GBP")), "GBP -1,234,567.89");
  EXPECT_EQ(money_text(1'500, currency("JPY")), "JPY 1,500");
  EXPECT_EQ(money_text(1'234'567, currency("KWD")), "KWD 1,234.567");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(DecimalText, ShowsWhatIsFinerThanAPenny) {
  EXPECT_EQ(decimal_text(0, 2), "0.00");
  EXPECT_EQ(decimal_text(12'507'000, 2), "12.507");
  EXPECT_EQ(decimal_text(1, 2), "0.000001");
  EXPECT_EQ(decimal_text(-2'507'500'000, 2), "-2507.50");
  EXPECT_EQ(decimal_text(5'000'000, 0), "500");
  EXPECT_EQ(decimal_text(5'005'000, 0), "500.5");
  EXPECT_EQ(amount_text(-74'789'120'000, currency("GBP")), "GBP -74,789.12");
}

}  // namespace
}  // namespace souk::cli
