// A coupon, good for one order: its commands, events and state. The rules are in actors/coupon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::coupon {

// --- terms -----------------------------------------------------------------------------------

// stored: never reuse
enum class DiscountKind : std::uint16_t { amount = 0, percent = 1 };

// What comes off a total: an amount, or a share of the total with an optional cap. Never more than
// the total itself.
struct Discount {
  DiscountKind kind = DiscountKind::amount;
  std::optional<Money> amount;    // of kind amount: what is taken off
  std::int64_t basis_points = 0;  // of kind percent: hundredths of a percent, 1 to 10,000
  std::optional<Money> cap;       // of kind percent: at most this much
  bool operator==(const Discount&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("kind", &Discount::kind), field("amount", &Discount::amount),
                      field("basis_points", &Discount::basis_points), field("cap", &Discount::cap)};
  }
};

// What a coupon promises, and within which window.
struct Terms {
  Discount discount;
  std::optional<Money> minimum_total;  // the order's subtotal must reach this
  Time valid_from;                     // inclusive
  Time valid_until;                    // exclusive: from this moment on the coupon has lapsed
  bool operator==(const Terms&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("discount", &Terms::discount), field("minimum_total", &Terms::minimum_total),
        field("valid_from", &Terms::valid_from), field("valid_until", &Terms::valid_until)};
  }
};

// --- commands --------------------------------------------------------------------------------

struct Grant {
  static constexpr std::string_view name = "grant";
  CustomerId owner;  // empty: whoever presents it
  Terms terms;
  bool operator==(const Grant&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("owner", &Grant::owner), field("terms", &Grant::terms)};
  }
};

// Try: sets the coupon aside for an order of this customer. Answered with the terms.
struct Hold {
  static constexpr std::string_view name = "hold";
  HoldId hold_id;
  CustomerId customer_id;
  bool operator==(const Hold&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Hold::hold_id), field("customer_id", &Hold::customer_id)};
  }
};

// Confirm: the coupon is used. Never refused; of a hold that is gone a no-op.
struct Settle {
  static constexpr std::string_view name = "settle";
  HoldId hold_id;
  bool operator==(const Settle&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Settle::hold_id)}; }
};

// Cancel: the coupon may be used again, unless its window has closed. Never refused.
struct Release {
  static constexpr std::string_view name = "release";
  HoldId hold_id;
  bool operator==(const Release&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Release::hold_id)}; }
};

// The window has closed. A held coupon waits for its order's end.
struct Expire {
  static constexpr std::string_view name = "expire";
  bool operator==(const Expire&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

using Command = std::variant<Grant, Hold, Settle, Release, Expire>;

// --- events ----------------------------------------------------------------------------------

struct Granted {
  static constexpr std::string_view name = "granted";
  CustomerId owner;
  Terms terms;
  bool operator==(const Granted&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("owner", &Granted::owner), field("terms", &Granted::terms)};
  }
};

struct Held {
  static constexpr std::string_view name = "held";
  HoldId hold_id;
  CustomerId customer_id;
  Terms terms;
  bool operator==(const Held&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Held::hold_id), field("customer_id", &Held::customer_id),
                      field("terms", &Held::terms)};
  }
};

struct Settled {
  static constexpr std::string_view name = "settled";
  HoldId hold_id;
  bool operator==(const Settled&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Settled::hold_id)}; }
};

struct Released {
  static constexpr std::string_view name = "released";
  HoldId hold_id;
  bool operator==(const Released&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Released::hold_id)}; }
};

struct Lapsed {
  static constexpr std::string_view name = "lapsed";
  bool operator==(const Lapsed&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

using Event = std::variant<Granted, Held, Settled, Released, Lapsed>;

// --- state -----------------------------------------------------------------------------------

// stored: never reuse
enum class Status : std::uint16_t { unknown = 0, granted = 1, held = 2, used = 3, lapsed = 4 };

struct State {
  Status status = Status::unknown;
  CustomerId owner;
  Terms terms;
  HoldId hold_id;  // whose hold it is, while held; who used it, once used
  bool operator==(const State&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("status", &State::status), field("owner", &State::owner),
                      field("terms", &State::terms), field("hold_id", &State::hold_id)};
  }
};

// What an accepted Hold tells its sender.
struct Reply {
  std::optional<Terms> terms;
  bool operator==(const Reply&) const = default;
  static constexpr auto fields() { return std::tuple{field("terms", &Reply::terms)}; }
};

}  // namespace souk::coupon
