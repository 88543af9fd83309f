#include "actors/stock/stock.hpp"

#include "tests/support/refusal_rows.hpp"

namespace souk::test {
namespace {

using namespace souk::stock;
using Refusal = Stock::Refusal;

const Registered kMug{"A mug", gbp(250)};
const Received kTen{ReceiptId("r1"), {10}};
const Held kHeld3{HoldId("o1"), {3}, gbp(250)};
const Settled kSettled3{HoldId("o1"), {3}};
const Hold kHold3{HoldId("o1"), {3}};

TEST(StockRegister, MakesTheSkuKnown) {
  given<Stock>().when(Register{"A mug", gbp(250)}).then(kMug);
}

TEST(StockRegister, AgainTellsWhatDiffers) {
  const auto mug = given<Stock>({kMug});
  mug.when(Register{"A mug", gbp(250)}).changes_nothing();
  mug.when(Register{"A cup", gbp(250)}).then(Renamed{"A cup"});
  mug.when(Register{"A mug", gbp(0)}).then(PriceSet{gbp(0)});
  mug.when(Register{"A cup", gbp(300)}).then(Renamed{"A cup"}, PriceSet{gbp(300)});
}

TEST(StockRegister, TakesTheLongestTitleAndTheHighestPrice) {
  const std::string longest(Stock::kTitleLengthMax, 'x');
  given<Stock>()
      .when(Register{longest, gbp(kMoneyMinorMax)})
      .then(Registered{longest, gbp(kMoneyMinorMax)});
}

TEST(StockPrice, IsSetUnlessItIsTheSame) {
  given<Stock>({kMug})
      .when(SetPrice{gbp(199)})
      .then(PriceSet{gbp(199)})
      .when(SetPrice{gbp(199)})
      .changes_nothing();
}

TEST(StockHold, TakesUnitsFromWhatIsAvailableAndTellsThePrice) {
  const auto held = given<Stock>({kMug, kTen}).when(kHold3);
  const auto state = held.then(kHeld3).state();
  EXPECT_EQ(state.available, Units{7});
  EXPECT_EQ(state.held, Units{3});
  EXPECT_EQ(held.reply().unit_price, gbp(250));
}

TEST(StockHold, KeepsThePriceItWasMadeAt) {
  const auto held = given<Stock>({kMug, kTen, PriceSet{gbp(199)}}).when(kHold3);
  held.then(Held{HoldId("o1"), {3}, gbp(199)});
  EXPECT_EQ(held.reply().unit_price, gbp(199));
}

TEST(StockHold, TakesTheLastUnitsButNotOneMore) {
  given<Stock>({kMug, kTen, kHeld3})
      .when(Hold{HoldId("o2"), {7}})
      .then(Held{HoldId("o2"), {7}, gbp(250)})
      .when(Hold{HoldId("o3"), {1}})
      .refused(Refusal::out_of_stock);
}

TEST(StockSettle, SellsWhatIsHeld) {
  const auto state =
      given<Stock>({kMug, kTen, kHeld3}).when(Settle{HoldId("o1")}).then(kSettled3).state();
  EXPECT_EQ(state.sold, Units{3});
  EXPECT_EQ(state.available, Units{7});
  EXPECT_TRUE(state.holds.empty());
}

TEST(StockRelease, PutsBackWhatIsHeld) {
  const auto state = given<Stock>({kMug, kTen, kHeld3})
                         .when(Release{HoldId("o1")})
                         .then(Released{HoldId("o1"), {3}})
                         .state();
  EXPECT_EQ(state, (given<Stock>({kMug, kTen}).state()));
}

TEST(StockSettleAndRelease, OfAHoldThatIsGoneChangeNothing) {
  for (const auto& stock :
       {given<Stock>(), given<Stock>({kMug, kTen}), given<Stock>({kMug, kTen, kHeld3, kSettled3}),
        given<Stock>({kMug, kTen, kHeld3, Released{HoldId("o1"), {3}}})}) {
    stock.when(Settle{HoldId("o1")}).changes_nothing();
    stock.when(Release{HoldId("o1")}).changes_nothing();
  }
  given<Stock>({kMug, kTen, kHeld3}).when(Settle{HoldId("o2")}).changes_nothing();
  given<Stock>({kMug, kTen, kHeld3}).when(Release{HoldId("o2")}).changes_nothing();
}

TEST(StockReturn, MakesSoldUnitsAvailableAgain) {
  const auto state = given<Stock>({kMug, kTen, kHeld3, kSettled3})
                         .when(Return{ReturnId("b1"), {2}})
                         .then(Returned{ReturnId("b1"), {2}})
                         .when(Return{ReturnId("b2"), {1}})
                         .then(Returned{ReturnId("b2"), {1}})
                         .state();
  EXPECT_EQ(state.available, Units{10});
  EXPECT_EQ(state.sold, Units{3});
  EXPECT_EQ(state.returned, Units{3});
}

TEST(StockLimits, ExactlyAsMuchAsFitsIsTaken) {
  const auto full = given<Stock>({kMug})
                        .when(Receive{ReceiptId("r1"), {kUnitsMax}})
                        .then(Received{ReceiptId("r1"), {kUnitsMax}});
  full.when(Receive{ReceiptId("r2"), {1}}).refused(Refusal::too_much_stock);
  // What is held counts as well: it may come back.
  full.when(Hold{HoldId("o1"), {kUnitsMax}})
      .then(Held{HoldId("o1"), {kUnitsMax}, gbp(250)})
      .when(Receive{ReceiptId("r2"), {1}})
      .refused(Refusal::too_much_stock);
}

// A SKU that has been received, sold and returned for ages.
Given<Stock> aged_stock(Units received, Units returned) {
  return given_state<Stock>({.registered = true,
                             .title = "A mug",
                             .unit_price = gbp(250),
                             .received = received,
                             .sold = received + returned,
                             .returned = returned});
}

TEST(StockLimits, RunningSumsStopShortOfOverflow) {
  const Units most{Stock::kSumUnitsMax};
  aged_stock(most - Units{1}, most)
      .when(Receive{ReceiptId("r"), {1}})
      .then(Received{ReceiptId("r"), {1}})
      .when(Receive{ReceiptId("s"), {1}})
      .refused(Refusal::too_much_stock);
  aged_stock(most, most - Units{1})
      .when(Return{ReturnId("b"), {1}})
      .then(Returned{ReturnId("b"), {1}})
      .when(Return{ReturnId("c"), {1}})
      .refused(Refusal::too_much_stock);
  // Even then what is held can be sold.
  given_state<Stock>({.registered = true,
                      .title = "A mug",
                      .unit_price = gbp(250),
                      .received = most,
                      .held = {kUnitsMax},
                      .sold = most + most - Units{kUnitsMax},
                      .returned = most,
                      .holds = {{HoldId("o1"), {kUnitsMax}}}})
      .when(Settle{HoldId("o1")})
      .then(Settled{HoldId("o1"), {kUnitsMax}});
}

TEST(StockRefusals, EachHasItsRow) {
  const auto none = given<Stock>();
  const auto mug = given<Stock>({kMug});
  const auto ten = given<Stock>({kMug, kTen});
  const auto held = given<Stock>({kMug, kTen, kHeld3});
  const auto sold = given<Stock>({kMug, kTen, kHeld3, kSettled3});
  const Money no_currency{250, {}};
  expect_refusals<Stock>({
      {Refusal::invalid_title, none, Register{"", gbp(250)}},
      {Refusal::invalid_title, mug, Register{std::string(501, 'x'), gbp(250)}},
      {Refusal::invalid_price, none, Register{"A mug", gbp(-1)}},
      {Refusal::invalid_price, none, Register{"A mug", gbp(kMoneyMinorMax + 1)}},
      {Refusal::invalid_price, none, Register{"A mug", no_currency}},
      {Refusal::invalid_price, mug, SetPrice{gbp(-1)}},
      {Refusal::invalid_units, mug, Receive{ReceiptId("r"), {0}}},
      {Refusal::invalid_units, mug, Receive{ReceiptId("r"), {kUnitsMax + 1}}},
      {Refusal::invalid_units, ten, Hold{HoldId("o"), {0}}},
      {Refusal::invalid_units, ten, Hold{HoldId("o"), {-3}}},
      {Refusal::invalid_units, ten, Hold{HoldId("o"), {INT64_MAX}}},
      {Refusal::invalid_units, sold, Return{ReturnId("b"), {0}}},
      {Refusal::unknown_sku, none, SetPrice{gbp(1)}},
      {Refusal::unknown_sku, none, Receive{ReceiptId("r"), {1}}},
      {Refusal::unknown_sku, none, Hold{HoldId("o"), {1}}},
      {Refusal::unknown_sku, none, Return{ReturnId("b"), {1}}},
      {Refusal::currency_fixed, mug, Register{"A mug", eur(250)}},
      {Refusal::currency_fixed, mug, SetPrice{eur(250)}},
      {Refusal::too_much_stock, ten, Receive{ReceiptId("r"), {kUnitsMax - 9}}},
      {Refusal::too_much_stock, sold, Return{ReturnId("b"), {kUnitsMax - 6}}},
      {Refusal::out_of_stock, mug, Hold{HoldId("o"), {1}}},
      {Refusal::out_of_stock, held, Hold{HoldId("o2"), {8}}},
      {Refusal::already_held, held, kHold3},
      {Refusal::already_held, held, Hold{HoldId("o1"), {1}}},
      {Refusal::not_sold, ten, Return{ReturnId("b"), {1}}},
      {Refusal::not_sold, sold, Return{ReturnId("b"), {4}}},
  });
}

TEST(StockRefusals, ComeInTheOrderOfTheirNumbers) {
  const auto none = given<Stock>();
  none.when(Register{"", eur(-1)}).refused(Refusal::invalid_title);
  given<Stock>({kMug}).when(SetPrice{eur(-1)}).refused(Refusal::invalid_price);
  none.when(SetPrice{gbp(-1)}).refused(Refusal::invalid_price);
  none.when(Hold{HoldId("o1"), {0}}).refused(Refusal::invalid_units);
  given<Stock>({kMug, kTen, kHeld3}).when(Hold{HoldId("o1"), {8}}).refused(Refusal::out_of_stock);
}

TEST(StockView, ShowsEverythingButTheHolds) {
  auto state = given<Stock>({kMug, kTen, kHeld3}).state();
  const auto view = Stock::view(state);
  EXPECT_FALSE(state.holds.empty());
  state.holds.clear();
  EXPECT_EQ(view, state);
}

}  // namespace
}  // namespace souk::test
