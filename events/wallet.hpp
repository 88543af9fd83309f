// A customer's wallet: its commands, events and state. The rules are in actors/wallet.
#pragma once

#include <map>
#include <string>
#include <variant>

#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::wallet {

// --- commands --------------------------------------------------------------------------------

// Money comes in. The first charge fixes the wallet's currency.
struct Charge {
  static constexpr std::string_view name = "charge";
  ChargeId charge_id;
  Money amount;
  bool operator==(const Charge&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("charge_id", &Charge::charge_id), field("amount", &Charge::amount)};
  }
};

// Try: sets an amount aside for an order.
struct Hold {
  static constexpr std::string_view name = "hold";
  HoldId hold_id;
  Money amount;
  bool operator==(const Hold&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Hold::hold_id), field("amount", &Hold::amount)};
  }
};

// Confirm: the held amount is spent. Never refused; of a hold that is gone a no-op.
struct Settle {
  static constexpr std::string_view name = "settle";
  HoldId hold_id;
  bool operator==(const Settle&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Settle::hold_id)}; }
};

// Cancel: the held amount is back in the balance. Never refused; of a hold that is gone a no-op.
struct Release {
  static constexpr std::string_view name = "release";
  HoldId hold_id;
  bool operator==(const Release&) const = default;
  static constexpr auto fields() { return std::tuple{field("hold_id", &Release::hold_id)}; }
};

// Spent money comes back.
struct Refund {
  static constexpr std::string_view name = "refund";
  RefundId refund_id;
  Money amount;
  bool operator==(const Refund&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("refund_id", &Refund::refund_id), field("amount", &Refund::amount)};
  }
};

using Command = std::variant<Charge, Hold, Settle, Release, Refund>;

// --- events ----------------------------------------------------------------------------------

struct Charged {
  static constexpr std::string_view name = "charged";
  ChargeId charge_id;
  Money amount;
  bool operator==(const Charged&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("charge_id", &Charged::charge_id), field("amount", &Charged::amount)};
  }
};

struct Held {
  static constexpr std::string_view name = "held";
  HoldId hold_id;
  Money amount;
  bool operator==(const Held&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Held::hold_id), field("amount", &Held::amount)};
  }
};

struct Settled {
  static constexpr std::string_view name = "settled";
  HoldId hold_id;
  Money amount;
  bool operator==(const Settled&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Settled::hold_id), field("amount", &Settled::amount)};
  }
};

struct Released {
  static constexpr std::string_view name = "released";
  HoldId hold_id;
  Money amount;
  bool operator==(const Released&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &Released::hold_id), field("amount", &Released::amount)};
  }
};

struct Refunded {
  static constexpr std::string_view name = "refunded";
  RefundId refund_id;
  Money amount;
  bool operator==(const Refunded&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("refund_id", &Refunded::refund_id), field("amount", &Refunded::amount)};
  }
};

using Event = std::variant<Charged, Held, Settled, Released, Refunded>;

// --- state -----------------------------------------------------------------------------------

// charged = balance + held + settled - refunded, at every moment; none of them is ever negative.
struct State {
  Currency currency;  // none before the first charge
  std::int64_t charged_minor = 0;
  std::int64_t balance_minor = 0;  // free to be held
  std::int64_t held_minor = 0;
  std::int64_t settled_minor = 0;  // spent
  std::int64_t refunded_minor = 0;
  std::map<HoldId, std::int64_t> holds;  // minor units; their sum is `held_minor`
  bool operator==(const State&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("currency", &State::currency),
                      field("charged_minor", &State::charged_minor),
                      field("balance_minor", &State::balance_minor),
                      field("held_minor", &State::held_minor),
                      field("settled_minor", &State::settled_minor),
                      field("refunded_minor", &State::refunded_minor),
                      field("holds", &State::holds)};
  }
};

// Nothing to tell beyond that a command was accepted.
struct Reply {
  bool operator==(const Reply&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

}  // namespace souk::wallet
