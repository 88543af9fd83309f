// Stock of one SKU: its commands, events and state. The rules are in actors/stock.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::stock {

// --- commands --------------------------------------------------------------------------------

// Makes the SKU known, or corrects its name and price. The currency is fixed by the first
// registration.
struct Register {
  static constexpr std::string_view name = "register";
  std::string title;
  Money unit_price;
  bool operator==(const Register&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("title", &Register::title), field("unit_price", &Register::unit_price)};
  }
};

struct SetPrice {
  static constexpr std::string_view name = "set_price";
  Money unit_price;
  bool operator==(const SetPrice&) const = default;
  static constexpr auto fields() { return std::tuple{field("unit_price", &SetPrice::unit_price)}; }
};

// A delivery of goods.
struct Receive {
  static constexpr std::string_view name = "receive";
  ReceiptId receipt_id;
  Units units;
  bool operator==(const Receive&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("receipt_id", &Receive::receipt_id), field("units", &Receive::units)};
  }
};

// Try: sets units aside for an order. Answered with the unit price that they were held at.
struct Hold {
  static constexpr std::string_view name = "hold";
  HoldId hold_id;
  Units units;
  bool operator==(const Hold&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Hold::hold_id), field("units", &Hold::units)};
  }
};

// Confirm: the held units are sold. Never refused; of a hold that is gone a no-op.
struct Settle {
  static constexpr std::string_view name = "settle";
  HoldId hold_id;
  bool operator==(const Settle&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Settle::hold_id)}; }
};

// Cancel: the held units are available again. Never refused; of a hold that is gone a no-op.
struct Release {
  static constexpr std::string_view name = "release";
  HoldId hold_id;
  bool operator==(const Release&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Release::hold_id)}; }
};

// Sold units come back and are available again.
struct Return {
  static constexpr std::string_view name = "return";
  ReturnId return_id;
  Units units;
  bool operator==(const Return&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("return_id", &Return::return_id), field("units", &Return::units)};
  }
};

using Command = std::variant<Register, SetPrice, Receive, Hold, Settle, Release, Return>;

// --- events ----------------------------------------------------------------------------------

struct Registered {
  static constexpr std::string_view name = "registered";
  std::string title;
  Money unit_price;
  bool operator==(const Registered&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("title", &Registered::title),
                      field("unit_price", &Registered::unit_price)};
  }
};

struct Renamed {
  static constexpr std::string_view name = "renamed";
  std::string title;
  bool operator==(const Renamed&) const = default;
  static constexpr auto fields() { return std::tuple{field("title", &Renamed::title)}; }
};

struct PriceSet {
  static constexpr std::string_view name = "price_set";
  Money unit_price;
  bool operator==(const PriceSet&) const = default;
  static constexpr auto fields() { return std::tuple{field("unit_price", &PriceSet::unit_price)}; }
};

struct Received {
  static constexpr std::string_view name = "received";
  ReceiptId receipt_id;
  Units units;
  bool operator==(const Received&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("receipt_id", &Received::receipt_id), field("units", &Received::units)};
  }
};

struct Held {
  static constexpr std::string_view name = "held";
  HoldId hold_id;
  Units units;
  Money unit_price;  // the stock's price at this moment
  bool operator==(const Held&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Held::hold_id), field("units", &Held::units),
                      field("unit_price", &Held::unit_price)};
  }
};

struct Settled {
  static constexpr std::string_view name = "settled";
  HoldId hold_id;
  Units units;
  bool operator==(const Settled&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Settled::hold_id), field("units", &Settled::units)};
  }
};

struct Released {
  static constexpr std::string_view name = "released";
  HoldId hold_id;
  Units units;
  bool operator==(const Released&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Released::hold_id), field("units", &Released::units)};
  }
};

struct Returned {
  static constexpr std::string_view name = "returned";
  ReturnId return_id;
  Units units;
  bool operator==(const Returned&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("return_id", &Returned::return_id), field("units", &Returned::units)};
  }
};

using Event =
    std::variant<Registered, Renamed, PriceSet, Received, Held, Settled, Released, Returned>;

// --- state -----------------------------------------------------------------------------------

// received = available + held + sold - returned, at every moment; none of them is ever negative.
struct State {
  bool registered = false;
  std::string title;
  Money unit_price;
  Units received;
  Units available;
  Units held;
  Units sold;
  Units returned;
  std::map<HoldId, Units> holds;  // their sum is `held`
  bool operator==(const State&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("registered", &State::registered),
                      field("title", &State::title),
                      field("unit_price", &State::unit_price),
                      field("received", &State::received),
                      field("available", &State::available),
                      field("held", &State::held),
                      field("sold", &State::sold),
                      field("returned", &State::returned),
                      field("holds", &State::holds)};
  }
};

// What an accepted command tells its sender, beyond that it was accepted. Set by Hold only.
struct Reply {
  Money unit_price;
  bool operator==(const Reply&) const = default;
  static constexpr auto fields() { return std::tuple{field("unit_price", &Reply::unit_price)}; }
};

}  // namespace souk::stock
