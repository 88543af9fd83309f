#include "actors/order/order.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>
#include <variant>

namespace souk {
namespace {

using Refusal = Order::Refusal;
using Event = Order::Event;
using Outcome = Decision<Event, Refusal>;
using order::Status;

bool valid_minor(std::int64_t minor) { return minor >= 0 && minor <= kMoneyMinorMax; }

bool valid_line(const order::Line& line) {
  return !line.sku.empty() && line.quantity.value > 0 && line.quantity.value <= kUnitsMax &&
         (!line.asked_price || valid_minor(line.asked_price->minor));
}

// An order that was cancelled before it was placed has no lines.
bool was_placed(const order::State& state) { return !state.lines.empty(); }

Outcome place(const order::State& state, const order::Place& command) {
  if (command.customer_id.empty()) return Refusal::invalid_customer;
  if (command.lines.empty()) return Refusal::no_lines;
  if (command.lines.size() > order::kLinesMax) return Refusal::too_many_lines;
  if (!std::ranges::all_of(command.lines, valid_line)) return Refusal::invalid_line;
  const bool same = command.customer_id == state.customer_id &&
                    command.coupon_id == state.coupon_id && command.lines == state.lines &&
                    command.ordered_at == state.ordered_at;
  if (was_placed(state) && !same) return Refusal::already_placed;
  if (state.status == Status::cancelled) return Refusal::already_cancelled;
  if (was_placed(state)) return Outcome::nothing();
  return {order::Placed{command.customer_id, command.lines, command.coupon_id, command.ordered_at}};
}

// Sum of quantity * price, or nothing if there is not one valid price a line, or if the sum (or one
// part of it) exceeds kMoneyMinorMax.
std::optional<std::int64_t> subtotal_minor(const std::vector<order::Line>& lines,
                                           const std::vector<std::int64_t>& prices_minor) {
  if (prices_minor.size() != lines.size()) return std::nullopt;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::int64_t line_minor = 0;
    // Quantities are positive, so a price out of bounds makes a line that is.
    if (__builtin_mul_overflow(lines[i].quantity.value, prices_minor[i], &line_minor) ||
        !valid_minor(line_minor))
      return std::nullopt;
    sum += line_minor;  // two numbers of at most kMoneyMinorMax
    if (!valid_minor(sum)) return std::nullopt;
  }
  return sum;
}

bool valid_totals(const std::vector<order::Line>& lines, const order::Totals& totals) {
  const auto subtotal = subtotal_minor(lines, totals.unit_prices_minor);
  return totals.currency.is_set() && subtotal == totals.subtotal_minor &&
         totals.discount_minor >= 0 && totals.discount_minor <= totals.subtotal_minor &&
         totals.total_minor == totals.subtotal_minor - totals.discount_minor;
}

Outcome confirm(const order::State& state, const order::Confirm& command) {
  if (state.status == Status::unknown) return Refusal::unknown_order;
  if (state.status == Status::confirmed) {
    if (command.totals == state.totals) return Outcome::nothing();
    return Refusal::already_confirmed;
  }
  if (state.status == Status::cancelled) return Refusal::already_cancelled;
  if (!valid_totals(state.lines, command.totals)) return Refusal::invalid_totals;
  return {order::Confirmed{command.totals}};
}

// Of an order that is not there yet too: a saga's undo may overtake its place, which then comes
// too late.
Outcome cancel(const order::State& state, const order::Cancel& command) {
  if (state.status == Status::confirmed) return Refusal::already_confirmed;
  if (state.status == Status::cancelled) return Outcome::nothing();
  return {order::Cancelled{command.reason}};
}

}  // namespace

Decision<Event, Refusal> Order::decide(const State& state, const Command& command, const Context&) {
  return std::visit(Overload{
                        [&](const order::Place& c) { return place(state, c); },
                        [&](const order::Confirm& c) { return confirm(state, c); },
                        [&](const order::Cancel& c) { return cancel(state, c); },
                    },
                    command);
}

Order::State Order::evolve(State state, const Event& event) {
  std::visit(Overload{
                 [&](const order::Placed& e) {
                   assert(state.status == Status::unknown);
                   state.status = Status::placed;
                   state.customer_id = e.customer_id;
                   state.lines = e.lines;
                   state.coupon_id = e.coupon_id;
                   state.ordered_at = e.ordered_at;
                 },
                 [&](const order::Confirmed& e) {
                   assert(state.status == Status::placed);
                   state.status = Status::confirmed;
                   state.totals = e.totals;
                 },
                 [&](const order::Cancelled& e) {
                   assert(state.status == Status::unknown || state.status == Status::placed);
                   state.status = Status::cancelled;
                   state.reason = e.reason;
                 },
             },
             event);
  return state;
}

Order::Reply Order::reply(std::span<const Event>) { return {}; }

std::string_view Order::refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::invalid_customer: return "invalid_customer";
    case Refusal::no_lines: return "no_lines";
    case Refusal::too_many_lines: return "too_many_lines";
    case Refusal::invalid_line: return "invalid_line";
    case Refusal::already_placed: return "already_placed";
    case Refusal::unknown_order: return "unknown_order";
    case Refusal::already_confirmed: return "already_confirmed";
    case Refusal::already_cancelled: return "already_cancelled";
    case Refusal::invalid_totals: return "invalid_totals";
  }
  return "unknown";
}

Order::State Order::view(const State& state) { return state; }

}  // namespace souk
