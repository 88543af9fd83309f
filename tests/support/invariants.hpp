// What is true of every state of an aggregate, whatever happened to it: the equations that
// events/*.hpp promises. Each function gives the first broken one as a sentence, empty if all hold.
#pragma once

#include <cstdint>
#include <string>

#include "events/campaign.hpp"
#include "events/coupon.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"

namespace souk::test {

// Kinds of state of which nothing is promised.
template <class State>
std::string broken_invariant(const State&) {
  return {};
}

inline std::string broken_invariant(const stock::State& s) {
  for (const Units units : {s.received, s.available, s.held, s.sold, s.returned})
    if (units.value < 0) return "A count of units is negative.";
  if (s.received != s.available + s.held + s.sold - s.returned)
    return "received is not available + held + sold - returned.";
  if (s.returned > s.sold) return "More was returned than sold.";
  if ((s.available + s.held).value > kUnitsMax) return "More than kUnitsMax in hand.";
  Units sum;
  for (const auto& [hold_id, units] : s.holds) {
    if (units.value <= 0) return "A hold of no units.";
    sum += units;
  }
  if (sum != s.held) return "held is not the sum of the holds.";
  if (!s.registered && s != stock::State{}) return "An unregistered SKU has a past.";
  return {};
}

inline std::string broken_invariant(const wallet::State& s) {
  for (const std::int64_t minor :
       {s.charged_minor, s.balance_minor, s.held_minor, s.settled_minor, s.refunded_minor})
    if (minor < 0) return "An amount is negative.";
  if (s.charged_minor != s.balance_minor + s.held_minor + s.settled_minor - s.refunded_minor)
    return "charged is not balance + held + settled - refunded.";
  if (s.refunded_minor > s.settled_minor) return "More was refunded than spent.";
  if (s.balance_minor + s.held_minor > kMoneyMinorMax) return "The balance exceeds its limit.";
  std::int64_t sum = 0;
  for (const auto& [hold_id, minor] : s.holds) {
    if (minor < 0) return "A negative hold.";
    sum += minor;
  }
  if (sum != s.held_minor) return "held is not the sum of the holds.";
  if (!s.currency.is_set() && s != wallet::State{}) return "A wallet without currency has a past.";
  return {};
}

inline std::string broken_invariant(const coupon::State& s) {
  const bool has_holder = s.status == coupon::Status::held || s.status == coupon::Status::used;
  if (has_holder == s.hold_id.empty()) return "hold_id is set when held or used, and only then.";
  if (s.status == coupon::Status::unknown && s != coupon::State{})
    return "A coupon that was never granted has a past.";
  return {};
}

inline std::string broken_invariant(const campaign::State& s) {
  if (s.issued_count < 0 || s.issued_count > s.quantity) return "More issued than there are.";
  if (s.issued_count != static_cast<std::int64_t>(s.issued.size()))
    return "issued_count is not the number of customers.";
  std::map<std::int64_t, CustomerId> by_ordinal;
  for (const auto& [customer_id, ordinal] : s.issued) by_ordinal.emplace(ordinal, customer_id);
  if (by_ordinal.size() != s.issued.size()) return "Two customers share an ordinal.";
  if (!by_ordinal.empty() &&
      (by_ordinal.begin()->first != 1 || by_ordinal.rbegin()->first != s.issued_count))
    return "The ordinals have a gap.";
  for (const auto& [ordinal, customer_id] : s.undelivered)
    if (!by_ordinal.contains(ordinal) || by_ordinal.at(ordinal) != customer_id)
      return "Something is undelivered that was not issued to that customer.";
  if (!s.opened && s != campaign::State{}) return "A campaign that never opened has a past.";
  return {};
}

inline std::string broken_invariant(const order::State& s) {
  const bool confirmed = s.status == order::Status::confirmed;
  const bool cancelled = s.status == order::Status::cancelled;
  if (!confirmed && s.totals != order::Totals{}) return "Totals of an order not confirmed.";
  if (!cancelled && s.reason != order::Reason{}) return "A reason of an order not cancelled.";
  if (s.status == order::Status::unknown && s != order::State{})
    return "An order that was never placed has a past.";
  if ((confirmed || s.status == order::Status::placed) && s.lines.empty())
    return "A placed order has no lines.";
  if (s.lines.empty() && s.ordered_at.is_set()) return "A time of an order never placed.";
  if (confirmed && s.totals.unit_prices_minor.size() != s.lines.size())
    return "There is not one price a line.";
  if (confirmed && s.totals.total_minor != s.totals.subtotal_minor - s.totals.discount_minor)
    return "total is not subtotal - discount.";
  return {};
}

}  // namespace souk::test
