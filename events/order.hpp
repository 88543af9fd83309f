// An order: its commands, events and state. The rules are in actors/order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::order {

// --- parts -----------------------------------------------------------------------------------

inline constexpr std::size_t kLinesMax = 2'000;

// The earliest time that an order can have: 1970-01-02T00:00:00Z. Zero says that none was given,
// and what is near it is some program's missing date.
inline constexpr Time kOrderedAtMin{86'400'000'000};

// A unit price that the client asks for, in minor units of the stock's currency.
struct AskedPrice {
  std::int64_t minor = 0;
  bool operator==(const AskedPrice&) const = default;
  static constexpr auto fields() { return std::tuple{field("minor", &AskedPrice::minor)}; }
};

struct Line {
  Sku sku;
  Units quantity;
  std::optional<AskedPrice> asked_price;  // none: the price that the stock says
  bool operator==(const Line&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("sku", &Line::sku), field("quantity", &Line::quantity),
                      field("asked_price", &Line::asked_price)};
  }
};

// Why an order was cancelled.
struct Reason {
  std::string code;     // "stock.out_of_stock", "wallet.insufficient_funds", "deadline_passed"
  std::string subject;  // whose: the SKU, the wallet, the coupon; may be empty
  bool operator==(const Reason&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("code", &Reason::code), field("subject", &Reason::subject)};
  }
};

struct Totals {
  Currency currency;
  std::vector<std::int64_t> unit_prices_minor;  // one a line, as charged
  std::int64_t subtotal_minor = 0;
  std::int64_t discount_minor = 0;
  std::int64_t total_minor = 0;  // subtotal - discount
  bool operator==(const Totals&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("currency", &Totals::currency),
                      field("unit_prices_minor", &Totals::unit_prices_minor),
                      field("subtotal_minor", &Totals::subtotal_minor),
                      field("discount_minor", &Totals::discount_minor),
                      field("total_minor", &Totals::total_minor)};
  }
};

// --- commands --------------------------------------------------------------------------------

struct Place {
  static constexpr std::string_view name = "place";
  CustomerId customer_id;
  std::vector<Line> lines;
  CouponId coupon_id;  // may be empty
  Time ordered_at;     // when the customer ordered; not set: when it is placed
  bool operator==(const Place&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("customer_id", &Place::customer_id), field("lines", &Place::lines),
                      field("coupon_id", &Place::coupon_id),
                      field("ordered_at", &Place::ordered_at)};
  }
};

// The pivot: from here on the order goes through.
struct Confirm {
  static constexpr std::string_view name = "confirm";
  Totals totals;
  bool operator==(const Confirm&) const = default;
  static constexpr auto fields() { return std::tuple{field("totals", &Confirm::totals)}; }
};

struct Cancel {
  static constexpr std::string_view name = "cancel";
  Reason reason;
  bool operator==(const Cancel&) const = default;
  static constexpr auto fields() { return std::tuple{field("reason", &Cancel::reason)}; }
};

using Command = std::variant<Place, Confirm, Cancel>;

// --- events ----------------------------------------------------------------------------------

struct Placed {
  static constexpr std::string_view name = "placed";
  CustomerId customer_id;
  std::vector<Line> lines;
  CouponId coupon_id;
  Time ordered_at;  // when the customer ordered; not set: when it was placed
  bool operator==(const Placed&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("customer_id", &Placed::customer_id), field("lines", &Placed::lines),
                      field("coupon_id", &Placed::coupon_id),
                      field("ordered_at", &Placed::ordered_at)};
  }
};

struct Confirmed {
  static constexpr std::string_view name = "confirmed";
  Totals totals;
  bool operator==(const Confirmed&) const = default;
  static constexpr auto fields() { return std::tuple{field("totals", &Confirmed::totals)}; }
};

struct Cancelled {
  static constexpr std::string_view name = "cancelled";
  Reason reason;
  bool operator==(const Cancelled&) const = default;
  static constexpr auto fields() { return std::tuple{field("reason", &Cancelled::reason)}; }
};

using Event = std::variant<Placed, Confirmed, Cancelled>;

// --- state -----------------------------------------------------------------------------------

// stored: never reuse
enum class Status : std::uint16_t { unknown = 0, placed = 1, confirmed = 2, cancelled = 3 };

struct State {
  Status status = Status::unknown;
  CustomerId customer_id;
  std::vector<Line> lines;
  CouponId coupon_id;
  Totals totals;    // set once confirmed
  Reason reason;    // set once cancelled
  Time ordered_at;  // when the customer ordered; not set: when it was placed
  bool operator==(const State&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("status", &State::status),        field("customer_id", &State::customer_id),
        field("lines", &State::lines),          field("coupon_id", &State::coupon_id),
        field("totals", &State::totals),        field("reason", &State::reason),
        field("ordered_at", &State::ordered_at)};
  }
};

// Nothing to tell beyond that a command was accepted.
struct Reply {
  bool operator==(const Reply&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

}  // namespace souk::order
