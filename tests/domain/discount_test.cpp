#include "actors/coupon/discount.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/describe.hpp"
#include "tests/support/terms.hpp"

namespace souk::test {
namespace {

using coupon::DiscountKind;
using coupon::Terms;

coupon::Terms with_minimum(Terms terms, Money minimum) {
  terms.minimum_total = minimum;
  return terms;
}

void expect_discount(const Terms& terms, Money subtotal, Money discount) {
  const DiscountResult result = discount_on(terms, subtotal);
  EXPECT_FALSE(result.refusal) << describe(terms);
  EXPECT_EQ(result.discount, discount) << describe(terms) << " on " << describe(subtotal);
}

void expect_none(const Terms& terms, Money subtotal, NoDiscount why) {
  const DiscountResult result = discount_on(terms, subtotal);
  EXPECT_EQ(result.refusal, why) << describe(terms) << " on " << describe(subtotal);
  EXPECT_EQ(result.discount.minor, 0);
}

TEST(DiscountOfAnAmount, IsNeverMoreThanTheSubtotal) {
  expect_discount(amount_off(gbp(500)), gbp(501), gbp(500));
  expect_discount(amount_off(gbp(500)), gbp(500), gbp(500));
  expect_discount(amount_off(gbp(500)), gbp(499), gbp(499));
  expect_discount(amount_off(gbp(500)), gbp(0), gbp(0));
}

TEST(DiscountOfAShare, IsRoundedDownToTheMinorUnit) {
  expect_discount(percent_off(1'000), gbp(1'999), gbp(199));
  expect_discount(percent_off(1), gbp(9'999), gbp(0));
  expect_discount(percent_off(1), gbp(10'000), gbp(1));
  expect_discount(percent_off(3'333), gbp(30'001), gbp(9'999));
  expect_discount(percent_off(10'000), gbp(1'999), gbp(1'999));
}

TEST(DiscountOfAShare, IsCapped) {
  expect_discount(percent_off(5'000, gbp(300)), gbp(599), gbp(299));
  expect_discount(percent_off(5'000, gbp(300)), gbp(10'000), gbp(300));
  expect_discount(percent_off(5'000, gbp(0)), gbp(10'000), gbp(0));
}

TEST(DiscountOfAShare, IsExactOfTheLargestNumbers) {
  expect_discount(percent_off(10'000), gbp(INT64_MAX), gbp(INT64_MAX));
  expect_discount(percent_off(9'999), gbp(kMoneyMinorMax), gbp(999'900'000'000));
}

TEST(DiscountMinimum, MustBeReachedByTheSubtotal) {
  const Terms terms = with_minimum(amount_off(gbp(500)), gbp(2'000));
  expect_none(terms, gbp(1'999), NoDiscount::minimum_not_reached);
  expect_discount(terms, gbp(2'000), gbp(500));
}

TEST(DiscountCurrency, MustBeThatOfTheSubtotalWhereverItIsNamed) {
  expect_none(amount_off(gbp(500)), eur(1'000), NoDiscount::currency_mismatch);
  expect_none(percent_off(500, gbp(1)), eur(1'000), NoDiscount::currency_mismatch);
  expect_none(with_minimum(percent_off(500), gbp(1)), eur(0), NoDiscount::currency_mismatch);
  expect_discount(percent_off(500), eur(1'000), eur(50));
}

// Terms that are fine but for one change.
struct Fault {
  const char* what;
  Terms terms;
  std::function<void(Terms&)> change;
};

TEST(TermsFault, FindsEveryFault) {
  const Terms amount = with_minimum(amount_off(gbp(500)), gbp(1'000));
  const Terms share = with_minimum(percent_off(1'000, gbp(300)), gbp(1'000));
  const Money no_currency{1, {}};
  const std::vector<Fault> faults = {
      {"no amount", amount, [](Terms& t) { t.discount.amount.reset(); }},
      {"amount of 0", amount, [](Terms& t) { t.discount.amount = gbp(0); }},
      {"amount below 0", amount, [](Terms& t) { t.discount.amount = gbp(-1); }},
      {"huge amount", amount, [](Terms& t) { t.discount.amount = gbp(kMoneyMinorMax + 1); }},
      {"no currency", amount, [&](Terms& t) { t.discount.amount = no_currency; }},
      {"amount with a share", amount, [](Terms& t) { t.discount.basis_points = 1; }},
      {"amount with a cap", amount, [](Terms& t) { t.discount.cap = gbp(1); }},
      {"share of 0", share, [](Terms& t) { t.discount.basis_points = 0; }},
      {"more than all", share, [](Terms& t) { t.discount.basis_points = 10'001; }},
      {"share with an amount", share, [](Terms& t) { t.discount.amount = gbp(1); }},
      {"cap below 0", share, [](Terms& t) { t.discount.cap = gbp(-1); }},
      {"huge cap", share, [](Terms& t) { t.discount.cap = gbp(kMoneyMinorMax + 1); }},
      {"cap without currency", share, [&](Terms& t) { t.discount.cap = no_currency; }},
      {"minimum below 0", share, [](Terms& t) { t.minimum_total = gbp(-1); }},
      {"minimum without currency", share, [&](Terms& t) { t.minimum_total = no_currency; }},
      {"minimum in another currency", amount, [](Terms& t) { t.minimum_total = eur(1'000); }},
      {"minimum in another than the cap", share, [](Terms& t) { t.minimum_total = eur(1); }},
      {"empty window", amount, [](Terms& t) { t.valid_until = t.valid_from; }},
      {"window backwards", share, [](Terms& t) { t.valid_until = t.valid_from - seconds(1); }},
      {"unknown kind", amount, [](Terms& t) { t.discount.kind = static_cast<DiscountKind>(7); }},
  };
  EXPECT_FALSE(terms_fault(amount));
  EXPECT_FALSE(terms_fault(share));
  EXPECT_FALSE(terms_fault(percent_off(10'000)));
  EXPECT_FALSE(terms_fault(percent_off(1, gbp(0))));
  for (const Fault& fault : faults) {
    Terms terms = fault.terms;
    fault.change(terms);
    const auto sentence = terms_fault(terms);
    EXPECT_TRUE(sentence) << fault.what;
    EXPECT_TRUE(!sentence || sentence->ends_with('.') || sentence->ends_with('?')) << *sentence;
  }
}

// Against the same sum in wider numbers.
TEST(DiscountProperties, StaysInItsBounds) {
  EXPECT_TRUE(rc::check("a discount is what its terms say, never more than the subtotal", [] {
    const bool is_share = *rc::gen::arbitrary<bool>();
    const auto limit = *rc::gen::inRange<std::int64_t>(1, 3'000'000);
    const auto basis_points = *rc::gen::inRange<std::int64_t>(1, 10'001);
    const bool capped = *rc::gen::arbitrary<bool>();
    const auto subtotal = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 5'000'000),
                                          rc::gen::inRange<std::int64_t>(0, INT64_MAX));
    const Terms terms =
        is_share ? percent_off(basis_points, capped ? std::optional(gbp(limit)) : std::nullopt)
                 : amount_off(gbp(limit));
    RC_ASSERT(!terms_fault(terms));
    auto wanted = is_share ? static_cast<__int128>(subtotal) * basis_points / 10'000
                           : static_cast<__int128>(limit);
    if (is_share && capped) wanted = std::min<__int128>(wanted, limit);
    wanted = std::min<__int128>(wanted, subtotal);
    const auto result = discount_on(terms, gbp(subtotal));
    RC_ASSERT(!result.refusal);
    RC_ASSERT(result.discount.currency == currency("GBP"));
    RC_ASSERT(result.discount.minor >= 0 && result.discount.minor <= subtotal);
    RC_ASSERT(result.discount.minor == static_cast<std::int64_t>(wanted));
  }));
}

}  // namespace
}  // namespace souk::test
