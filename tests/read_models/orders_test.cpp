#include "tests/read_models/story.hpp"

namespace souk::test {

using namespace souk::read_models;
namespace {

order::Line line(const char* sku, std::int64_t quantity) { return {Sku(sku), {quantity}, {}}; }

// 2 of a and 1 of b.
order::Placed placed(Time ordered_at = {}) {
  return {CustomerId("ann"), {line("a", 2), line("b", 1)}, CouponId("ten"), ordered_at};
}

// At 3.00 and 5.00, with 1.00 off.
order::Confirmed confirmed() { return {{currency("GBP"), {300, 500}, 1'100, 100, 1'000}}; }
order::Cancelled cancelled() { return {{"stock.out_of_stock", "a"}}; }

TEST(Orders, PlacedMakesARowAndItsLines) {
  Story story;
  story.happened("o1", placed());
  OrderRow order;
  order.order_id = "o1";
  order.customer_id = "ann";
  order.status = "PLACED";
  order.ordered_at = order.placed_at = story.now();
  order.coupon_id = "ten";
  order.line_count = 2;
  order.units = 3;
  EXPECT_EQ(story.rows<OrderRow>(), std::vector{order});
  const std::vector<OrderLineRow> lines = {{"o1", 1, "a", 2, {}, {}}, {"o1", 2, "b", 1, {}, {}}};
  EXPECT_EQ(story.rows<OrderLineRow>(), lines);
}

TEST(Orders, ImportedOneKeepsItsTimeOfOrdering) {
  Story story;
  story.happened("o1", placed(kNow - hours(24 * 365)));
  EXPECT_EQ(story.row<OrderRow>({"o1"}).ordered_at, kNow - hours(24 * 365));
  EXPECT_EQ(story.row<OrderRow>({"o1"}).placed_at, story.now());
}

TEST(Orders, ConfirmedFillsInPricesAndTotals) {
  Story story;
  story.happened("o1", placed()).happened("o1", confirmed());
  const OrderRow order = story.row<OrderRow>({"o1"});
  EXPECT_EQ(order.status, "CONFIRMED");
  EXPECT_EQ(order.confirmed_at, story.now());
  EXPECT_EQ(order.currency, "GBP");
  EXPECT_EQ(order.subtotal_minor, 1'100);
  EXPECT_EQ(order.discount_minor, 100);
  EXPECT_EQ(order.total_minor, 1'000);
  const std::vector<OrderLineRow> lines = {{"o1", 1, "a", 2, 300, 600},
                                           {"o1", 2, "b", 1, 500, 500}};
  EXPECT_EQ(story.rows<OrderLineRow>(), lines);
}

TEST(Orders, CancelledSaysWhy) {
  Story story;
  story.happened("o1", placed()).happened("o1", cancelled());
  const OrderRow order = story.row<OrderRow>({"o1"});
  EXPECT_EQ(order.status, "CANCELLED");
  EXPECT_EQ(order.cancelled_at, story.now());
  EXPECT_EQ(order.reason_code, "stock.out_of_stock");
  EXPECT_EQ(order.reason_subject, "a");
  EXPECT_FALSE(order.confirmed_at.is_set());
  EXPECT_TRUE(story.rows<SalesHourRow>().empty());
  EXPECT_TRUE(story.rows<DailyRevenueRow>().empty());
}

TEST(Orders, CancelledBeforeItWasPlacedStandsInTheListAllTheSame) {
  for (const bool refused_before : {false, true}) {
    Story story;
    if (refused_before) story.refused(Service::order, "o1");
    story.happened("o1", cancelled());
    const OrderRow order = story.row<OrderRow>({"o1"});
    EXPECT_EQ(order.status, "CANCELLED");
    EXPECT_EQ(order.ordered_at, story.now());
    EXPECT_FALSE(order.placed_at.is_set());
    EXPECT_EQ(order.line_count, 0);
  }
}

TEST(Orders, PlacedAfterARefusalIsTaken) {
  Story story;
  story.refused(Service::order, "o1");
  story.happened("o1", placed());
  EXPECT_EQ(story.rows<OrderRow>().size(), 1u);
}

TEST(Orders, WhatDoesNotFitIsNotTaken) {
  Story story;
  story.happened("o1", placed()).happened("o1", confirmed());
  story.happened("o2", placed()).happened("o2", cancelled());
  story.happened("o3", placed());
  EXPECT_EQ(story.unfit("o1", placed()), "order o1: placed, but it is there already");
  EXPECT_EQ(story.unfit("o1", confirmed()), "order o1: confirmed, but it is not PLACED");
  EXPECT_EQ(story.unfit("o2", cancelled()), "order o2: cancelled, but it is not PLACED");
  EXPECT_EQ(story.unfit("o9", confirmed()), "order o9: confirmed, but it was never placed");

  order::Confirmed short_of_prices = confirmed();
  short_of_prices.totals.unit_prices_minor.pop_back();
  EXPECT_EQ(story.unfit("o3", short_of_prices),
            "order o3: confirmed with another number of prices than it has lines");
  order::Confirmed wrong_sum = confirmed();
  wrong_sum.totals.subtotal_minor = 1'101;
  wrong_sum.totals.total_minor = 1'001;
  EXPECT_EQ(story.unfit("o3", wrong_sum),
            "order o3: the lines' totals do not add up to the subtotal");
  order::Confirmed wrong_total = confirmed();
  wrong_total.totals.total_minor = 999;
  EXPECT_EQ(story.unfit("o3", wrong_total),
            "order o3: the total is not the subtotal less the discount");
  order::Confirmed too_much = confirmed();
  too_much.totals.unit_prices_minor[0] = INT64_MAX;
  EXPECT_EQ(story.unfit("o3", too_much), "order o3: a line's total leaves 64 bits");
  EXPECT_EQ(story.unfit("o3", confirmed()), "");
}

// --- sales -----------------------------------------------------------------------------------

TEST(Sales, ConfirmedOrdersAddUpByHourAndDayOfOrdering) {
  Story story;
  const Time noon = kNow;  // 2026-01-01T12:00:00Z
  story.happened("o1", placed(noon)).happened("o2", placed(noon + seconds(3'599)));
  story.happened("o3", placed(noon + seconds(3'600))).happened("o4", placed(noon + hours(12)));
  for (const char* id : {"o1", "o2", "o3", "o4"}) story.happened(id, confirmed());

  const std::vector<SalesHourRow> hours = {{"2026-01-01T12:00:00.000000Z", "a", "GBP", 2, 4, 1'200},
                                           {"2026-01-01T12:00:00.000000Z", "b", "GBP", 2, 2, 1'000},
                                           {"2026-01-01T13:00:00.000000Z", "a", "GBP", 1, 2, 600},
                                           {"2026-01-01T13:00:00.000000Z", "b", "GBP", 1, 1, 500},
                                           {"2026-01-02T00:00:00.000000Z", "a", "GBP", 1, 2, 600},
                                           {"2026-01-02T00:00:00.000000Z", "b", "GBP", 1, 1, 500}};
  EXPECT_EQ(story.rows<SalesHourRow>(), hours);
  const std::vector<DailyRevenueRow> days = {{"2026-01-01", "GBP", 3, 9, 3'300, 300, 3'000},
                                             {"2026-01-02", "GBP", 1, 3, 1'100, 100, 1'000}};
  EXPECT_EQ(story.rows<DailyRevenueRow>(), days);
}

TEST(Sales, CurrenciesAreNeverAddedUp) {
  Story story;
  story.happened("o1", placed(kNow)).happened("o1", confirmed());
  order::Confirmed in_euros = confirmed();
  in_euros.totals.currency = currency("EUR");
  story.happened("o2", placed(kNow)).happened("o2", in_euros);
  EXPECT_EQ(story.rows<SalesHourRow>().size(), 4u);
  EXPECT_EQ(story.rows<DailyRevenueRow>().size(), 2u);
}

TEST(Sales, ASkuOnTwoLinesOfAnOrderCountsBoth) {
  Story story;
  story.happened("o1", order::Placed{CustomerId("ann"), {line("a", 2), line("a", 3)}, {}, kNow});
  story.happened("o1", order::Confirmed{{currency("GBP"), {100, 90}, 470, 0, 470}});
  const std::vector<SalesHourRow> hours = {{"2026-01-01T12:00:00.000000Z", "a", "GBP", 2, 5, 470}};
  EXPECT_EQ(story.rows<SalesHourRow>(), hours);
}

}  // namespace
}  // namespace souk::test
