#include "actors/coupon/discount.hpp"

#include <algorithm>
#include <cassert>

namespace souk {
namespace {

constexpr std::int64_t kBasisPointsWhole = 10'000;  // all of it

using Fault = std::optional<std::string_view>;

bool valid_money(const Money& money) {
  return money.currency.is_set() && money.minor >= 0 && money.minor <= kMoneyMinorMax;
}

Fault amount_fault(const coupon::Discount& discount) {
  if (!discount.amount) return "A discount of kind amount needs an amount.";
  if (!valid_money(*discount.amount) || discount.amount->minor == 0)
    return "The discount's amount must be positive, at most 1,000,000,000,000 minor units, and "
           "have a currency.";
  if (discount.basis_points != 0 || discount.cap)
    return "A discount of kind amount has neither basis points nor a cap.";
  return std::nullopt;
}

Fault percent_fault(const coupon::Discount& discount) {
  if (discount.basis_points < 1 || discount.basis_points > kBasisPointsWhole)
    return "The discount's basis points must be between 1 and 10,000.";
  if (discount.amount) return "A discount of kind percent has no amount; did you mean its cap?";
  if (discount.cap && !valid_money(*discount.cap))
    return "The discount's cap must not be negative, at most 1,000,000,000,000 minor units, and "
           "have a currency.";
  return std::nullopt;
}

Fault discount_fault(const coupon::Discount& discount) {
  switch (discount.kind) {
    case coupon::DiscountKind::amount: return amount_fault(discount);
    case coupon::DiscountKind::percent: return percent_fault(discount);
  }
  return "The discount's kind must be amount or percent.";
}

// `basis_points` of `minor`, rounded down. Exact without a wider type: whole ten-thousands first.
std::int64_t share_of(std::int64_t minor, std::int64_t basis_points) {
  return minor / kBasisPointsWhole * basis_points +
         minor % kBasisPointsWhole * basis_points / kBasisPointsWhole;
}

bool other_currency(const std::optional<Money>& money, Money subtotal) {
  return money && money->currency != subtotal.currency;
}

}  // namespace

std::optional<std::string_view> terms_fault(const coupon::Terms& terms) {
  if (const Fault fault = discount_fault(terms.discount)) return fault;
  const std::optional<Money>& minimum = terms.minimum_total;
  if (minimum && !valid_money(*minimum))
    return "The minimum total must not be negative, at most 1,000,000,000,000 minor units, and "
           "have a currency.";
  // At most one of amount and cap is there.
  const auto& limit = terms.discount.amount ? terms.discount.amount : terms.discount.cap;
  if (minimum && limit && minimum->currency != limit->currency)
    return "The minimum total must be in the currency of the discount.";
  if (terms.valid_from >= terms.valid_until)
    return "The coupon's window must begin before it ends.";
  return std::nullopt;
}

DiscountResult discount_on(const coupon::Terms& terms, Money subtotal) {
  assert(subtotal.minor >= 0);
  const coupon::Discount& discount = terms.discount;
  if (other_currency(terms.minimum_total, subtotal) || other_currency(discount.amount, subtotal) ||
      other_currency(discount.cap, subtotal))
    return {NoDiscount::currency_mismatch, {0, subtotal.currency}};
  if (terms.minimum_total && subtotal.minor < terms.minimum_total->minor)
    return {NoDiscount::minimum_not_reached, {0, subtotal.currency}};

  std::int64_t minor =
      discount.amount ? discount.amount->minor : share_of(subtotal.minor, discount.basis_points);
  if (discount.cap) minor = std::min(minor, discount.cap->minor);
  return {std::nullopt, {std::min(minor, subtotal.minor), subtotal.currency}};
}

}  // namespace souk
