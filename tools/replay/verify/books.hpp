// Books: what must add up in one aggregate, kept from its events alone and apart from `evolve`, so
// that a mistake there is found and not repeated. Each event is checked before it is folded.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/coupon/coupon.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"

namespace souk::replay {

// `take` gives "" if the event may follow what came before, else one sentence on why not, and then
// changes nothing. `fault_in` compares with the state that `evolve` came to: "" if they agree.
template <class A>
class Books;

// received = on hand + held + sold - returned, none ever negative; a hold ends once, with as many
// units as it began.
template <>
class Books<Stock> {
 public:
  std::string take(const stock::Event& event);
  std::string fault_in(const stock::State& state) const;

 private:
  bool registered_ = false;
  std::int64_t received_ = 0, sold_ = 0, returned_ = 0, held_ = 0;
  std::unordered_map<std::string, std::int64_t> holds_;
};

// charged = balance + held + settled - refunded, in one currency, none ever negative.
template <>
class Books<Wallet> {
 public:
  std::string take(const wallet::Event& event);
  std::string fault_in(const wallet::State& state) const;

 private:
  Currency currency_;
  std::int64_t charged_ = 0, settled_ = 0, refunded_ = 0, held_ = 0;
  std::unordered_map<std::string, std::int64_t> holds_;
};

// Granted once, held by one order at a time, used at most once, nothing after that.
template <>
class Books<Coupon> {
 public:
  std::string take(const coupon::Event& event);
  std::string fault_in(const coupon::State& state) const;

 private:
  coupon::Status status_ = coupon::Status::unknown;
  std::string holder_;
};

// No more issued than there are, one a customer, numbered without gaps, delivered once.
template <>
class Books<Campaign> {
 public:
  std::string take(const campaign::Event& event);
  std::string fault_in(const campaign::State& state) const;

 private:
  std::string id_;
  std::int64_t quantity_ = 0, issued_ = 0;
  std::unordered_set<std::string> customers_;
  std::unordered_set<std::int64_t> undelivered_;
};

// Placed, then confirmed or cancelled, once; the totals are the sum of the lines less the discount.
template <>
class Books<Order> {
 public:
  std::string take(const order::Event& event);
  std::string fault_in(const order::State& state) const;

 private:
  order::Status status_ = order::Status::unknown;
  std::vector<std::int64_t> quantities_;
};

// One phase after the other, as actors/checkout/README.md draws them.
template <>
class Books<Checkout> {
 public:
  std::string take(const checkout::Event& event);
  std::string fault_in(const checkout::State& state) const;

  // The order's cancellation is among what is undone.
  bool cancels_order() const { return cancels_order_; }

 private:
  std::string move(checkout::Phase to, std::initializer_list<checkout::Phase> from);

  checkout::Phase phase_ = checkout::Phase::none;
  bool cancels_order_ = false;
  std::uint32_t to_undo_ = 0;
  std::vector<std::int64_t> quantities_;
};

}  // namespace souk::replay
