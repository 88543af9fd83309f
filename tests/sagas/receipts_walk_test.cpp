// Every interleaving of one step's attempt, settle and undo, and of a client's request, over the
// real receipts: delivered never, once, again and late; with the host dying at every moment and
// coming back from its records or a snapshot, on another clock; with the saga dying. And the proof
// that each rule of the receipts is needed.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/sagas/step_world.hpp"
#include "tests/sagas/walk.hpp"

namespace souk::test::one_step {
namespace {

// --- scenarios -------------------------------------------------------------------------------

stock::State lamps(std::int64_t units) {
  stock::State state;
  state.registered = true;
  state.title = "lamp";
  state.unit_price = gbp(300);
  state.received = state.available = Units{units};
  return state;
}

// There is enough; what a unit costs changes.
Scenario plenty() {
  Scenario s;
  s.name = "plenty";
  s.stock = lamps(2);
  s.meanwhile = stock::SetPrice{gbp(500)};
  return s;
}

// There is nothing until the client brings some.
Scenario scarce() {
  Scenario s;
  s.name = "units arrive late";
  s.stock = lamps(0);
  s.client_bodies = 1;
  return s;
}

// And the SKU is not even registered at first.
Scenario unknown() {
  Scenario s;
  s.name = "a SKU that is registered late";
  s.client_bodies = 1;
  s.meanwhile = stock::Register{"lamp", gbp(300)};
  return s;
}

Scenario pivot(Scenario s) {
  s.name += ", and there is no way back";
  s.pivot = true;
  return s;
}

// A client whose request is refused until the SKU is registered.
Scenario client_alone() {
  Scenario s;
  s.name = "a client alone";
  s.saga = false;
  s.client_bodies = 2;
  s.meanwhile = stock::Register{"lamp", gbp(300)};
  return s;
}

// --- with all rules --------------------------------------------------------------------------

WalkResult expect_kept(const Scenario& scenario, const Rules& rules = {}) {
  SCOPED_TRACE(scenario.name);
  WalkResult result = walk(Model(scenario, rules));
  EXPECT_EQ(result.broken, "");
  EXPECT_EQ(result.stuck, 0U) << result.stuck_story;
  std::printf("  %-50s %8zu states %9zu transitions\n", scenario.name.c_str(), result.states,
              result.transitions);
  return result;
}

TEST(ReceiptsWalk, AStepIsTakenOnceOrNotAtAll) {
  for (const Scenario& scenario : {plenty(), scarce()}) {
    const WalkResult result = expect_kept(scenario);
    for (const char* ending : {"settled", "undone", "refused"})
      EXPECT_GT(result.ending(ending).moments, 0U) << scenario.name << ": " << ending;
  }
}

TEST(ReceiptsWalk, AStepWithoutAWayBackIsToldTheTruthHoweverLateItAsks) {
  for (const Scenario& scenario : {pivot(plenty()), pivot(scarce()), pivot(unknown())}) {
    const WalkResult result = expect_kept(scenario);
    for (const char* ending : {"taken", "refused"})
      EXPECT_GT(result.ending(ending).moments, 0U) << scenario.name << ": " << ending;
  }
}

TEST(ReceiptsWalk, AClientsRequestIsCarriedOutOnce) { expect_kept(client_alone()); }

// --- with one rule less ----------------------------------------------------------------------

// A promise is broken; the shortest story of how is printed.
void expect_broken(const Scenario& scenario, const Rules& rules) {
  const WalkResult result = walk(Model(scenario, rules));
  EXPECT_NE(result.broken, "") << scenario.name << ": the rule is not needed?";
  std::printf("  %s: %s\n", scenario.name.c_str(), result.broken.c_str());
}

TEST(ReceiptsWalk, WithoutRule1WhatComesAgainIsDoneAgainOrAnsweredOtherwise) {
  expect_broken(plenty(), {.host = {.same_id_same_reply = false}});
  expect_broken(client_alone(), {.host = {.same_id_same_reply = false}});
}

TEST(ReceiptsWalk, WithoutRule2ARefusedAttemptSucceedsLater) {
  expect_broken(scarce(), {.host = {.refusals_are_stored = false}});
}

TEST(ReceiptsWalk, WithoutRule3AnAttemptComesAfterItsUndo) {
  expect_broken(plenty(), {.host = {.undo_refuses_attempt = false}});
}

TEST(ReceiptsWalk, WithoutRule4WhatWasNotAnsweredStays) {
  expect_broken(plenty(), {.unknown_is_undone = false});
}

TEST(ReceiptsWalk, WithoutDeadlinesReceiptsCouldNeverBeForgotten) {
  expect_broken(plenty(), {.host = {.attempts_have_deadline = false}});
  expect_broken(scarce(), {.host = {.attempts_have_deadline = false}});
}

TEST(ReceiptsWalk, WithoutAMarginAClockThatIsBehindAcceptsWhatWasRefused) {
  Scenario harm_only = scarce();
  harm_only.codes_matter = false;
  expect_broken(harm_only, {.host = {.margin_for_clocks = false}});
  expect_broken(scarce(), {.host = {.margin_for_clocks = false}});
  expect_broken(client_alone(), {.host = {.margin_for_clocks = false}});
}

TEST(ReceiptsWalk, IfTheReceiptOfAGrantedAttemptGoesAYesBecomesANo) {
  expect_broken(plenty(), {.host = {.grants_stay = false}});
  expect_broken(pivot(plenty()), {.host = {.grants_stay = false}});
}

TEST(ReceiptsWalk, IfTheReceiptOfARequestGoesItIsCarriedOutAgain) {
  expect_broken(client_alone(), {.host = {.requests_stay = false}});
}

TEST(ReceiptsWalk, IfBodiesAreNotComparedAClientHearsOfWhatItDidNotAskFor) {
  expect_broken(client_alone(), {.host = {.bodies_are_compared = false}});
}

TEST(ReceiptsWalk, ReceiptsThatAreNotInTheRecordsDieWithTheHost) {
  expect_broken(plenty(), {.host = {.records_carry_receipts = false}});
}

TEST(ReceiptsWalk, ReceiptsThatAreNotInSnapshotsDieWithTheHost) {
  expect_broken(plenty(), {.host = {.snapshots_carry_receipts = false}});
}

TEST(ReceiptsWalk, AnAnswerThatDoesNotWaitIsForgotten) {
  expect_broken(plenty(), {.host = {.answers_wait = false}});
}

}  // namespace
}  // namespace souk::test::one_step
