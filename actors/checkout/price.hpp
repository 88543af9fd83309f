// What an order costs, once everything but the money is held.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "actors/checkout/basket.hpp"
#include "events/checkout.hpp"

namespace souk::checkout {

// The order's totals, or the reason why it cannot be priced:
//   checkout.no_price             a stock held units without saying their price (its bug)
//   checkout.mixed_currencies     the SKU's currency differs from the first one's
//   checkout.total_too_large      the subtotal exceeds kMoneyMinorMax
//   coupon.minimum_not_reached    the subtotal is below the coupon's minimum
//   coupon.currency_mismatch      the coupon is in another currency
// `held_prices` has one price for each of the basket's items; `terms` are the held coupon's, null
// without a coupon. A line's asked price, if any, is in the stock's currency and goes first.
std::variant<order::Totals, order::Reason> price_order(const State& state, const Basket& basket,
                                                       std::span<const Money> held_prices,
                                                       const coupon::Terms* terms);

}  // namespace souk::checkout
