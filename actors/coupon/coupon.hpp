// A coupon, good for one order of its owner within its window.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "actors/model/aggregate.hpp"
#include "events/coupon.hpp"

namespace souk {

struct Coupon {
  static constexpr Service kService = Service::coupon;
  static constexpr int kSnapshotVersion = 1;

  using State = coupon::State;
  using Command = coupon::Command;
  using Event = coupon::Event;
  using Reply = coupon::Reply;

  // In the order in which they are checked. stored: never reuse
  enum class Refusal : std::uint16_t {
    invalid_terms = 1,    // see terms_fault()
    unknown_coupon = 2,   // never granted
    already_granted = 3,  // with other terms or to another owner
    not_yet_valid = 4,
    lapsed = 5,  // its window has closed
    not_owner = 6,
    already_held = 7,  // by whomever; a repeated command is the host's to answer
    already_used = 8,
    not_due = 9,  // Expire before the window's end
  };

  static Decision<Event, Refusal> decide(const State& state, const Command& command,
                                         const Context& context);
  static State evolve(State state, const Event& event);
  static Reply reply(std::span<const Event> events);
  static std::string_view refusal_name(Refusal refusal);

  // The state as it is shown to people: without the parts whose size grows with use.
  static State view(const State& state);

  // Lapses the coupon once its window has closed. Not while it is held: whoever holds it decides
  // first.
  static std::optional<Command> due(const State& state, Time now);
};

static_assert(Timed<Coupon>);

}  // namespace souk
