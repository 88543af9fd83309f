#include "actors/checkout/steps.hpp"

#include <gtest/gtest.h>

namespace souk::test {
namespace {

using checkout::kSteps;

// row_of looks a row up by its step's number.
TEST(CheckoutSteps, EveryRowStandsAtItsStepsNumber) {
  for (std::size_t at = 0; at < kSteps.size(); ++at)
    EXPECT_EQ(static_cast<std::size_t>(kSteps[at].step), at) << kSteps[at].name;
}

// Nothing follows the one step that cannot be undone.
TEST(CheckoutSteps, ThePivotComesLastAndEverythingBeforeItHasAnUndo) {
  for (std::size_t at = 1; at < kSteps.size(); ++at) {
    EXPECT_LE(kSteps[at - 1].attempted_in, kSteps[at].attempted_in) << kSteps[at].name;
    EXPECT_NE(kSteps[at - 1].undone, checkout::Undo::never) << kSteps[at - 1].name;
  }
  EXPECT_EQ(kSteps.back().undone, checkout::Undo::never);
}

}  // namespace
}  // namespace souk::test
