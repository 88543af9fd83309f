// A campaign: N coupons, first come, first served, at most one a customer. Grants what it has
// issued.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/coupon/coupon.hpp"
#include "actors/model/saga.hpp"
#include "events/campaign.hpp"

namespace souk {

struct Campaign {
  static constexpr Service kService = Service::campaign;
  static constexpr int kSnapshotVersion = 1;

  using State = campaign::State;
  using Command = campaign::Command;
  using Event = campaign::Event;
  using Reply = campaign::Reply;

  // In the order in which they are checked. stored: never reuse
  enum class Refusal : std::uint16_t {
    invalid_quantity = 1,  // not positive, or more than kQuantityMax
    invalid_terms = 2,     // see terms_fault()
    invalid_id = 3,        // not an id, longer than kIdLengthMax, or with a '~' in it, which stands
                           // before the ordinal in its coupons' ids
    already_opened = 4,    // with another quantity or other terms
    unknown_campaign = 5,  // never opened
    invalid_customer = 6,  // empty
    not_yet_open = 7,      // before the terms' window
    closed = 8,            // the terms' window has closed
    sold_out = 9,
    already_issued = 10,  // this customer has one; a repeated command is the host's to answer
  };

  // An ordinal is the index of a saga's step, which has 32 bits.
  static constexpr std::int64_t kQuantityMax = 1'000'000'000;
  // Leaves room for "~" and the ordinal in a coupon's id.
  static constexpr std::size_t kIdLengthMax = 100;

  static Decision<Event, Refusal> decide(const State& state, const Command& command,
                                         const Context& context);
  static State evolve(State state, const Event& event);
  static Reply reply(std::span<const Event> events);
  static std::string_view refusal_name(Refusal refusal);

  // The state as it is shown to people: without the parts whose size grows with use.
  static State view(const State& state);

  // As a saga: every issued coupon is granted, in order, at most kGrantsInFlight at once.
  using Calls = std::variant<Call<Coupon>>;
  using Answer = campaign::Delivery;
  static constexpr bool kWave = false;
  static constexpr RetryPolicy kRetry{};
  static constexpr std::size_t kGrantsInFlight = 64;
  static std::vector<Outgoing<Calls>> pending(const State& state);
  static std::optional<Time> deadline(const State&) { return std::nullopt; }
  static bool open(const State& state) { return !state.undelivered.empty(); }
  static Command advance(std::vector<Answer> answers, bool timed_out);
  static std::optional<Command> give_up(std::vector<StepRef>, std::int64_t) { return std::nullopt; }
  // A coupon's answer to the grant of ordinal `step.index`; `refusal` is the code, empty if
  // accepted.
  static Answer answer(StepRef step, std::string refusal, const Coupon::Reply& reply);

  // Issue is answered once the coupon exists: `wait_key` names what a command waits for (none:
  // nothing), `settled` whether it has come, `released_by` what an event brings.
  static std::optional<std::string> wait_key(const Command& command);
  static bool settled(const State& state, const std::string& key);
  static std::optional<std::string> released_by(const State& after, const Event& event);
};

static_assert(Saga<Campaign>);

}  // namespace souk
