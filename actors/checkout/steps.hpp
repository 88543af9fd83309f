// The whole checkout on one screen: who is asked what in which phase, what takes it back, and what
// completes it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/checkout.hpp"

namespace souk::checkout {

// One row: a step's attempt, its undo and its settlement. The three share step number and index,
// and differ in intent.
struct StepRow {
  Step step;
  std::string_view name;
  Phase attempted_in;      // the phase in which the attempt is in flight
  std::uint8_t undo_wave;  // when the undo goes out, lowest first; kNeverUndone: there is none
  bool settled;            // completed once the order is confirmed
};

inline constexpr std::uint8_t kNeverUndone = 0;

// The order of the rows is the order in which refusals are weighed when several participants refuse
// at once. Retry: every command is sent again until it is answered (Checkout::kRetry), an attempt
// before the pivot at most until the saga's deadline; past their tries, steps become dead letters.
// clang-format off
inline constexpr std::array kSteps = {
    //      step                 name             attempted in       undo wave     settled
    StepRow{Step::place_order,   "place_order",   Phase::reserving,  3,            false},
    StepRow{Step::hold_stock,    "hold_stock",    Phase::reserving,  2,            true},   // once a SKU
    StepRow{Step::hold_coupon,   "hold_coupon",   Phase::reserving,  2,            true},
    StepRow{Step::hold_wallet,   "hold_wallet",   Phase::paying,     1,            true},
    StepRow{Step::confirm_order, "confirm_order", Phase::confirming, kNeverUndone, false},  // the pivot
};
// clang-format on

// The table's row of a step. The step must be one of the table's.
constexpr const StepRow& row_of(std::uint16_t step) { return kSteps.at(step); }

constexpr StepRef ref(Step step, std::uint32_t index = 0) {
  return {static_cast<std::uint16_t>(step), index};
}

// The steps whose commands should be in flight now, ascending and each once: the attempts of the
// phase, the settlements, or the undos of the lowest wave that is left.
std::vector<StepRef> steps_in_flight(const State& state);

// The steps that were taken in earlier phases and have an undo: all of them, ascending.
std::vector<StepRef> steps_taken(const State& state);

// Whom a step concerns, as people know it: the SKU, the coupon, the wallet, or the order.
std::string subject_of(const State& state, StepRef step);

}  // namespace souk::checkout
