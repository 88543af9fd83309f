// Requests' bodies, from JSON to commands. Every function throws a Problem for a body that does not
// fit; what it gives is within the limits of events/, and only the aggregate can still refuse it.
#pragma once

#include <string>
#include <string_view>

#include "events/campaign.hpp"
#include "events/checkout.hpp"
#include "events/coupon.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"

namespace souk::gateway {

stock::Register read_register(std::string_view body);  // name, unit_price_minor, currency
stock::Receive read_receive(std::string_view body);    // receipt_id, units
stock::Return read_return(std::string_view body);      // return_id, units
wallet::Charge read_charge(std::string_view body);     // charge_id, amount_minor, currency
wallet::Refund read_refund(std::string_view body);     // refund_id, amount_minor, currency

// quantity and the terms: discount {amount_minor | percent, cap_minor?, currency?}, currency,
// minimum_total_minor?, valid_from?, valid_until?
campaign::Open read_open(std::string_view body, CampaignId id);
campaign::Issue read_issue(std::string_view body);  // customer_id

struct GrantRequest {
  CouponId coupon_id;
  coupon::Grant grant;
};
GrantRequest read_grant(std::string_view body);  // coupon_id, owner?, and the terms

// order_id, customer_id, lines: [{sku, quantity, unit_price_minor?}], coupon_id?, ordered_at?
// `now` is the node's clock; ordered_at is at most kClocksApartMax after it.
checkout::Start read_order(std::string_view body, Time now);

// How far a client's clock may be ahead of the node's.
inline constexpr Duration kClocksApartMax = seconds(60);

// The window's end of a coupon that names none: 9999-12-31T23:59:59Z. Its beginning is 1970.
inline constexpr Time kForever{253'402'300'799'000'000};

}  // namespace souk::gateway
