// One small order, its commands and answers, for the checkout's tests: 2 of SKU a at 3.00 and 1 of
// SKU b at 5.00 with a coupon of 1.00 off, which makes 10.00. It was ordered a year ago.
#pragma once

#include <string>
#include <vector>

#include "actors/checkout/checkout.hpp"
#include "actors/checkout/steps.hpp"
#include "tests/support/values.hpp"

namespace souk::test {

using checkout::ref;
using checkout::Step;
using Out = Outgoing<Checkout::Calls>;

inline const HoldId kHold{"o1"};
inline constexpr Time kDeadline = kNow + seconds(5);
inline constexpr Time kOrderedAt = kNow - hours(24 * 365);

inline order::Line line(const char* sku, std::int64_t quantity,
                        std::optional<std::int64_t> asked_minor = {}) {
  order::Line line{Sku(sku), {quantity}, {}};
  if (asked_minor) line.asked_price = order::AskedPrice{*asked_minor};
  return line;
}

inline checkout::Start small_order() {
  return {
      OrderId("o1"), CustomerId("ann"), {line("a", 2), line("b", 1)}, CouponId("ten"), kOrderedAt};
}

inline coupon::Terms one_pound_off() {
  coupon::Terms terms;
  terms.discount.amount = gbp(100);
  terms.valid_until = kNow + hours(1);
  return terms;
}

inline order::Totals small_totals() { return {currency("GBP"), {300, 500}, 1100, 100, 1000}; }

// --- commands --------------------------------------------------------------------------------

inline Out place(const checkout::Start& s) {
  return {ref(Step::place_order), Intent::attempt,
          Call<Order>{s.order_id.str(),
                      order::Place{s.customer_id, s.lines, s.coupon_id, s.ordered_at}}};
}
inline Out confirm(order::Totals totals) {
  return {ref(Step::confirm_order), Intent::attempt,
          Call<Order>{"o1", order::Confirm{std::move(totals)}}};
}
inline Out cancel(const char* code, const char* subject) {
  return {ref(Step::place_order), Intent::undo, Call<Order>{"o1", order::Cancel{{code, subject}}}};
}

inline Out hold_stock(std::uint32_t index, const char* sku, std::int64_t units) {
  return {ref(Step::hold_stock, index), Intent::attempt,
          Call<Stock>{sku, stock::Hold{kHold, {units}}}};
}
inline Out settle_stock(std::uint32_t index, const char* sku) {
  return {ref(Step::hold_stock, index), Intent::settle, Call<Stock>{sku, stock::Settle{kHold}}};
}
inline Out release_stock(std::uint32_t index, const char* sku) {
  return {ref(Step::hold_stock, index), Intent::undo, Call<Stock>{sku, stock::Release{kHold}}};
}

inline Out hold_coupon() {
  return {ref(Step::hold_coupon), Intent::attempt,
          Call<Coupon>{"ten", coupon::Hold{kHold, CustomerId("ann")}}};
}
inline Out settle_coupon() {
  return {ref(Step::hold_coupon), Intent::settle, Call<Coupon>{"ten", coupon::Settle{kHold}}};
}
inline Out release_coupon() {
  return {ref(Step::hold_coupon), Intent::undo, Call<Coupon>{"ten", coupon::Release{kHold}}};
}

inline Out hold_money(Money amount) {
  return {ref(Step::hold_wallet), Intent::attempt,
          Call<Wallet>{"ann", wallet::Hold{kHold, amount}}};
}
inline Out settle_money() {
  return {ref(Step::hold_wallet), Intent::settle, Call<Wallet>{"ann", wallet::Settle{kHold}}};
}
inline Out release_money() {
  return {ref(Step::hold_wallet), Intent::undo, Call<Wallet>{"ann", wallet::Release{kHold}}};
}

// --- answers ---------------------------------------------------------------------------------

inline checkout::Answer yes(Step step, std::uint32_t index = 0) {
  return Checkout::answer(ref(step, index), "", Wallet::Reply{});
}
inline checkout::Answer no(Step step, std::string refusal, std::uint32_t index = 0) {
  return Checkout::answer(ref(step, index), std::move(refusal), Wallet::Reply{});
}
inline checkout::Answer held_at(std::uint32_t index, Money price) {
  return Checkout::answer(ref(Step::hold_stock, index), "", Stock::Reply{price});
}
inline checkout::Answer held_on(coupon::Terms terms) {
  return Checkout::answer(ref(Step::hold_coupon), "", Coupon::Reply{std::move(terms)});
}

// Everybody accepts the small order's reservation.
inline std::vector<checkout::Answer> all_reserved() {
  return {yes(Step::place_order), held_at(0, gbp(300)), held_at(1, gbp(500)),
          held_on(one_pound_off())};
}

}  // namespace souk::test
