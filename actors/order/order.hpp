// An order: placed, then confirmed or cancelled.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "actors/model/aggregate.hpp"
#include "events/order.hpp"

namespace souk {

struct Order {
  static constexpr Service kService = Service::order;
  static constexpr int kSnapshotVersion = 2;  // 2: ordered_at

  using State = order::State;
  using Command = order::Command;
  using Event = order::Event;
  using Reply = order::Reply;

  // In the order in which they are checked. stored: never reuse
  enum class Refusal : std::uint16_t {
    invalid_customer = 1,  // empty
    no_lines = 2,
    too_many_lines = 3,  // more than order::kLinesMax
    invalid_line = 4,  // quantity not positive or more than kUnitsMax, price negative or more than
                       // kMoneyMinorMax, sku empty
    already_placed = 5,     // with other contents
    unknown_order = 6,      // never placed
    already_confirmed = 7,  // with other totals; or to be cancelled
    already_cancelled = 8,
    invalid_totals = 9,  // no currency, not one valid price a line, the sums do not add up, or
                         // one of them exceeds kMoneyMinorMax
  };

  static Decision<Event, Refusal> decide(const State& state, const Command& command,
                                         const Context& context);
  static State evolve(State state, const Event& event);
  static Reply reply(std::span<const Event> events);
  static std::string_view refusal_name(Refusal refusal);

  // The state as it is shown to people: without the parts whose size grows with use.
  static State view(const State& state);
};

static_assert(Aggregate<Order>);

}  // namespace souk
