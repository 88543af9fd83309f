// From a service's number to the aggregate's type: commands and answers of other nodes, as bytes,
// become typed messages here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <caf/all.hpp>

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/core/runtime.hpp"
#include "actors/coupon/coupon.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"
#include "events/wire.hpp"

namespace souk::cluster {

template <class... A>
struct Types {};
using Aggregates = Types<Order, Stock, Wallet, Coupon, Campaign, Checkout>;

// The services that a name of a person's covers and that a number is one of.
bool is_service(std::uint8_t number);

// Sends a peer's command to the keeper of its aggregate. Empty, or why that cannot be.
std::string deliver_command(const core::Router& router, Service service, wire::Command head,
                            std::string_view command, Time until, const core::ReplyTo& reply_to);

// Sends a peer's answer to whoever asked. False if the bytes are no answer of that service.
[[nodiscard]] bool deliver_answer(Service service, const std::vector<std::string_view>& parts,
                                  const core::ReplyTo& asker, bool& last);

// Tells who asked that there is no answer, and why.
void deliver_verdict(Service service, const core::ReplyTo& asker, core::Verdict verdict,
                     const std::string& detail);

}  // namespace souk::cluster
