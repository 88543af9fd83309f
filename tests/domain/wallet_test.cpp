#include "actors/wallet/wallet.hpp"

#include "tests/support/refusal_rows.hpp"

namespace souk::test {
namespace {

using namespace souk::wallet;
using Refusal = Wallet::Refusal;

const Charged kCharged{ChargeId("c1"), gbp(1'000)};
const Held kHeld{HoldId("o1"), gbp(300)};
const Settled kSettled{HoldId("o1"), gbp(300)};

TEST(WalletCharge, FixesTheCurrencyAndAddsUp) {
  const auto state = given<Wallet>()
                         .when(Charge{ChargeId("c1"), gbp(1'000)})
                         .then(kCharged)
                         .when(Charge{ChargeId("c2"), gbp(1)})
                         .then(Charged{ChargeId("c2"), gbp(1)})
                         .state();
  EXPECT_EQ(state.currency, currency("GBP"));
  EXPECT_EQ(state.balance_minor, 1'001);
  EXPECT_EQ(state.charged_minor, 1'001);
}

TEST(WalletHold, TakesFromTheBalanceDownToTheLastPenny) {
  const auto state = given<Wallet>({kCharged})
                         .when(Hold{HoldId("o1"), gbp(300)})
                         .then(kHeld)
                         .when(Hold{HoldId("o2"), gbp(700)})
                         .then(Held{HoldId("o2"), gbp(700)})
                         .when(Hold{HoldId("o3"), gbp(1)})
                         .refused(Refusal::insufficient_funds)
                         .state();
  EXPECT_EQ(state.balance_minor, 0);
  EXPECT_EQ(state.held_minor, 1'000);
}

TEST(WalletHold, OfNothingIsHeldAndSettledLikeAnyOther) {
  given<Wallet>({kCharged})
      .when(Hold{HoldId("free"), gbp(0)})
      .then(Held{HoldId("free"), gbp(0)})
      .when(Hold{HoldId("free"), gbp(0)})
      .refused(Refusal::already_held)
      .when(Settle{HoldId("free")})
      .then(Settled{HoldId("free"), gbp(0)});
}

TEST(WalletSettle, SpendsWhatIsHeld) {
  const auto state =
      given<Wallet>({kCharged, kHeld}).when(Settle{HoldId("o1")}).then(kSettled).state();
  EXPECT_EQ(state.balance_minor, 700);
  EXPECT_EQ(state.held_minor, 0);
  EXPECT_EQ(state.settled_minor, 300);
}

TEST(WalletRelease, PutsBackWhatIsHeld) {
  const auto state = given<Wallet>({kCharged, kHeld})
                         .when(Release{HoldId("o1")})
                         .then(Released{HoldId("o1"), gbp(300)})
                         .state();
  EXPECT_EQ(state, given<Wallet>({kCharged}).state());
}

TEST(WalletSettleAndRelease, OfAHoldThatIsGoneChangeNothing) {
  for (const auto& wallet :
       {given<Wallet>(), given<Wallet>({kCharged}), given<Wallet>({kCharged, kHeld, kSettled}),
        given<Wallet>({kCharged, kHeld, Released{HoldId("o1"), gbp(300)}})}) {
    wallet.when(Settle{HoldId("o1")}).changes_nothing();
    wallet.when(Release{HoldId("o1")}).changes_nothing();
  }
  given<Wallet>({kCharged, kHeld}).when(Settle{HoldId("o2")}).changes_nothing();
  given<Wallet>({kCharged, kHeld}).when(Release{HoldId("o2")}).changes_nothing();
}

TEST(WalletRefund, PutsSpentMoneyBackIntoTheBalance) {
  const auto state = given<Wallet>({kCharged, kHeld, kSettled})
                         .when(Refund{RefundId("f1"), gbp(300)})
                         .then(Refunded{RefundId("f1"), gbp(300)})
                         .when(Refund{RefundId("f2"), gbp(1)})
                         .refused(Refusal::not_spent)
                         .state();
  EXPECT_EQ(state.balance_minor, 1'000);
  EXPECT_EQ(state.refunded_minor, 300);
}

TEST(WalletLimits, BalanceAndHoldsTogetherHaveAMost) {
  const auto full = given<Wallet>()
                        .when(Charge{ChargeId("c1"), gbp(kMoneyMinorMax)})
                        .then(Charged{ChargeId("c1"), gbp(kMoneyMinorMax)});
  full.when(Charge{ChargeId("c2"), gbp(1)}).refused(Refusal::balance_limit);
  // What is held may come back.
  full.when(Hold{HoldId("o1"), gbp(kMoneyMinorMax)})
      .then(Held{HoldId("o1"), gbp(kMoneyMinorMax)})
      .when(Charge{ChargeId("c2"), gbp(1)})
      .refused(Refusal::balance_limit)
      .when(Settle{HoldId("o1")})
      .then(Settled{HoldId("o1"), gbp(kMoneyMinorMax)})
      .when(Charge{ChargeId("c2"), gbp(1)})
      .then(Charged{ChargeId("c2"), gbp(1)})
      .when(Refund{RefundId("f1"), gbp(kMoneyMinorMax)})
      .refused(Refusal::balance_limit);
}

// A wallet through which a lot of money has gone.
Given<Wallet> aged_wallet(std::int64_t charged_minor, std::int64_t refunded_minor) {
  return given_state<Wallet>({.currency = currency("GBP"),
                              .charged_minor = charged_minor,
                              .settled_minor = charged_minor + refunded_minor,
                              .refunded_minor = refunded_minor});
}

TEST(WalletLimits, RunningSumsStopShortOfOverflow) {
  const std::int64_t most = Wallet::kSumMinorMax;
  aged_wallet(most - 1, most)
      .when(Charge{ChargeId("c"), gbp(1)})
      .then(Charged{ChargeId("c"), gbp(1)})
      .when(Charge{ChargeId("d"), gbp(1)})
      .refused(Refusal::balance_limit)
      // Even then what is there can be spent.
      .when(Hold{HoldId("o"), gbp(1)})
      .then(Held{HoldId("o"), gbp(1)})
      .when(Settle{HoldId("o")})
      .then(Settled{HoldId("o"), gbp(1)});
  aged_wallet(most, most - 1)
      .when(Refund{RefundId("f"), gbp(1)})
      .then(Refunded{RefundId("f"), gbp(1)})
      .when(Refund{RefundId("g"), gbp(1)})
      .refused(Refusal::balance_limit);
}

TEST(WalletRefusals, EachHasItsRow) {
  const auto none = given<Wallet>();
  const auto charged = given<Wallet>({kCharged});
  const auto held = given<Wallet>({kCharged, kHeld});
  const auto spent = given<Wallet>({kCharged, kHeld, kSettled});
  const Money no_currency{1, {}};
  expect_refusals<Wallet>({
      {Refusal::invalid_amount, none, Charge{ChargeId("c"), gbp(0)}},
      {Refusal::invalid_amount, none, Charge{ChargeId("c"), gbp(-5)}},
      {Refusal::invalid_amount, none, Charge{ChargeId("c"), gbp(kMoneyMinorMax + 1)}},
      {Refusal::invalid_amount, none, Charge{ChargeId("c"), no_currency}},
      {Refusal::invalid_amount, charged, Hold{HoldId("o"), gbp(-1)}},
      {Refusal::invalid_amount, charged, Hold{HoldId("o"), gbp(INT64_MAX)}},
      {Refusal::invalid_amount, charged, Hold{HoldId("o"), no_currency}},
      {Refusal::invalid_amount, spent, Refund{RefundId("f"), gbp(0)}},
      {Refusal::unknown_wallet, none, Hold{HoldId("o"), gbp(0)}},
      {Refusal::unknown_wallet, none, Refund{RefundId("f"), gbp(1)}},
      {Refusal::currency_mismatch, charged, Charge{ChargeId("c"), eur(1)}},
      {Refusal::currency_mismatch, charged, Hold{HoldId("o"), eur(0)}},
      {Refusal::currency_mismatch, spent, Refund{RefundId("f"), eur(1)}},
      {Refusal::balance_limit, charged, Charge{ChargeId("c"), gbp(kMoneyMinorMax - 999)}},
      {Refusal::balance_limit, spent, Refund{RefundId("f"), gbp(kMoneyMinorMax - 699)}},
      {Refusal::insufficient_funds, charged, Hold{HoldId("o"), gbp(1'001)}},
      {Refusal::insufficient_funds, held, Hold{HoldId("o2"), gbp(701)}},
      {Refusal::already_held, held, Hold{HoldId("o1"), gbp(300)}},
      {Refusal::already_held, held, Hold{HoldId("o1"), gbp(1)}},
      {Refusal::not_spent, charged, Refund{RefundId("f"), gbp(1)}},
      {Refusal::not_spent, spent, Refund{RefundId("f"), gbp(301)}},
  });
}

TEST(WalletRefusals, ComeInTheOrderOfTheirNumbers) {
  given<Wallet>().when(Hold{HoldId("o"), gbp(-1)}).refused(Refusal::invalid_amount);
  const auto held = given<Wallet>({kCharged, kHeld});
  held.when(Hold{HoldId("o1"), eur(9'999)}).refused(Refusal::currency_mismatch);
  held.when(Hold{HoldId("o1"), gbp(9'999)}).refused(Refusal::insufficient_funds);
  held.when(Charge{ChargeId("c"), eur(kMoneyMinorMax)}).refused(Refusal::currency_mismatch);
  held.when(Refund{RefundId("f"), gbp(kMoneyMinorMax)}).refused(Refusal::balance_limit);
}

TEST(WalletView, ShowsEverythingButTheHolds) {
  auto state = given<Wallet>({kCharged, kHeld}).state();
  const auto view = Wallet::view(state);
  EXPECT_FALSE(state.holds.empty());
  state.holds.clear();
  EXPECT_EQ(view, state);
}

}  // namespace
}  // namespace souk::test
