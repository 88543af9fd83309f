// The commands of the checkout's steps.
#include <algorithm>

#include "actors/checkout/basket.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/checkout/steps.hpp"

namespace souk {
namespace {

using checkout::Phase;
using checkout::Step;

Intent intent_in(Phase phase) {
  if (phase == Phase::settling) return Intent::settle;
  return phase == Phase::undoing ? Intent::undo : Intent::attempt;
}

// Stock, coupon and wallet share one vocabulary.
template <class A, class Settle, class Release, class Hold>
Call<A> hold_call(std::string target, Intent intent, Hold hold) {
  if (intent == Intent::settle) return {std::move(target), Settle{std::move(hold.hold_id)}};
  if (intent == Intent::undo) return {std::move(target), Release{std::move(hold.hold_id)}};
  return {std::move(target), std::move(hold)};
}

Call<Order> place_call(const checkout::State& state, Intent intent) {
  if (intent == Intent::undo) return {state.order_id.str(), order::Cancel{state.reason}};
  return {state.order_id.str(),
          order::Place{state.customer_id, state.lines, state.coupon_id, state.ordered_at}};
}

Checkout::Calls call_of(const checkout::State& state, const checkout::Basket& basket,
                        const HoldId& hold_id, StepRef step, Intent intent) {
  switch (static_cast<Step>(step.step)) {
    case Step::place_order: return place_call(state, intent);
    case Step::confirm_order:
      return Call<Order>{state.order_id.str(), order::Confirm{state.totals}};
    case Step::hold_stock: {
      const checkout::Basket::Item& item = basket.items.at(step.index);
      return hold_call<Stock, stock::Settle, stock::Release>(item.sku->str(), intent,
                                                             stock::Hold{hold_id, item.units});
    }
    case Step::hold_coupon:
      return hold_call<Coupon, coupon::Settle, coupon::Release>(
          state.coupon_id.str(), intent, coupon::Hold{hold_id, state.customer_id});
    case Step::hold_wallet:
      return hold_call<Wallet, wallet::Settle, wallet::Release>(
          state.customer_id.str(), intent,
          wallet::Hold{hold_id, {state.totals.total_minor, state.totals.currency}});
  }
  __builtin_unreachable();  // steps come from the table
}

}  // namespace

std::vector<Outgoing<Checkout::Calls>> Checkout::pending(const State& state) {
  const std::vector<StepRef> steps = checkout::steps_in_flight(state);
  const Intent intent = intent_in(state.phase);
  const bool names_stock = std::ranges::any_of(
      steps, [](const StepRef& s) { return s.step == checkout::ref(Step::hold_stock).step; });
  const checkout::Basket basket =
      names_stock ? *checkout::basket_of(state.lines) : checkout::Basket{};
  const HoldId hold_id(state.order_id.str());

  std::vector<Outgoing<Calls>> out;
  out.reserve(steps.size());
  for (const StepRef& step : steps)
    out.push_back({step, intent, call_of(state, basket, hold_id, step, intent)});
  return out;
}

std::vector<Participant> Checkout::participants(const State& state) {
  std::vector<Participant> all;
  if (state.phase == Phase::none) return all;
  all.reserve(state.lines.size() + 3);
  all.push_back({Service::order, state.order_id.str()});
  all.push_back({Service::wallet, state.customer_id.str()});
  if (!state.coupon_id.str().empty()) all.push_back({Service::coupon, state.coupon_id.str()});
  for (const auto& line : state.lines) all.push_back({Service::stock, line.sku.str()});
  return all;
}

}  // namespace souk
