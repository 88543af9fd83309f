#include "actors/wallet/wallet.hpp"

#include <cassert>
#include <utility>
#include <variant>

namespace souk {
namespace {

using Refusal = Wallet::Refusal;
using Event = Wallet::Event;
using Outcome = Decision<Event, Refusal>;

bool valid_amount(Money amount, std::int64_t minor_min) {
  return amount.currency.is_set() && amount.minor >= minor_min && amount.minor <= kMoneyMinorMax;
}

// Whether `more` may be added to the balance and to the running sum `sum_minor`. Balance and holds
// are at most kMoneyMinorMax together, the sum at most kSumMinorMax, so nothing here overflows.
bool within_limits(const wallet::State& state, std::int64_t sum_minor, Money more) {
  return state.balance_minor + state.held_minor + more.minor <= kMoneyMinorMax &&
         sum_minor + more.minor <= Wallet::kSumMinorMax;
}

Outcome charge(const wallet::State& state, const wallet::Charge& command) {
  if (!valid_amount(command.amount, 1)) return Refusal::invalid_amount;
  if (state.currency.is_set() && command.amount.currency != state.currency)
    return Refusal::currency_mismatch;
  if (!within_limits(state, state.charged_minor, command.amount)) return Refusal::balance_limit;
  return {wallet::Charged{command.charge_id, command.amount}};
}

Outcome hold(const wallet::State& state, const wallet::Hold& command) {
  if (!valid_amount(command.amount, 0)) return Refusal::invalid_amount;
  if (!state.currency.is_set()) return Refusal::unknown_wallet;
  if (command.amount.currency != state.currency) return Refusal::currency_mismatch;
  if (command.amount.minor > state.balance_minor) return Refusal::insufficient_funds;
  if (state.holds.contains(command.hold_id)) return Refusal::already_held;
  return {wallet::Held{command.hold_id, command.amount}};
}

// Settled or Released, of a hold that is there.
template <class Ending>
Outcome end_hold(const wallet::State& state, const HoldId& hold_id) {
  const auto held = state.holds.find(hold_id);
  if (held == state.holds.end()) return Outcome::nothing();
  return {Ending{hold_id, Money{held->second, state.currency}}};
}

Outcome refund(const wallet::State& state, const wallet::Refund& command) {
  if (!valid_amount(command.amount, 1)) return Refusal::invalid_amount;
  if (!state.currency.is_set()) return Refusal::unknown_wallet;
  if (command.amount.currency != state.currency) return Refusal::currency_mismatch;
  if (!within_limits(state, state.refunded_minor, command.amount)) return Refusal::balance_limit;
  if (state.refunded_minor + command.amount.minor > state.settled_minor) return Refusal::not_spent;
  return {wallet::Refunded{command.refund_id, command.amount}};
}

void forget_hold(wallet::State& state, const HoldId& hold_id, Money amount) {
  [[maybe_unused]] const auto erased = state.holds.erase(hold_id);
  assert(erased == 1 && state.held_minor >= amount.minor);
  state.held_minor -= amount.minor;
}

}  // namespace

Decision<Event, Refusal> Wallet::decide(const State& state, const Command& command,
                                        const Context&) {
  return std::visit(
      Overload{
          [&](const wallet::Charge& c) { return charge(state, c); },
          [&](const wallet::Hold& c) { return hold(state, c); },
          [&](const wallet::Settle& c) { return end_hold<wallet::Settled>(state, c.hold_id); },
          [&](const wallet::Release& c) { return end_hold<wallet::Released>(state, c.hold_id); },
          [&](const wallet::Refund& c) { return refund(state, c); },
      },
      command);
}

Wallet::State Wallet::evolve(State state, const Event& event) {
  std::visit(Overload{
                 [&](const wallet::Charged& e) {
                   assert(!state.currency.is_set() || state.currency == e.amount.currency);
                   state.currency = e.amount.currency;
                   state.charged_minor += e.amount.minor;
                   state.balance_minor += e.amount.minor;
                 },
                 [&](const wallet::Held& e) {
                   assert(state.balance_minor >= e.amount.minor);
                   [[maybe_unused]] const auto [at, added] =
                       state.holds.try_emplace(e.hold_id, e.amount.minor);
                   assert(added);
                   state.balance_minor -= e.amount.minor;
                   state.held_minor += e.amount.minor;
                 },
                 [&](const wallet::Settled& e) {
                   forget_hold(state, e.hold_id, e.amount);
                   state.settled_minor += e.amount.minor;
                 },
                 [&](const wallet::Released& e) {
                   forget_hold(state, e.hold_id, e.amount);
                   state.balance_minor += e.amount.minor;
                 },
                 [&](const wallet::Refunded& e) {
                   state.refunded_minor += e.amount.minor;
                   state.balance_minor += e.amount.minor;
                   assert(state.refunded_minor <= state.settled_minor);
                 },
             },
             event);
  return state;
}

Wallet::Reply Wallet::reply(std::span<const Event>) { return {}; }

std::string_view Wallet::refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::invalid_amount: return "invalid_amount";
    case Refusal::unknown_wallet: return "unknown_wallet";
    case Refusal::currency_mismatch: return "currency_mismatch";
    case Refusal::balance_limit: return "balance_limit";
    case Refusal::insufficient_funds: return "insufficient_funds";
    case Refusal::already_held: return "already_held";
    case Refusal::not_spent: return "not_spent";
  }
  return "unknown";
}

Wallet::State Wallet::view(const State& state) {
  return {.currency = state.currency,
          .charged_minor = state.charged_minor,
          .balance_minor = state.balance_minor,
          .held_minor = state.held_minor,
          .settled_minor = state.settled_minor,
          .refunded_minor = state.refunded_minor};
}

}  // namespace souk
