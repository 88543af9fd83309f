// The logs of a whole cluster, added up by somebody who does not trust it: an independent model
// that shares no rule with the domain. It knows what events mean, and what must hold after each of
// them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "events/campaign.hpp"
#include "events/checkout.hpp"
#include "events/coupon.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"
#include "store/log.hpp"

namespace souk::sim {

// Of a SKU: received = available + held + sold - returned. Of a wallet, in minor units: charged =
// balance
// + held + spent - refunded. The same five figures under other names. Of an order one is 1: `in`
// while it is open, `out` once it is confirmed, `back` once it is cancelled.
struct Figures {
  std::int64_t in = 0, free = 0, held = 0, out = 0, back = 0;
  bool operator==(const Figures&) const = default;
  bool add_up() const {
    return in == free + held + out - back && in >= 0 && free >= 0 && held >= 0 && out >= 0 &&
           back >= 0 && back <= out;
  }
};

class Ledger {
 public:
  // Adds one partition's records. Each must be added once, from its first record on.
  void add(const store::Log& log, PartitionId partition);

  // After all partitions: what must hold between the aggregates. `ended`: no order is under way.
  void cross_check(bool ended);

  // What is wrong, in sentences; empty: nothing.
  const std::vector<std::string>& findings() const { return findings_; }

  // How often something was done: "received lamp r1", "confirmed o7", "issued spring ann" ...
  std::int64_t times(const std::string& effect) const;
  Time last(const std::string& effect) const;  // when, by the owner's clock; not set: never

  // A SKU's, a wallet's or an order's figures after the last of its records up to this offset of
  // its partition.
  Figures at(Service service, const std::string& stream, std::uint64_t offset) const;
  // Whether they were these after some record from `from` to `to`, or at `from`.
  bool were(Service service, const std::string& stream, const Figures& figures, std::uint64_t from,
            std::uint64_t to) const;
  std::uint64_t end(PartitionId partition) const;  // offset of the last record; 0: none

  struct Order {
    bool placed = false, confirmed = false, cancelled = false;
    bool started = false, ended = false, ended_confirmed = false;
    checkout::Started start;
    order::Totals totals;
  };
  struct Coupon {
    enum class State : std::uint8_t { none, granted, held, used, lapsed };
    State state = State::none;
    std::string holder;
  };
  struct Campaign {
    std::int64_t quantity = 0;
    std::map<std::string, std::int64_t> ordinals;  // by customer
    std::map<std::int64_t, std::string> coupons;
    std::set<std::int64_t> delivered;
  };
  const std::map<std::string, Order>& orders() const { return orders_; }
  const std::map<std::string, Coupon>& coupons() const { return coupons_; }
  const std::map<std::string, Campaign>& campaigns() const { return campaigns_; }
  std::vector<std::string> streams(Service service) const;

 private:
  struct Effect {
    std::int64_t times = 0;
    Time last;
  };
  // Of a SKU or a wallet; of an order only `then`.
  struct Book {
    Figures now;
    std::map<std::uint64_t, Figures> then;  // by offset
    std::map<std::string, std::int64_t> held;
    std::map<std::string, std::int64_t> settled;
    std::set<std::string> released;
  };
  const std::map<std::string, Book>& books(Service service) const;
  void hold(Book& book, const std::string& id, std::int64_t amount);
  void settle(Book& book, const std::string& id, std::int64_t amount);
  void release(Book& book, const std::string& id, std::int64_t amount);
  void done(const std::string& effect);
  void wrong(const std::string& what);

  void take(const std::string& id, const stock::Event& event);
  void take(const std::string& id, const wallet::Event& event);
  void take(const std::string& id, const coupon::Event& event);
  void take(const std::string& id, const campaign::Event& event);
  void take(const std::string& id, const order::Event& event);
  void take(const std::string& id, const checkout::Event& event);
  template <class Event>
  void decode(const store::RecordView& record);

  void check_order(const std::string& id, const Order& order, bool ended);
  void check_confirmed(const std::string& id, const Order& order);
  void check_book(Service service, const std::string& id, const Book& book, bool ended);
  void check_campaign(const std::string& id, const Campaign& campaign, bool ended);

  std::string where_;  // the record that is being added
  Time time_;          // ... and its time
  std::vector<std::string> findings_;
  std::map<std::string, Effect> effects_;
  std::map<std::string, Book> stock_, wallets_, order_books_;
  std::map<std::string, Coupon> coupons_;
  std::map<std::string, Order> orders_;
  std::map<std::string, Campaign> campaigns_;
  std::map<PartitionId, std::uint64_t> ends_;
};

}  // namespace souk::sim
