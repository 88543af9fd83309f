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
    invalid_title = 1,   // empty, or longer than 500 bytes
    invalid_price = 2,   // negative, too large, or without a currency
    invalid_units = 3,   // not positive, or more than kUnitsMax
    unknown_sku = 4,     // not registered yet
    currency_fixed = 5,  // the price's currency is that of the first registration
    too_much_stock = 6,  // more than kUnitsMax in hand, or more than kSumUnitsMax ever
    out_of_stock = 7,
    already_held = 8,  // there is a hold of this id; a repeated command is the host's to answer
    not_sold = 9,      // more is returned than was sold
  };

  // No running sum (received, returned) exceeds this, so neither does what is sold overflow.
  static constexpr std::int64_t kSumUnitsMax = std::int64_t{1} << 61;
  static constexpr std::size_t kTitleLengthMax = 500;  // bytes

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
