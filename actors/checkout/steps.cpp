#include "actors/checkout/steps.hpp"

#include <algorithm>

#include "actors/checkout/basket.hpp"

namespace souk::checkout {
namespace {

// How many commands this order needs of a row; those of the wallet are known once it is priced.
std::uint32_t count_of(const State& state, const StepRow& row) {
  switch (row.step) {
    case Step::place_order:
    case Step::confirm_order: return 1;
    case Step::hold_stock: return static_cast<std::uint32_t>(basket_of(state.lines)->items.size());
    case Step::hold_coupon: return state.coupon_id.empty() ? 0 : 1;
    case Step::hold_wallet: return state.totals.total_minor > 0 ? 1 : 0;
  }
  return 0;
}

// Every step of the rows that `wanted` picks.
template <class Wanted>
std::vector<StepRef> steps_where(const State& state, Wanted wanted) {
  std::vector<StepRef> steps;
  for (const StepRow& row : kSteps) {
    if (!wanted(row)) continue;
    const std::uint32_t count = count_of(state, row);
    for (std::uint32_t index = 0; index < count; ++index) steps.push_back(ref(row.step, index));
  }
  return steps;
}

}  // namespace

std::vector<StepRef> steps_in_flight(const State& state) {
  switch (state.phase) {
    case Phase::reserving:
    case Phase::paying:
    case Phase::confirming:
      return steps_where(state, [&](const StepRow& r) { return r.attempted_in == state.phase; });
    case Phase::settling: return steps_where(state, [](const StepRow& r) { return r.settled; });
    case Phase::undoing: return state.to_undo;
    case Phase::none:
    case Phase::confirmed:
    case Phase::cancelled: break;
  }
  return {};
}

std::vector<StepRef> steps_taken(const State& state) {
  return steps_where(state, [&](const StepRow& row) {
    return row.undone != Undo::never && row.attempted_in < state.phase;
  });
}

std::string subject_of(const State& state, StepRef step) {
  switch (static_cast<Step>(step.step)) {
    case Step::hold_stock: return basket_of(state.lines)->items.at(step.index).sku->str();
    case Step::hold_coupon: return state.coupon_id.str();
    case Step::hold_wallet: return state.customer_id.str();
    case Step::place_order:
    case Step::confirm_order: break;
  }
  return state.order_id.str();
}

}  // namespace souk::checkout
