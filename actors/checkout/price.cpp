#include "actors/checkout/price.hpp"

#include <optional>

#include "actors/coupon/discount.hpp"

namespace souk::checkout {
namespace {

// Why these prices do not make one bill; nothing if they do.
std::optional<order::Reason> price_fault(const Basket& basket, std::span<const Money> prices) {
  for (std::size_t item = 0; item < prices.size(); ++item) {
    if (!prices[item].currency.is_set())
      return order::Reason{"checkout.no_price", basket.items[item].sku->str()};
    if (prices[item].currency != prices.front().currency)
      return order::Reason{"checkout.mixed_currencies", basket.items[item].sku->str()};
  }
  return std::nullopt;
}

// Fills in the lines' prices and the subtotal; false if it exceeds kMoneyMinorMax.
bool add_lines(const State& state, const Basket& basket, std::span<const Money> prices,
               order::Totals& totals) {
  totals.unit_prices_minor.reserve(state.lines.size());
  for (std::size_t at = 0; at < state.lines.size(); ++at) {
    const order::Line& line = state.lines[at];
    const std::int64_t unit_price =
        line.asked_price ? line.asked_price->minor : prices[basket.item_of_line[at]].minor;
    std::int64_t line_total = 0;
    if (__builtin_mul_overflow(unit_price, line.quantity.value, &line_total) ||
        __builtin_add_overflow(totals.subtotal_minor, line_total, &totals.subtotal_minor) ||
        totals.subtotal_minor > kMoneyMinorMax)
      return false;
    totals.unit_prices_minor.push_back(unit_price);
  }
  return true;
}

}  // namespace

std::variant<order::Totals, order::Reason> price_order(const State& state, const Basket& basket,
                                                       std::span<const Money> held_prices,
                                                       const coupon::Terms* terms) {
  if (auto fault = price_fault(basket, held_prices)) return *std::move(fault);
  order::Totals totals;
  totals.currency = held_prices.front().currency;
  if (!add_lines(state, basket, held_prices, totals))
    return order::Reason{"checkout.total_too_large", state.order_id.str()};
  if (terms != nullptr) {
    const DiscountResult result = discount_on(*terms, {totals.subtotal_minor, totals.currency});
    if (result.refusal == NoDiscount::minimum_not_reached)
      return order::Reason{"coupon.minimum_not_reached", state.coupon_id.str()};
    if (result.refusal == NoDiscount::currency_mismatch)
      return order::Reason{"coupon.currency_mismatch", state.coupon_id.str()};
    totals.discount_minor = result.discount.minor;
  }
  totals.total_minor = totals.subtotal_minor - totals.discount_minor;
  return totals;
}

}  // namespace souk::checkout
