// Aggregates' views, as JSON for people and programs.
#pragma once

#include <string>

#include "events/campaign.hpp"
#include "events/checkout.hpp"
#include "events/coupon.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"

namespace souk::gateway {

std::string render_stock(const std::string& sku, const stock::State& view);
std::string render_wallet(const std::string& id, const wallet::State& view);
std::string render_coupon(const std::string& id, const coupon::State& view);
std::string render_campaign(const std::string& id, const campaign::State& view);
std::string render_issued(const std::string& campaign_id, const std::string& customer_id,
                          const campaign::Reply& issued);

// An order: CONFIRMED (with prices and totals), CANCELLED (with the reason) or PENDING. The same
// order renders to the same bytes from its saga's state and from its own.
std::string render_order(const std::string& id, const order::State& view);
std::string render_order(const checkout::State& saga);

}  // namespace souk::gateway
