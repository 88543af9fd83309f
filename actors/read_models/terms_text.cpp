#include "actors/read_models/terms_text.hpp"

namespace souk::read_models {
namespace {

// Hundredths of a percent, without needless zeros: "12.5", "10", "0.05".
std::string percent_text(std::int64_t basis_points) {
  std::string text = std::to_string(basis_points / 100);
  if (const auto rest = basis_points % 100; rest != 0) {
    text += '.';
    text += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) text += static_cast<char>('0' + rest % 10);
  }
  return text;
}

}  // namespace

std::string discount_text(const coupon::Discount& discount) {
  if (discount.kind == coupon::DiscountKind::amount)
    return to_string(discount.amount.value_or(Money{}));
  std::string text = percent_text(discount.basis_points) + " %";
  if (discount.cap) text += ", at most " + to_string(*discount.cap);
  return text;
}

std::string currency_of(const coupon::Terms& terms) {
  if (terms.discount.amount) return terms.discount.amount->currency.code();
  if (terms.discount.cap) return terms.discount.cap->currency.code();
  return terms.minimum_total ? terms.minimum_total->currency.code() : std::string();
}

}  // namespace souk::read_models
