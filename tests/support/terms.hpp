// Coupon terms for tests.
#pragma once

#include "events/coupon.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

// The window of all of them: an hour before kNow to an hour after it.
inline constexpr Time kWindowStart = kNow - hours(1);
inline constexpr Time kWindowEnd = kNow + hours(1);

inline coupon::Terms amount_off(Money amount) {
  return {.discount = {.kind = coupon::DiscountKind::amount, .amount = amount},
          .valid_from = kWindowStart,
          .valid_until = kWindowEnd};
}

inline coupon::Terms percent_off(std::int64_t basis_points, std::optional<Money> cap = {}) {
  return {
      .discount = {.kind = coupon::DiscountKind::percent, .basis_points = basis_points, .cap = cap},
      .valid_from = kWindowStart,
      .valid_until = kWindowEnd};
}

}  // namespace souk::test
