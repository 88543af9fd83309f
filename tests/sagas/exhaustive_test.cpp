// Every interleaving of one small checkout with real deciders: commands that are lost, answered
// without being heard, repeated, and late; clocks that disagree; a saga's host that dies; somebody
// else who changes what is there. And the proof that each of the receipts' rules is needed.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/sagas/model_world.hpp"
#include "tests/sagas/walk.hpp"

namespace souk::test {
namespace {

// --- scenarios -------------------------------------------------------------------------------

template <class A>
typename A::State after(std::initializer_list<typename A::Command> commands) {
  typename A::State state;
  for (const auto& command : commands)
    EXPECT_EQ(decide_at<A>(state, command, kNow).refusal, "") << describe(command);
  return state;
}

stock::State stock_of(std::int64_t units, Money price) {
  return after<Stock>(
      {stock::Register{"a thing", price}, stock::Receive{ReceiptId("first"), {units}}});
}

const wallet::Charge kCharge{ChargeId("c"), gbp(1500)};

// There is enough of everything, and everybody would say yes.
Scenario plenty() {
  Scenario s;
  s.name = "plenty";
  s.stock_a = stock_of(5, gbp(300));
  s.stock_b = stock_of(1, gbp(500));
  s.coupon = after<Coupon>({coupon::Grant{CustomerId("ann"), one_pound_off()}});
  s.wallet = after<Wallet>({kCharge});
  return s;
}

Scenario scarce_goods() {
  Scenario s = plenty();
  s.name = "goods arrive late";
  s.stock_a = stock_of(1, gbp(300));
  s.meanwhile = Call<Stock>{"a", stock::Receive{ReceiptId("more"), {4}}};
  return s;
}

Scenario contended_goods() {
  Scenario s = plenty();
  s.name = "another order takes the goods";
  s.meanwhile = Call<Stock>{"b", stock::Hold{HoldId("o2"), {1}}};
  return s;
}

Scenario scarce_money() {
  Scenario s = plenty();
  s.name = "money arrives late";
  s.wallet = after<Wallet>({wallet::Charge{ChargeId("c"), gbp(999)}});
  s.meanwhile = Call<Wallet>{"ann", wallet::Charge{ChargeId("d"), gbp(1)}};
  return s;
}

Scenario coupon_elsewhere() {
  Scenario s = plenty();
  s.name = "the coupon is another order's at first";
  s.coupon = after<Coupon>(
      {coupon::Grant{{}, one_pound_off()}, coupon::Hold{HoldId("o2"), CustomerId("ann")}});
  s.meanwhile = Call<Coupon>{"ten", coupon::Release{HoldId("o2")}};
  return s;
}

Scenario coupon_contended() {
  Scenario s = plenty();
  s.name = "another order takes the coupon";
  s.meanwhile = Call<Coupon>{"ten", coupon::Hold{HoldId("o2"), CustomerId("ann")}};
  return s;
}

Scenario coupon_lapses() {
  Scenario s = plenty();
  s.name = "the coupon lapses at the deadline";
  coupon::Terms terms = one_pound_off();
  terms.valid_until = kDeadline;
  s.coupon = after<Coupon>({coupon::Grant{{}, terms}});
  return s;
}

Scenario coupon_pays_all() {
  Scenario s = plenty();
  s.name = "the coupon pays for everything";
  coupon::Terms terms = one_pound_off();
  terms.discount.amount = gbp(5000);
  s.coupon = after<Coupon>({coupon::Grant{{}, terms}});
  return s;
}

Scenario order_id_taken() {
  Scenario s = plenty();
  s.name = "the order id is taken";
  s.order = after<Order>({order::Place{CustomerId("bob"), {line("a", 1)}, {}, {}}});
  return s;
}

std::vector<Scenario> scenarios() {
  return {plenty(),        scarce_goods(),     contended_goods(),
          scarce_money(),  coupon_elsewhere(), coupon_contended(),
          coupon_lapses(), coupon_pays_all(),  order_id_taken()};
}

// --- with all rules --------------------------------------------------------------------------

TEST(ExhaustiveCheckout, EveryInterleavingEndsAllOrNothing) {
  std::size_t states = 0;
  for (const Scenario& scenario : scenarios()) {
    SCOPED_TRACE(scenario.name);
    const WalkResult result = walk(Model(scenario, {}));
    EXPECT_EQ(result.broken, "");
    EXPECT_EQ(result.stuck, 0U) << "moments from which the saga cannot end";
    const auto [confirmed, cancelled] =
        std::pair{result.ending("confirmed").terminal, result.ending("cancelled").terminal};
    EXPECT_GT(cancelled, 0U);
    // A walk that never gets an order through would prove little.
    const bool id_is_free = scenario.order.status == order::Status::unknown;
    EXPECT_EQ(confirmed, id_is_free ? 1U : 0U);
    std::printf("  %-40s %8zu states %9zu transitions, terminal: %zu confirmed, %zu cancelled\n",
                scenario.name.c_str(), result.states, result.transitions, confirmed, cancelled);
    states += result.states;
  }
  std::printf("  %-40s %8zu states\n", "together", states);
}

// --- with one rule less ----------------------------------------------------------------------

// A promise is broken; the shortest story of how is printed.
void expect_broken(const Scenario& scenario, const Rules& rules) {
  const WalkResult result = walk(Model(scenario, rules));
  EXPECT_NE(result.broken, "") << scenario.name << ": the rule is not needed?";
  std::printf("  %s: %s\n", scenario.name.c_str(), result.broken.c_str());
}

TEST(ExhaustiveCheckout, WithoutRule1AnAcceptedAttemptIsAnsweredOtherwiseTheSecondTime) {
  expect_broken(plenty(), {.same_id_same_reply = false});
}

TEST(ExhaustiveCheckout, WithoutRule2ARefusedAttemptSucceedsLater) {
  expect_broken(scarce_goods(), {.refusals_are_stored = false});
  expect_broken(scarce_money(), {.refusals_are_stored = false});
  expect_broken(coupon_elsewhere(), {.refusals_are_stored = false});
}

TEST(ExhaustiveCheckout, WithoutRule3AnAttemptComesAfterItsUndo) {
  expect_broken(plenty(), {.undo_refuses_attempt = false});
}

TEST(ExhaustiveCheckout, WithoutRule4WhatWasNotAnsweredStays) {
  expect_broken(plenty(), {.unknown_is_undone = false});
}

TEST(ExhaustiveCheckout, WithoutDeadlinesReceiptsCouldNeverBeForgotten) {
  expect_broken(plenty(), {.attempts_have_deadline = false});
}

TEST(ExhaustiveCheckout, AReceiptForgottenBeforeTheSagaEndsTurnsAYesIntoANo) {
  expect_broken(plenty(), {.receipts_outlive_saga = false});
}

TEST(ExhaustiveCheckout, AnAnswerToAnAttemptIsNotOneToItsUndo) {
  expect_broken(plenty(), {.answers_name_intent = false});
}

}  // namespace
}  // namespace souk::test
