// A customer's wallet: charged, held for orders, spent, refunded. Never negative, one currency.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "actors/model/aggregate.hpp"
#include "events/wallet.hpp"

namespace souk {

struct Wallet {
  static constexpr Service kService = Service::wallet;
  static constexpr int kSnapshotVersion = 1;

  using State = wallet::State;
  using Command = wallet::Command;
  using Event = wallet::Event;
  using Reply = wallet::Reply;

  // In the order in which they are checked. stored: never reuse
  enum class Refusal : std::uint16_t {
    invalid_amount = 1,  // not positive (a charge, a refund), negative (a hold), more than
                         // kMoneyMinorMax, or without a currency
    unknown_wallet = 2,  // never charged
    currency_mismatch = 3,
    balance_limit = 4,  // balance and holds would exceed kMoneyMinorMax, or a sum kSumMinorMax
    insufficient_funds = 5,
    already_held = 6,  // there is a hold of this id; a repeated command is the host's to answer
    not_spent = 7,     // more is refunded than was spent
  };

  // No running sum (charged, refunded) exceeds this, so neither does what is settled overflow.
  static constexpr std::int64_t kSumMinorMax = std::int64_t{1} << 61;

  static Decision<Event, Refusal> decide(const State& state, const Command& command,
                                         const Context& context);
  static State evolve(State state, const Event& event);
  static Reply reply(std::span<const Event> events);
  static std::string_view refusal_name(Refusal refusal);

  // The state as it is shown to people: without the parts whose size grows with use.
  static State view(const State& state);
};

static_assert(Aggregate<Wallet>);

}  // namespace souk
