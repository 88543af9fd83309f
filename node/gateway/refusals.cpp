#include "node/gateway/refusals.hpp"

namespace souk::gateway {
namespace {

using enum Service;

// clang-format off
constexpr RefusalText kRows[] = {
    {stock, "invalid_title", 422, "The name must be 1 to 500 bytes long."},
    {stock, "invalid_price", 422, "A unit price must be 0 to 1000000000000 minor units of a currency."},
    {stock, "invalid_units", 422, "The number of units must be 1 to 1000000000000."},
    {stock, "unknown_sku", 404, "This SKU is not registered; register it with PUT /v1/stock/{sku} first."},
    {stock, "currency_fixed", 409, "This SKU is priced in another currency, which its first registration fixed; use that one."},
    {stock, "already_received", 409, "This receipt_id came before with another number of units; give a new delivery a new receipt_id."},
    {stock, "too_much_stock", 409, "The stock would exceed 1000000000000 units; receive fewer."},
    {stock, "out_of_stock", 409, "Fewer units are available than are asked for; order fewer, or receive more first."},
    {stock, "already_held", 409, "This order already holds another number of units of this SKU; use a new order_id."},
    {stock, "not_sold", 409, "More units would come back than were sold; check the SKU and the units."},

    {wallet, "invalid_amount", 422, "The amount must be 1 to 1000000000000 minor units."},
    {wallet, "unknown_wallet", 404, "This wallet has never been charged; charge it with POST /v1/wallets/{id}/charges first."},
    {wallet, "currency_mismatch", 409, "The wallet's currency, fixed by its first charge, is another one; use that currency or another wallet."},
    {wallet, "balance_limit", 409, "The balance would exceed 1000000000000 minor units; charge less."},
    {wallet, "insufficient_funds", 409, "The wallet's free balance does not cover the amount; charge the wallet first."},
    {wallet, "already_held", 409, "This order already holds another amount; use a new order_id."},
    {wallet, "not_spent", 409, "More would be refunded than was spent; check the wallet and the amount."},

    {coupon, "invalid_terms", 422, "The terms make no sense: give a positive amount or a percent of 0.01 to 100, money in one currency, and valid_from before valid_until."},
    {coupon, "unknown_coupon", 404, "There is no such coupon; check its id, or grant it with POST /v1/coupons."},
    {coupon, "already_granted", 409, "This coupon_id exists with other terms or for another owner; choose another id."},
    {coupon, "not_yet_valid", 409, "The coupon is not valid yet; see its valid_from."},
    {coupon, "lapsed", 409, "The coupon has lapsed: its valid_until has passed."},
    {coupon, "not_owner", 409, "The coupon belongs to another customer."},
    {coupon, "already_held", 409, "Another order that is under way holds the coupon; try again when it has ended."},
    {coupon, "already_used", 409, "The coupon was used for another order; a coupon is good for one."},
    {coupon, "not_due", 409, "The coupon cannot lapse before its valid_until."},
    {coupon, "minimum_not_reached", 409, "The order's subtotal does not reach the coupon's minimum; add to the order, or leave the coupon out."},
    {coupon, "currency_mismatch", 409, "The coupon is in another currency than the order; leave it out."},

    {campaign, "invalid_quantity", 422, "The quantity must be 1 to 1000000000000 coupons."},
    {campaign, "invalid_terms", 422, "The terms make no sense: give a positive amount or a percent of 0.01 to 100, money in one currency, and valid_from before valid_until."},
    {campaign, "invalid_id", 422, "A campaign's id has at most 100 characters and no '~': its coupons are called <campaign>~<number>."},
    {campaign, "already_opened", 409, "This campaign exists with another quantity or other terms, and they cannot be changed; choose another id."},
    {campaign, "unknown_campaign", 404, "There is no such campaign; open it with PUT /v1/campaigns/{id} first."},
    {campaign, "invalid_customer", 422, "The customer_id must not be empty."},
    {campaign, "not_yet_open", 409, "The campaign has not begun yet; see its valid_from."},
    {campaign, "closed", 409, "The campaign is over: its valid_until has passed."},
    {campaign, "sold_out", 409, "All coupons of this campaign have been issued."},

    {order, "invalid_customer", 422, "The customer_id must not be empty."},
    {order, "no_lines", 422, "An order needs at least one line."},
    {order, "too_many_lines", 422, "An order has at most 2000 lines; split it."},
    {order, "invalid_line", 422, "A line needs a SKU, a quantity of 1 to 1000000000000 and, if it has one, a unit price of 0 to 1000000000000."},
    {order, "already_placed", 409, "This order_id exists with other contents; choose another id."},
    {order, "unknown_order", 404, "There is no such order; place it with POST /v1/orders."},
    {order, "already_confirmed", 409, "The order has been confirmed already."},
    {order, "already_cancelled", 409, "The order has been cancelled already."},
    {order, "invalid_totals", 409, "The order's totals do not add up."},

    {checkout, "invalid_customer", 422, "The customer_id must not be empty."},
    {checkout, "no_lines", 422, "An order needs at least one line."},
    {checkout, "too_many_lines", 422, "An order has at most 2000 lines; split it."},
    {checkout, "invalid_line", 422, "A line needs a SKU, a quantity of 1 to 1000000000000 and, if it has one, a unit price of 0 to 1000000000000."},
    {checkout, "already_started", 409, "This order_id exists with other contents; choose another id."},
    {checkout, "not_running", 409, "The order's checkout is not under way."},
    {checkout, "no_price", 409, "This SKU has no price; register it again with PUT /v1/stock/{sku}."},
    {checkout, "no_terms", 409, "The coupon's terms could not be read; leave the coupon out."},
    {checkout, "mixed_currencies", 409, "This SKU is priced in another currency than the order's first line; order it separately."},
    {checkout, "total_too_large", 409, "The order's total exceeds 1000000000000 minor units; split the order."},
};
// clang-format on

constexpr std::string_view kDeadlinePassed =
    "It could not be finished in time, and everything was undone; send it again under a new id.";
constexpr std::string_view kUnknown = "It was refused; see the code.";

const RefusalText* find(Service service, std::string_view code) {
  for (const RefusalText& row : kRows)
    if (row.service == service && row.code == code) return &row;
  return nullptr;
}

}  // namespace

bool has_refusal_text(Service service, std::string_view code) {
  return find(service, code) != nullptr;
}

RefusalText refusal_text(Service service, std::string_view code) {
  if (const RefusalText* row = find(service, code)) return *row;
  return {service, code, 409, code == "deadline_passed" ? kDeadlinePassed : kUnknown};
}

std::string_view reason_sentence(std::string_view code) {
  const std::size_t dot = code.find('.');
  if (dot == std::string_view::npos) return refusal_text(order, code).sentence;
  for (const Service service : kServices)
    if (name_of(service) == code.substr(0, dot))
      return refusal_text(service, code.substr(dot + 1)).sentence;
  return kUnknown;
}

}  // namespace souk::gateway
