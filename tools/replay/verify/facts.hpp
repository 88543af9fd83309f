// Facts: what an order's checkout says came of it, and what its participants did. Of an order that
// has ended both sides must be the same, to the unit and the penny: all of it or nothing. Likewise
// for a campaign's coupons. A checkout's facts are expected; the participants' deeds must be them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/checkout/basket.hpp"
#include "events/service.hpp"
#include "store/log.hpp"
#include "store/record.hpp"
#include "tools/replay/verify/books.hpp"

namespace souk::replay {

enum class FactKind : std::uint8_t {
  settled,     // units, money, a coupon: taken for good
  confirmed,   // the order
  cancelled,   // the order
  granted,     // a campaign's coupon
  unfinished,  // held, or placed, at the end of the log: never expected of what has ended
};

struct Fact {
  std::string_view of;  // the order's id; the coupon's. Valid for the call that it is handed to
  FactKind kind = FactKind::settled;
  Service service = Service::order;  // whose deed it is
  std::string_view stream;           // the SKU, the wallet ...
  std::int64_t amount = 0;           // units, minor units, 1 of a coupon
  bool expected = false;             // the checkout's or the campaign's word; else the deed itself

  // Of what both sides must agree upon.
  std::uint64_t content_hash() const;
};

// Where the other side's word on a fact is: the participant's partition, or the saga's.
PartitionId saga_of(FactKind kind, std::string_view of, const store::Identity& identity);
PartitionId counterpart_of(const Fact& fact, const store::Identity& identity);

// Calls `f(fact)` for each that an event says, which has been folded into `state`.
template <class F>
void facts_of(const Books<Checkout>& books, const checkout::State& s, const checkout::Event& event,
              std::string_view, F&& f) {
  const auto* ended = std::get_if<checkout::Ended>(&event);
  if (ended == nullptr) return;
  const std::string& order = s.order_id.str();
  if (!ended->confirmed) {
    if (books.cancels_order()) f(Fact{order, FactKind::cancelled, Service::order, order, 0, true});
    return;
  }
  if (const auto basket = checkout::basket_of(s.lines))
    for (const auto& item : basket->items)
      f(Fact{order, FactKind::settled, Service::stock, item.sku->str(), item.units.value, true});
  if (!s.coupon_id.empty())
    f(Fact{order, FactKind::settled, Service::coupon, s.coupon_id.str(), 1, true});
  const std::int64_t total = s.totals.total_minor;
  if (total > 0)
    f(Fact{order, FactKind::settled, Service::wallet, s.customer_id.str(), total, true});
  f(Fact{order, FactKind::confirmed, Service::order, order, total, true});
}

template <class F>
void facts_of(const Books<Campaign>&, const campaign::State& s, const campaign::Event& event,
              std::string_view, F&& f) {
  const auto* delivered = std::get_if<campaign::Delivered>(&event);
  if (delivered == nullptr || !delivered->granted) return;
  const std::string coupon = s.campaign_id.str() + '~' + std::to_string(delivered->ordinal);
  f(Fact{coupon, FactKind::granted, Service::coupon, coupon, 1, true});
}

template <class F>
void facts_of(const Books<Order>&, const order::State&, const order::Event& event,
              std::string_view stream, F&& f) {
  if (const auto* e = std::get_if<order::Confirmed>(&event))
    f(Fact{stream, FactKind::confirmed, Service::order, stream, e->totals.total_minor});
  if (std::holds_alternative<order::Cancelled>(event))
    f(Fact{stream, FactKind::cancelled, Service::order, stream, 0});
}

template <class F>
void facts_of(const Books<Stock>&, const stock::State&, const stock::Event& event,
              std::string_view stream, F&& f) {
  if (const auto* e = std::get_if<stock::Settled>(&event))
    f(Fact{e->hold_id.str(), FactKind::settled, Service::stock, stream, e->units.value});
}

template <class F>
void facts_of(const Books<Wallet>&, const wallet::State&, const wallet::Event& event,
              std::string_view stream, F&& f) {
  if (const auto* e = std::get_if<wallet::Settled>(&event))
    f(Fact{e->hold_id.str(), FactKind::settled, Service::wallet, stream, e->amount.minor});
}

template <class F>
void facts_of(const Books<Coupon>&, const coupon::State&, const coupon::Event& event,
              std::string_view stream, F&& f) {
  if (const auto* e = std::get_if<coupon::Settled>(&event))
    f(Fact{e->hold_id.str(), FactKind::settled, Service::coupon, stream, 1});
  if (std::holds_alternative<coupon::Granted>(event) && stream.find('~') != std::string_view::npos)
    f(Fact{stream, FactKind::granted, Service::coupon, stream, 1});
}

// Likewise for what is left undone in the state at the end of the log.
template <class F>
void unfinished_of(const order::State& s, std::string_view stream, F&& f) {
  if (s.status == order::Status::placed)
    f(Fact{stream, FactKind::unfinished, Service::order, stream, 0});
}
template <class F>
void unfinished_of(const stock::State& s, std::string_view stream, F&& f) {
  for (const auto& [order, units] : s.holds)
    f(Fact{order.str(), FactKind::unfinished, Service::stock, stream, units.value});
}
template <class F>
void unfinished_of(const wallet::State& s, std::string_view stream, F&& f) {
  for (const auto& [order, minor] : s.holds)
    f(Fact{order.str(), FactKind::unfinished, Service::wallet, stream, minor});
}
template <class F>
void unfinished_of(const coupon::State& s, std::string_view stream, F&& f) {
  if (s.status == coupon::Status::held)
    f(Fact{s.hold_id.str(), FactKind::unfinished, Service::coupon, stream, 1});
}
template <class F>
void unfinished_of(const checkout::State&, std::string_view, F&&) {}
template <class F>
void unfinished_of(const campaign::State&, std::string_view, F&&) {}

// Calls `f(id)` for those of whom nothing can be said yet, because this saga has not ended: its
// order, its coupons that are on their way.
template <class F>
void alive_of(const checkout::State& s, std::string_view stream, F&& f) {
  if (Checkout::open(s)) f(std::string(stream));
}
template <class F>
void alive_of(const campaign::State& s, std::string_view, F&& f) {
  for (const auto& [ordinal, customer] : s.undelivered)
    f(s.campaign_id.str() + '~' + std::to_string(ordinal));
}

}  // namespace souk::replay
