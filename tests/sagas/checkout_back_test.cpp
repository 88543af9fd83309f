// The checkout's way back: who is released when somebody refuses or does not answer.
#include <gtest/gtest.h>

#include "tests/sagas/checkout_values.hpp"
#include "tests/support/saga_script.hpp"

namespace souk::test {
namespace {

using Script = SagaScript<Checkout>;
using checkout::Phase;

const StepRef kPlace = ref(Step::place_order);
const StepRef kStockA = ref(Step::hold_stock, 0);
const StepRef kStockB = ref(Step::hold_stock, 1);
const StepRef kCoupon = ref(Step::hold_coupon);
const StepRef kMoney = ref(Step::hold_wallet);

Script reserving(const checkout::Start& start = small_order()) {
  Script saga;
  saga.when(start, {kNow, {}, kDeadline});
  return saga;
}

Script paying() {
  Script saga = reserving();
  saga.reply(all_reserved());
  return saga;
}

Script confirming() {
  Script saga = paying();
  saga.reply({yes(Step::hold_wallet)});
  return saga;
}

// --- refusals --------------------------------------------------------------------------------

TEST(CheckoutBack, AStockThatRefusesIsNotReleased) {
  reserving()
      .reply({yes(Step::place_order), no(Step::hold_stock, "stock.out_of_stock", 0),
              held_at(1, gbp(500)), held_on(one_pound_off())})
      .then({checkout::TurnedBack{{"stock.out_of_stock", "a"}, {kPlace, kStockB, kCoupon}}})
      .expect({cancel("stock.out_of_stock", "a"), release_stock(1, "b"), release_coupon()})
      .reply({yes(Step::hold_coupon), yes(Step::hold_stock, 1), yes(Step::place_order)})
      .then({checkout::Undone{{kPlace, kStockB, kCoupon}}, checkout::Ended{false}})
      .expect({});
}

TEST(CheckoutBack, ACouponThatRefuses) {
  reserving()
      .reply({yes(Step::place_order), held_at(0, gbp(300)), held_at(1, gbp(500)),
              no(Step::hold_coupon, "coupon.lapsed")})
      .then({checkout::TurnedBack{{"coupon.lapsed", "ten"}, {kPlace, kStockA, kStockB}}})
      .expect({cancel("coupon.lapsed", "ten"), release_stock(0, "a"), release_stock(1, "b")});
}

TEST(CheckoutBack, AnOrderThatCannotBePlacedIsNotCancelled) {
  reserving()
      .reply({no(Step::place_order, "order.already_placed"), held_at(0, gbp(300)),
              held_at(1, gbp(500)), held_on(one_pound_off())})
      .then({checkout::TurnedBack{{"order.already_placed", "o1"}, {kStockA, kStockB, kCoupon}}})
      .reply({yes(Step::hold_stock, 0), yes(Step::hold_stock, 1), yes(Step::hold_coupon)})
      .then({checkout::Undone{{kStockA, kStockB, kCoupon}}, checkout::Ended{false}});
}

// It was acknowledged, so lists of orders have to have it.
TEST(CheckoutBack, AnOrderWhosePlacingCameTooLateIsCancelled) {
  reserving()
      .reply({no(Step::place_order, "deadline_passed"), no(Step::hold_stock, "deadline_passed", 0),
              no(Step::hold_stock, "stock.out_of_stock", 1),
              no(Step::hold_coupon, "coupon.lapsed")})
      .then({checkout::TurnedBack{{"deadline_passed", "o1"}, {kPlace}}})
      .expect({cancel("deadline_passed", "o1")})
      .reply({yes(Step::place_order)})
      .then({checkout::Undone{{kPlace}}, checkout::Ended{false}});
}

TEST(CheckoutBack, WhenEverybodyRefusesItIsOverAtOnce) {
  reserving()
      .reply({no(Step::place_order, "order.already_placed"), no(Step::hold_stock, "stock.x", 0),
              no(Step::hold_stock, "stock.y", 1), no(Step::hold_coupon, "coupon.lapsed")})
      .then({checkout::TurnedBack{{"order.already_placed", "o1"}, {}}, checkout::Ended{false}})
      .expect({});
}

TEST(CheckoutBack, AWalletThatRefusesIsNotReleased) {
  paying()
      .reply({no(Step::hold_wallet, "wallet.insufficient_funds")})
      .then({checkout::TurnedBack{{"wallet.insufficient_funds", "ann"},
                                  {kPlace, kStockA, kStockB, kCoupon}}})
      .expect({cancel("wallet.insufficient_funds", "ann"), release_stock(0, "a"),
               release_stock(1, "b"), release_coupon()});
}

TEST(CheckoutBack, ThePivotRefusedByItsDeadlineTakesEverythingBack) {
  confirming()
      .reply({no(Step::confirm_order, "deadline_passed")})
      .then({checkout::TurnedBack{{"deadline_passed", "o1"},
                                  {kPlace, kStockA, kStockB, kCoupon, kMoney}}})
      .expect({cancel("deadline_passed", "o1"), release_stock(0, "a"), release_stock(1, "b"),
               release_coupon(), release_money()})
      .reply({yes(Step::hold_stock, 0), yes(Step::hold_stock, 1), yes(Step::hold_coupon),
              yes(Step::hold_wallet), yes(Step::place_order)})
      .then(
          {checkout::Undone{{kPlace, kStockA, kStockB, kCoupon, kMoney}}, checkout::Ended{false}});
}

TEST(CheckoutBack, OfAFreeOrderNoMoneyIsReleased) {
  checkout::Start start = small_order();
  start.lines = {line("a", 1, 100)};
  reserving(start)
      .reply({yes(Step::place_order), held_at(0, gbp(300)), held_on(one_pound_off())})
      .reply({no(Step::confirm_order, "deadline_passed")})
      .expect({cancel("deadline_passed", "o1"), release_stock(0, "a"), release_coupon()});
}

TEST(CheckoutBack, OfSeveralRefusalsTheTablesFirstIsTheReason) {
  reserving()
      .reply({no(Step::hold_coupon, "coupon.lapsed"), no(Step::hold_stock, "stock.unknown_sku", 1),
              no(Step::hold_stock, "stock.out_of_stock", 0), yes(Step::place_order)})
      .then({checkout::TurnedBack{{"stock.out_of_stock", "a"}, {kPlace}}});
}

// --- prices ----------------------------------------------------------------------------------

// All have accepted, and then the order cannot be priced: everything is undone.
void expect_unpriced(const checkout::Start& start, Money price_a, Money price_b,
                     const coupon::Terms& terms, const order::Reason& reason) {
  reserving(start)
      .reply({yes(Step::place_order), held_at(0, price_a), held_at(1, price_b), held_on(terms)})
      .then({checkout::TurnedBack{reason, {kPlace, kStockA, kStockB, kCoupon}}});
}

TEST(CheckoutPrice, TheCouponsMinimumIsNotReached) {
  coupon::Terms terms = one_pound_off();
  terms.minimum_total = gbp(1101);
  expect_unpriced(small_order(), gbp(300), gbp(500), terms, {"coupon.minimum_not_reached", "ten"});
  terms.minimum_total = gbp(1100);
  reserving()
      .reply({yes(Step::place_order), held_at(0, gbp(300)), held_at(1, gbp(500)), held_on(terms)})
      .then({checkout::Reserved{small_totals()}});
}

TEST(CheckoutPrice, TheCouponIsInAnotherCurrency) {
  expect_unpriced(small_order(), eur(300), eur(500), one_pound_off(),
                  {"coupon.currency_mismatch", "ten"});
}

TEST(CheckoutPrice, StocksOfTwoCurrenciesMakeNoBill) {
  expect_unpriced(small_order(), gbp(300), eur(500), one_pound_off(),
                  {"checkout.mixed_currencies", "b"});
}

TEST(CheckoutPrice, TheSubtotalHasALimit) {
  checkout::Start start = small_order();
  start.lines = {line("a", 1, kMoneyMinorMax), line("b", 1, 1)};
  const order::Reason too_large{"checkout.total_too_large", "o1"};
  expect_unpriced(start, gbp(1), gbp(1), one_pound_off(), too_large);
  start.lines = {line("a", kUnitsMax, kMoneyMinorMax), line("b", 1)};  // beyond 64 bits
  expect_unpriced(start, gbp(1), gbp(1), one_pound_off(), too_large);
  start.lines = {line("a", 1, kMoneyMinorMax), line("b", 1, 0)};
  reserving(start).reply(all_reserved()).expect({hold_money(gbp(kMoneyMinorMax - 100))});
}

// A participant's bug must not leave the order half done.
TEST(CheckoutPrice, AnAnswerWithoutPriceOrTermsTurnsBack) {
  expect_unpriced(small_order(), gbp(300), Money{}, one_pound_off(), {"checkout.no_price", "b"});
  reserving()
      .reply({yes(Step::place_order), held_at(0, gbp(300)), held_at(1, gbp(500)),
              yes(Step::hold_coupon)})
      .then({checkout::TurnedBack{{"checkout.no_terms", "ten"},
                                  {kPlace, kStockA, kStockB, kCoupon}}});
}

// --- the deadline ----------------------------------------------------------------------------

TEST(CheckoutDeadline, WhatWasNotAnsweredIsUndoneToo) {
  reserving()
      .reply({yes(Step::place_order), held_at(1, gbp(500))})
      .deadline_passes()
      .then({checkout::TurnedBack{{"deadline_passed", "a"}, {kPlace, kStockA, kStockB, kCoupon}}})
      .expect({cancel("deadline_passed", "a"), release_stock(0, "a"), release_stock(1, "b"),
               release_coupon()});
}

TEST(CheckoutDeadline, ARefusalIsABetterReasonThanSilence) {
  reserving()
      .reply({no(Step::hold_coupon, "coupon.lapsed")})
      .deadline_passes()
      .then({checkout::TurnedBack{{"coupon.lapsed", "ten"}, {kPlace, kStockA, kStockB}}});
}

TEST(CheckoutDeadline, MoneyThatMayBeHeldIsReleased) {
  paying()
      .deadline_passes()
      .then({checkout::TurnedBack{{"deadline_passed", "ann"},
                                  {kPlace, kStockA, kStockB, kCoupon, kMoney}}})
      .expect({cancel("deadline_passed", "ann"), release_stock(0, "a"), release_stock(1, "b"),
               release_coupon(), release_money()});
}

TEST(CheckoutDeadline, AnswersThatAreCompleteGoOnAllTheSame) {
  reserving()
      .when(Checkout::advance(all_reserved(), true))
      .then({checkout::Reserved{small_totals()}});
}

TEST(CheckoutDeadline, ThePivotIsAskedUntilItAnswers) {
  confirming().deadline_passes().then({}).expect({confirm(small_totals())});
}

// The timer fires while an advance is on its way to the disk: the attempts' answers must not be
// taken for those to the undos.
TEST(CheckoutDeadline, ATimeOutOfAPhaseThatIsOverSaysNothing) {
  Script saga = reserving();
  auto answers = all_reserved();
  answers[1].refusal = "stock.out_of_stock";
  saga.reply(answers);
  ASSERT_EQ(saga.state().phase, Phase::undoing);
  saga.when(Checkout::advance(answers, true))
      .then({})
      .expect({cancel("stock.out_of_stock", "a"), release_stock(1, "b"), release_coupon()});
}

// --- answers that stay out -------------------------------------------------------------------

const std::int64_t kTries = Checkout::kRetry.tries_before_dead_letter;

checkout::Command gave_up(std::vector<StepRef> steps) {
  return *Checkout::give_up(std::move(steps), kTries);
}

TEST(CheckoutDeadLetter, AnUndoWithoutAnswerIsToldOnceAndGoesOn) {
  Script saga = paying();
  saga.deadline_passes()
      .when(Checkout::advance({yes(Step::place_order), yes(Step::hold_stock, 0),
                               yes(Step::hold_stock, 1), yes(Step::hold_coupon)},
                              false))
      .when(gave_up({kMoney}))
      .then({checkout::DeadLettered{{kMoney}, kTries}})
      .expect({release_money()})
      .when(gave_up({kMoney}))
      .then({});
  EXPECT_EQ(saga.state().dead_letters, std::vector{kMoney});
  saga.reply({yes(Step::hold_wallet)}).then({checkout::Undone{{kMoney}}, checkout::Ended{false}});
  EXPECT_TRUE(saga.state().dead_letters.empty()) << "it was answered after all";
}

TEST(CheckoutDeadLetter, TheOthersGiveBackWhatTheyHoldAllTheSame) {
  Script saga = reserving();
  saga.deadline_passes()
      .when(Checkout::advance(
          {yes(Step::place_order), yes(Step::hold_stock, 0), yes(Step::hold_coupon)}, false))
      .then({checkout::Undone{{kPlace, kStockA, kCoupon}}})
      .when(gave_up({kStockB}))
      .then({checkout::DeadLettered{{kStockB}, kTries}})
      .expect({release_stock(1, "b")})
      .restart()
      .expect({release_stock(1, "b")})
      .reply({yes(Step::hold_stock, 1)})
      .then({checkout::Undone{{kStockB}}, checkout::Ended{false}});
}

TEST(CheckoutDeadLetter, OnlyWhatIsInFlightCanBeOne) {
  reserving()
      .deadline_passes()
      .when(gave_up({kMoney}))
      .then({})
      .when(gave_up({kCoupon, kMoney, kStockA, kCoupon}))
      .then({checkout::DeadLettered{{kStockA, kCoupon}, kTries}});
}

TEST(CheckoutDeadLetter, ASettlementWithoutAnswerKeepsTheSagaOpen) {
  Script saga = confirming();
  saga.reply({yes(Step::confirm_order)})
      .when(gave_up({kMoney}))
      .then({checkout::DeadLettered{{kMoney}, kTries}})
      .reply({yes(Step::hold_stock, 0), yes(Step::hold_stock, 1), yes(Step::hold_coupon)});
  EXPECT_TRUE(Checkout::open(saga.state()));
  saga.reply({yes(Step::hold_wallet)}).then({checkout::Ended{true}});
  EXPECT_TRUE(saga.state().dead_letters.empty());
}

TEST(CheckoutDeadLetter, ThoseOfAnAttemptAreForgottenWhenItIsUndone) {
  Script saga = paying();
  saga.when(gave_up({kMoney})).deadline_passes();
  EXPECT_TRUE(saga.state().dead_letters.empty());
  saga.when(gave_up({kMoney})).then({checkout::DeadLettered{{kMoney}, kTries}});
}

// It cannot be; should it be all the same, asking again would get the same receipt for ever.
TEST(CheckoutDeadLetter, ARefusedSettlementEndsTheSagaAndStaysToBeSeen) {
  Script saga = confirming();
  saga.reply({yes(Step::confirm_order)})
      .reply({yes(Step::hold_stock, 0), yes(Step::hold_stock, 1), yes(Step::hold_coupon),
              no(Step::hold_wallet, "wallet.unknown_wallet")})
      .then({checkout::Ended{true}, checkout::DeadLettered{{kMoney}, 1}});
  EXPECT_EQ(saga.state().dead_letters, std::vector{kMoney});
  EXPECT_FALSE(Checkout::open(saga.state()));
}

TEST(CheckoutDeadLetter, ARefusedUndoGoesOnAndStaysToBeSeen) {
  Script saga = paying();
  saga.deadline_passes()
      .reply({no(Step::hold_wallet, "wallet.unknown_wallet"), yes(Step::hold_stock, 0),
              yes(Step::hold_stock, 1), yes(Step::hold_coupon), yes(Step::place_order)})
      .then({checkout::Undone{{kPlace, kStockA, kStockB, kCoupon, kMoney}},
             checkout::DeadLettered{{kMoney}, 1}, checkout::Ended{false}});
  EXPECT_EQ(saga.state().phase, Phase::cancelled);
  EXPECT_EQ(saga.state().dead_letters, std::vector{kMoney});
}

// --- retries ---------------------------------------------------------------------------------

// An attempt that is never answered must end by its deadline, not as a dead letter first.
TEST(CheckoutRetry, TheTriesLastLongerThanTheDefaultDeadline) {
  Duration waited;
  Duration wait = Checkout::kRetry.first_retry;
  for (std::int64_t tries = 1; tries < kTries; ++tries) {
    waited.micros += wait.micros * 3 / 4;  // the host takes off up to a quarter
    wait = std::min(Duration{wait.micros * 2}, Checkout::kRetry.retry_max);
  }
  EXPECT_GT(waited, seconds(30));
}

}  // namespace
}  // namespace souk::test
