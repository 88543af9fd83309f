#include "actors/order/order.hpp"

#include <functional>

#include "tests/support/refusal_rows.hpp"

namespace souk::test {
namespace {

using namespace souk::order;
using Refusal = Order::Refusal;

const CustomerId kAnn("ann");
const std::vector<Line> kLines = {{Sku("mug"), {2}, {}}, {Sku("cup"), {3}, AskedPrice{100}}};
const Time kOrderedAt = kNow - hours(24 * 365);  // in another shop, long before
const Place kPlace{kAnn, kLines, CouponId("c1"), kOrderedAt};
const Placed kPlaced{kAnn, kLines, CouponId("c1"), kOrderedAt};
const Totals kTotals{currency("GBP"), {250, 100}, 800, 80, 720};
const Confirmed kConfirmed{kTotals};
const Reason kReason{"stock.out_of_stock", "mug"};
const Cancelled kCancelled{kReason};

TEST(OrderPlace, AgainWithTheSameContentsChangesNothing) {
  const auto placed = given<Order>().when(kPlace).then(kPlaced);
  placed.when(kPlace).changes_nothing();
  placed.when(Confirm{kTotals}).then(kConfirmed).when(kPlace).changes_nothing();
}

TEST(OrderPlace, KeepsWhenTheCustomerOrdered) {
  const auto placed = given<Order>().when(kPlace).then(kPlaced);
  EXPECT_EQ(placed.state().ordered_at, kOrderedAt);
  EXPECT_EQ(placed.when(Confirm{kTotals}).then(kConfirmed).state().ordered_at, kOrderedAt);
  EXPECT_EQ(placed.when(Cancel{kReason}).then(kCancelled).state().ordered_at, kOrderedAt);
}

// The host's time stands in the event's record; another clock's is never made up.
TEST(OrderPlace, KeepsNoTimeIfTheCustomerOrdersNow) {
  const auto placed =
      given<Order>().when(Place{kAnn, kLines, {}, {}}).then(Placed{kAnn, kLines, {}, {}});
  EXPECT_FALSE(placed.state().ordered_at.is_set());
}

TEST(OrderPlace, TakesTheMostLines) {
  const std::vector<Line> lines(kLinesMax, {Sku("mug"), {kUnitsMax}, AskedPrice{kMoneyMinorMax}});
  given<Order>().when(Place{kAnn, lines, {}, {}}).then(Placed{kAnn, lines, {}, {}});
}

TEST(OrderConfirm, ConfirmsOnceWithItsTotals) {
  const auto confirmed = given<Order>({kPlaced}).when(Confirm{kTotals}).then(kConfirmed);
  EXPECT_EQ(confirmed.state().status, Status::confirmed);
  EXPECT_EQ(confirmed.state().totals, kTotals);
  confirmed.when(Confirm{kTotals}).changes_nothing();
}

TEST(OrderConfirm, AnOrderMayCostNothing) {
  const Totals free{currency("GBP"), {250, 100}, 800, 800, 0};
  given<Order>({kPlaced}).when(Confirm{free}).then(Confirmed{free});
  const Totals gift{currency("GBP"), {0, 0}, 0, 0, 0};
  given<Order>({kPlaced}).when(Confirm{gift}).then(Confirmed{gift});
}

TEST(OrderCancel, KeepsItsFirstReason) {
  given<Order>({kPlaced})
      .when(Cancel{kReason})
      .then(kCancelled)
      .when(Cancel{{"deadline_passed", ""}})
      .changes_nothing();
}

TEST(OrderCancel, MayOvertakeThePlaceThatItUndoes) {
  const auto cancelled = given<Order>().when(Cancel{kReason}).then(kCancelled);
  EXPECT_EQ(cancelled.state().status, Status::cancelled);
  cancelled.when(kPlace).refused(Refusal::already_cancelled);
  cancelled.when(Confirm{kTotals}).refused(Refusal::already_cancelled);
}

// Totals that are fine but for one change.
struct BadTotals {
  const char* what;
  std::function<void(Totals&)> change;
};

TEST(OrderTotals, MustAddUp) {
  const std::vector<BadTotals> all = {
      {"no currency", [](Totals& t) { t.currency = {}; }},
      {"a price too few", [](Totals& t) { t.unit_prices_minor.pop_back(); }},
      {"a price too many", [](Totals& t) { t.unit_prices_minor.push_back(0); }},
      {"no prices", [](Totals& t) { t.unit_prices_minor.clear(); }},
      {"a negative price",
       [](Totals& t) {
         t.unit_prices_minor = {550, -100};
       }},
      {"another subtotal", [](Totals& t) { ++t.subtotal_minor, ++t.total_minor; }},
      {"a negative discount", [](Totals& t) { t.discount_minor = -1, t.total_minor = 801; }},
      {"a discount above the subtotal",
       [](Totals& t) { t.discount_minor = 801, t.total_minor = -1; }},
      {"another total", [](Totals& t) { --t.total_minor; }},
      {"a huge price",
       [](Totals& t) {
         t = {t.currency,
              {kMoneyMinorMax + 1, 0},
              2 * kMoneyMinorMax + 2,
              0,
              2 * kMoneyMinorMax + 2};
       }},
      {"a line above the limit",
       [](Totals& t) {
         t = {t.currency, {kMoneyMinorMax, 0}, 2 * kMoneyMinorMax, 0, 2 * kMoneyMinorMax};
       }},
      {"a sum above the limit",
       [](Totals& t) {
         t = {t.currency, {kMoneyMinorMax / 2, 1}, kMoneyMinorMax + 3, 0, kMoneyMinorMax + 3};
       }},
  };
  for (const BadTotals& bad : all) {
    SCOPED_TRACE(bad.what);
    Totals totals = kTotals;
    bad.change(totals);
    given<Order>({kPlaced}).when(Confirm{totals}).refused(Refusal::invalid_totals);
  }
}

TEST(OrderTotals, ThatOverflowAreRefused) {
  // 2^32 * 2^32 wraps around to 0.
  const std::int64_t big = std::int64_t{1} << 32;
  given<Order>({Placed{kAnn, {{Sku("mug"), {big}, {}}}, {}, {}}})
      .when(Confirm{{currency("GBP"), {big}, 0, 0, 0}})
      .refused(Refusal::invalid_totals);
}

TEST(OrderTotals, ReachTheLimitExactly) {
  const Totals most{currency("GBP"), {kMoneyMinorMax / 2, 0}, kMoneyMinorMax, 0, kMoneyMinorMax};
  given<Order>({kPlaced}).when(Confirm{most}).then(Confirmed{most});
}

Place with_line(Line line) { return {kAnn, {kLines[0], std::move(line)}, {}, {}}; }

TEST(OrderRefusals, EachHasItsRow) {
  const auto none = given<Order>();
  const auto placed = given<Order>({kPlaced});
  const auto confirmed = given<Order>({kPlaced, kConfirmed});
  const auto cancelled = given<Order>({kPlaced, kCancelled});
  const std::vector<Line> too_many(kLinesMax + 1, kLines[0]);
  const Sku mug("mug");
  const CouponId coupon("c1");
  expect_refusals<Order>({
      {Refusal::invalid_customer, none, Place{{}, kLines, {}, {}}},
      {Refusal::no_lines, none, Place{kAnn, {}, {}, {}}},
      {Refusal::too_many_lines, none, Place{kAnn, too_many, {}, {}}},
      {Refusal::invalid_line, none, with_line({Sku(""), {1}, {}})},
      {Refusal::invalid_line, none, with_line({mug, {0}, {}})},
      {Refusal::invalid_line, none, with_line({mug, {-1}, {}})},
      {Refusal::invalid_line, none, with_line({mug, {kUnitsMax + 1}, {}})},
      {Refusal::invalid_line, none, with_line({mug, {1}, AskedPrice{-1}})},
      {Refusal::invalid_line, none, with_line({mug, {1}, AskedPrice{kMoneyMinorMax + 1}})},
      {Refusal::already_placed, placed, Place{CustomerId("bob"), kLines, coupon, kOrderedAt}},
      {Refusal::already_placed, placed, Place{kAnn, kLines, {}, kOrderedAt}},
      {Refusal::already_placed, confirmed, Place{kAnn, {kLines[0]}, coupon, kOrderedAt}},
      {Refusal::already_placed, placed, Place{kAnn, kLines, coupon, kOrderedAt + seconds(1)}},
      {Refusal::already_placed, confirmed, Place{kAnn, kLines, coupon, {}}},
      {Refusal::unknown_order, none, Confirm{kTotals}},
      {Refusal::already_confirmed, confirmed, Confirm{{currency("GBP"), {250, 100}, 800, 0, 800}}},
      {Refusal::already_confirmed, confirmed, Cancel{kReason}},
      {Refusal::already_cancelled, cancelled, kPlace},
      {Refusal::already_cancelled, cancelled, Confirm{kTotals}},
      {Refusal::invalid_totals, placed, Confirm{{}}},
  });
}

TEST(OrderRefusals, ComeInTheOrderOfTheirNumbers) {
  given<Order>().when(Place{}).refused(Refusal::invalid_customer);
  given<Order>({kPlaced})
      .when(Place{kAnn, {{Sku(""), {0}, {}}}, {}, {}})
      .refused(Refusal::invalid_line);
  given<Order>({kPlaced, kCancelled})
      .when(Place{kAnn, kLines, {}, {}})
      .refused(Refusal::already_placed);
  given<Order>().when(Confirm{}).refused(Refusal::unknown_order);
  given<Order>({kPlaced, kConfirmed}).when(Confirm{}).refused(Refusal::already_confirmed);
  given<Order>({kPlaced, kCancelled}).when(Confirm{}).refused(Refusal::already_cancelled);
}

TEST(OrderView, IsTheWholeOrder) {
  const auto state = given<Order>({kPlaced, kConfirmed}).state();
  EXPECT_EQ(Order::view(state), state);
}

}  // namespace
}  // namespace souk::test
