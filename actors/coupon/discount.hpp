// What a coupon's terms are worth to an order.
#pragma once

#include <optional>
#include <string_view>

#include "events/coupon.hpp"
#include "events/money.hpp"

namespace souk {

// One sentence that says what is wrong with the terms, or nothing if they make sense: a positive
// amount or 1 to 10,000 basis points, cap and minimum not negative and of one currency, valid_from
// before valid_until.
std::optional<std::string_view> terms_fault(const coupon::Terms& terms);

// What comes off `subtotal` (not negative). Refused: the minimum is not reached, or a currency
// differs. A share is rounded down to the minor unit, capped, and never more than the subtotal.
enum class NoDiscount { minimum_not_reached, currency_mismatch };
struct DiscountResult {
  std::optional<NoDiscount> refusal;
  Money discount;
};
DiscountResult discount_on(const coupon::Terms& terms, Money subtotal);

}  // namespace souk
