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

// What becomes of a step if the order turns back.
enum class Undo : std::uint8_t {
  never,             // there is no way back
  if_taken,          // it is taken back if it was taken, or may have been
  if_taken_or_late,  // and also if the attempt came after the deadline, and was refused for that
};

// One row: a step's attempt, its undo and its settlement. The three share step number and index,
// and differ in intent.
struct StepRow {
  Step step;
  std::string_view name;
  Phase attempted_in;  // the phase in which the attempt is in flight
  Undo undone;         // if the order turns back
  bool settled;        // completed once the order is confirmed
};

// The order of the rows is the order in which refusals are weighed when several participants refuse
// at once. Retry: every command is sent again until it is answered (Checkout::kRetry), an attempt
// before the pivot at most until the saga's deadline; past their tries, steps become dead letters.
// An order whose placing came too late is cancelled all the same: it was acknowledged, so lists of
// orders have it. All undos go out side by side: they do not depend on each other, and one whose
// participant is away must not keep the others from giving back what they hold.
// clang-format off
inline constexpr std::array kSteps = {
    //      step                 name             attempted in       undone                  settled
    StepRow{Step::place_order,   "place_order",   Phase::reserving,  Undo::if_taken_or_late, false},
    StepRow{Step::hold_stock,    "hold_stock",    Phase::reserving,  Undo::if_taken,         true},   // once a SKU
    StepRow{Step::hold_coupon,   "hold_coupon",   Phase::reserving,  Undo::if_taken,         true},
    StepRow{Step::hold_wallet,   "hold_wallet",   Phase::paying,     Undo::if_taken,         true},
    StepRow{Step::confirm_order, "confirm_order", Phase::confirming, Undo::never,            false},  // the pivot
};
// clang-format on

// The table's row of a step. The step must be one of the table's.
constexpr const StepRow& row_of(std::uint16_t step) { return kSteps.at(step); }

constexpr StepRef ref(Step step, std::uint32_t index = 0) {
  return {static_cast<std::uint16_t>(step), index};
}

// The steps whose commands should be in flight now, ascending and each once: the attempts of the
// phase, the settlements, or the undos that are left.
std::vector<StepRef> steps_in_flight(const State& state);

// The steps that were taken in earlier phases and have an undo: all of them, ascending.
std::vector<StepRef> steps_taken(const State& state);

// Whom a step concerns, as people know it: the SKU, the coupon, the wallet, or the order.
std::string subject_of(const State& state, StepRef step);

}  // namespace souk::checkout
