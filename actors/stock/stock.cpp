#include "actors/stock/stock.hpp"

#include <cassert>
#include <utility>
#include <variant>

namespace souk {
namespace {

using Refusal = Stock::Refusal;
using Event = Stock::Event;
using Outcome = Decision<Event, Refusal>;

bool valid_price(Money price) {
  return price.currency.is_set() && price.minor >= 0 && price.minor <= kMoneyMinorMax;
}

bool valid_units(Units units) { return units.value > 0 && units.value <= kUnitsMax; }

// Units that are (back) in the house, whether somebody holds them or not. Both parts are at most
// kUnitsMax.
bool fits_in_hand(const stock::State& state, Units more) {
  return (state.available + state.held + more).value <= kUnitsMax;
}

// `sum` and `more` are not negative and at most kSumUnitsMax.
bool fits_in_sum(Units sum, Units more) { return (sum + more).value <= Stock::kSumUnitsMax; }

Outcome register_sku(const stock::State& state, const stock::Register& command) {
  if (command.title.empty() || command.title.size() > Stock::kTitleLengthMax)
    return Refusal::invalid_title;
  if (!valid_price(command.unit_price)) return Refusal::invalid_price;
  if (!state.registered) return {stock::Registered{command.title, command.unit_price}};
  if (command.unit_price.currency != state.unit_price.currency) return Refusal::currency_fixed;

  std::vector<Event> events;
  if (command.title != state.title) events.push_back(stock::Renamed{command.title});
  if (command.unit_price != state.unit_price) events.push_back(stock::PriceSet{command.unit_price});
  return events;
}

Outcome set_price(const stock::State& state, const stock::SetPrice& command) {
  if (!valid_price(command.unit_price)) return Refusal::invalid_price;
  if (!state.registered) return Refusal::unknown_sku;
  if (command.unit_price.currency != state.unit_price.currency) return Refusal::currency_fixed;
  if (command.unit_price == state.unit_price) return Outcome::nothing();
  return {stock::PriceSet{command.unit_price}};
}

Outcome receive(const stock::State& state, const stock::Receive& command) {
  if (!valid_units(command.units)) return Refusal::invalid_units;
  if (!state.registered) return Refusal::unknown_sku;
  if (!fits_in_hand(state, command.units) || !fits_in_sum(state.received, command.units))
    return Refusal::too_much_stock;
  return {stock::Received{command.receipt_id, command.units}};
}

Outcome hold(const stock::State& state, const stock::Hold& command) {
  if (!valid_units(command.units)) return Refusal::invalid_units;
  if (!state.registered) return Refusal::unknown_sku;
  if (command.units > state.available) return Refusal::out_of_stock;
  if (state.holds.contains(command.hold_id)) return Refusal::already_held;
  return {stock::Held{command.hold_id, command.units, state.unit_price}};
}

// Settled or Released, of a hold that is there.
template <class Ending>
Outcome end_hold(const stock::State& state, const HoldId& hold_id) {
  const auto held = state.holds.find(hold_id);
  if (held == state.holds.end()) return Outcome::nothing();
  return {Ending{hold_id, held->second}};
}

Outcome take_back(const stock::State& state, const stock::Return& command) {
  if (!valid_units(command.units)) return Refusal::invalid_units;
  if (!state.registered) return Refusal::unknown_sku;
  if (!fits_in_hand(state, command.units) || !fits_in_sum(state.returned, command.units))
    return Refusal::too_much_stock;
  if (state.returned + command.units > state.sold) return Refusal::not_sold;
  return {stock::Returned{command.return_id, command.units}};
}

void forget_hold(stock::State& state, const HoldId& hold_id, Units units) {
  [[maybe_unused]] const auto erased = state.holds.erase(hold_id);
  assert(erased == 1 && state.held >= units);
  state.held -= units;
}

}  // namespace

Decision<Event, Refusal> Stock::decide(const State& state, const Command& command, const Context&) {
  return std::visit(
      Overload{
          [&](const stock::Register& c) { return register_sku(state, c); },
          [&](const stock::SetPrice& c) { return set_price(state, c); },
          [&](const stock::Receive& c) { return receive(state, c); },
          [&](const stock::Hold& c) { return hold(state, c); },
          [&](const stock::Settle& c) { return end_hold<stock::Settled>(state, c.hold_id); },
          [&](const stock::Release& c) { return end_hold<stock::Released>(state, c.hold_id); },
          [&](const stock::Return& c) { return take_back(state, c); },
      },
      command);
}

Stock::State Stock::evolve(State state, const Event& event) {
  std::visit(Overload{
                 [&](const stock::Registered& e) {
                   assert(!state.registered);
                   state.registered = true;
                   state.title = e.title;
                   state.unit_price = e.unit_price;
                 },
                 [&](const stock::Renamed& e) { state.title = e.title; },
                 [&](const stock::PriceSet& e) { state.unit_price = e.unit_price; },
                 [&](const stock::Received& e) {
                   state.received += e.units;
                   state.available += e.units;
                 },
                 [&](const stock::Held& e) {
                   assert(state.available >= e.units);
                   [[maybe_unused]] const auto [at, added] =
                       state.holds.try_emplace(e.hold_id, e.units);
                   assert(added);
                   state.available -= e.units;
                   state.held += e.units;
                 },
                 [&](const stock::Settled& e) {
                   forget_hold(state, e.hold_id, e.units);
                   state.sold += e.units;
                 },
                 [&](const stock::Released& e) {
                   forget_hold(state, e.hold_id, e.units);
                   state.available += e.units;
                 },
                 [&](const stock::Returned& e) {
                   state.returned += e.units;
                   state.available += e.units;
                   assert(state.returned <= state.sold);
                 },
             },
             event);
  return state;
}

Stock::Reply Stock::reply(std::span<const Event> events) {
  for (const Event& event : events)
    if (const auto* held = std::get_if<stock::Held>(&event)) return {held->unit_price};
  return {};
}

std::string_view Stock::refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::invalid_title: return "invalid_title";
    case Refusal::invalid_price: return "invalid_price";
    case Refusal::invalid_units: return "invalid_units";
    case Refusal::unknown_sku: return "unknown_sku";
    case Refusal::currency_fixed: return "currency_fixed";
    case Refusal::too_much_stock: return "too_much_stock";
    case Refusal::out_of_stock: return "out_of_stock";
    case Refusal::already_held: return "already_held";
    case Refusal::not_sold: return "not_sold";
  }
  return "unknown";
}

Stock::State Stock::view(const State& state) {
  return {.registered = state.registered,
          .title = state.title,
          .unit_price = state.unit_price,
          .received = state.received,
          .available = state.available,
          .held = state.held,
          .sold = state.sold,
          .returned = state.returned};
}

}  // namespace souk
