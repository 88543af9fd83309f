// The checkout saga: carries one order across stock, coupon and wallet. The rules are in
// actors/checkout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/coupon.hpp"
#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"
#include "events/order.hpp"
#include "events/saga.hpp"

namespace souk::checkout {

// --- steps -----------------------------------------------------------------------------------

// One row each in the saga's table; a step that is taken once a SKU has an index.
enum class Step : std::uint16_t {  // stored: never reuse
  place_order = 0,
  hold_stock = 1,
  hold_coupon = 2,
  hold_wallet = 3,
  confirm_order = 4,
};

// A participant's answer to the command of one step.
struct Answer {
  StepRef step;
  std::string refusal;  // empty: accepted; else the refusal's code, "stock.out_of_stock"
  std::optional<Money> unit_price;     // of an accepted stock hold
  std::optional<coupon::Terms> terms;  // of an accepted coupon hold
  bool operator==(const Answer&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("step", &Answer::step), field("refusal", &Answer::refusal),
                      field("unit_price", &Answer::unit_price), field("terms", &Answer::terms)};
  }
};

// --- commands --------------------------------------------------------------------------------

struct Start {
  static constexpr std::string_view name = "start";
  OrderId order_id;
  CustomerId customer_id;
  std::vector<order::Line> lines;
  CouponId coupon_id;  // may be empty
  Time ordered_at;     // when the customer ordered; not set: when the checkout starts
  bool operator==(const Start&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("order_id", &Start::order_id),
                      field("customer_id", &Start::customer_id), field("lines", &Start::lines),
                      field("coupon_id", &Start::coupon_id),
                      field("ordered_at", &Start::ordered_at)};
  }
};

// Everything that was in flight has been answered, or the deadline has passed.
struct Advance {
  static constexpr std::string_view name = "advance";
  std::vector<Answer> answers;
  bool timed_out = false;  // the deadline passed: steps of the wave that are not in `answers` have
                           // an unknown outcome
  bool operator==(const Advance&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("answers", &Advance::answers), field("timed_out", &Advance::timed_out)};
  }
};

// These steps stayed unanswered past their tries: an operator should know. They go on being
// retried.
struct GiveUp {
  static constexpr std::string_view name = "give_up";
  std::vector<StepRef> steps;
  std::int64_t tries = 0;
  bool operator==(const GiveUp&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("steps", &GiveUp::steps), field("tries", &GiveUp::tries)};
  }
};

using Command = std::variant<Start, Advance, GiveUp>;

// --- events ----------------------------------------------------------------------------------

struct Started {
  static constexpr std::string_view name = "started";
  OrderId order_id;
  CustomerId customer_id;
  std::vector<order::Line> lines;
  CouponId coupon_id;
  Time deadline;
  Time ordered_at;  // when the customer ordered; not set: when the checkout started
  bool operator==(const Started&) const = default;
  static constexpr auto fields() {
    return std::tuple{
        field("order_id", &Started::order_id), field("customer_id", &Started::customer_id),
        field("lines", &Started::lines),       field("coupon_id", &Started::coupon_id),
        field("deadline", &Started::deadline), field("ordered_at", &Started::ordered_at)};
  }
};

// Everything but the money is held, and the order is priced.
struct Reserved {
  static constexpr std::string_view name = "reserved";
  order::Totals totals;
  bool operator==(const Reserved&) const = default;
  static constexpr auto fields() { return std::tuple{field("totals", &Reserved::totals)}; }
};

// The money is held; next comes the pivot.
struct Paid {
  static constexpr std::string_view name = "paid";
  bool operator==(const Paid&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

// The pivot: the order is confirmed, what is held will be settled.
struct Confirmed {
  static constexpr std::string_view name = "confirmed";
  bool operator==(const Confirmed&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

// From here on everything is undone.
struct TurnedBack {
  static constexpr std::string_view name = "turned_back";
  order::Reason reason;
  std::vector<StepRef> undo;  // what was held or may have been
  bool operator==(const TurnedBack&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("reason", &TurnedBack::reason), field("undo", &TurnedBack::undo)};
  }
};

// The undos of these steps were answered.
struct Undone {
  static constexpr std::string_view name = "undone";
  std::vector<StepRef> steps;
  bool operator==(const Undone&) const = default;
  static constexpr auto fields() { return std::tuple{field("steps", &Undone::steps)}; }
};

struct DeadLettered {
  static constexpr std::string_view name = "dead_lettered";
  std::vector<StepRef> steps;
  std::int64_t tries = 0;
  bool operator==(const DeadLettered&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("steps", &DeadLettered::steps), field("tries", &DeadLettered::tries)};
  }
};

struct Ended {
  static constexpr std::string_view name = "ended";
  bool confirmed = false;
  bool operator==(const Ended&) const = default;
  static constexpr auto fields() { return std::tuple{field("confirmed", &Ended::confirmed)}; }
};

using Event =
    std::variant<Started, Reserved, Paid, Confirmed, TurnedBack, Undone, DeadLettered, Ended>;

// --- state -----------------------------------------------------------------------------------

enum class Phase : std::uint16_t {  // stored: never reuse
  none = 0,
  reserving = 1,  // order placed, stock and coupon held, side by side
  paying = 2,     // the amount held in the wallet
  confirming =
      3,         // the pivot is in flight: neither undone nor timed out, asked until it is answered
  settling = 4,  // what was held is settled, side by side; retried until it succeeds
  undoing = 5,   // what was held is released, in reverse, and the order is cancelled
  confirmed = 6,  // ended
  cancelled = 7,  // ended
};

struct State {
  Phase phase = Phase::none;
  OrderId order_id;
  CustomerId customer_id;
  std::vector<order::Line> lines;
  CouponId coupon_id;
  Time deadline;
  order::Totals totals;               // set once reserved
  order::Reason reason;               // set once turned back
  std::vector<StepRef> to_undo;       // still to be undone
  std::vector<StepRef> dead_letters;  // unanswered past their tries, retried slowly
  Time ordered_at;                    // when the customer ordered; not set: when it started
  bool operator==(const State&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("phase", &State::phase),
                      field("order_id", &State::order_id),
                      field("customer_id", &State::customer_id),
                      field("lines", &State::lines),
                      field("coupon_id", &State::coupon_id),
                      field("deadline", &State::deadline),
                      field("totals", &State::totals),
                      field("reason", &State::reason),
                      field("to_undo", &State::to_undo),
                      field("dead_letters", &State::dead_letters),
                      field("ordered_at", &State::ordered_at)};
  }
};

// The answer to Start is the saga's view, given when it has ended.
struct Reply {
  bool operator==(const Reply&) const = default;
  static constexpr auto fields() { return std::tuple{}; }
};

}  // namespace souk::checkout
