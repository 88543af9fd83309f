// The stock of one SKU: received, held for orders, sold, returned. Never negative.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "actors/model/aggregate.hpp"
#include "events/stock.hpp"

namespace souk {

struct Stock {
  static constexpr Service kService = Service::stock;
  static constexpr int kSnapshotVersion = 1;

  using State = stock::State;
  using Command = stock::Command;
  using Event = stock::Event;
  using Reply = stock::Reply;

  // In the order in which they are checked. stored: never reuse
  enum class Refusal : std::uint16_t {
    invalid_title = 1,     // empty, or longer than 500 bytes
    invalid_price = 2,     // negative, too large, or without a currency
    invalid_units = 3,     // not positive, or more than kUnitsMax
    unknown_sku = 4,       // not registered yet
    currency_fixed = 5,    // the price's currency is that of the first registration
    already_received = 6,  // this receipt id came with another number of units
    too_much_stock = 7,    // more would exceed kUnitsMax
    out_of_stock = 8,
    already_held = 9,  // the same hold id holds another number of units
    not_sold = 10,     // more is returned than was sold
  };

  static Decision<Event, Refusal> decide(const State& state, const Command& command,
                                         const Context& context);
  static State evolve(State state, const Event& event);
  static Reply reply(std::span<const Event> events);
  static std::string_view refusal_name(Refusal refusal);

  // The state as it is shown to people: without the parts whose size grows with use.
  static State view(const State& state);
};

static_assert(Aggregate<Stock>);

}  // namespace souk
