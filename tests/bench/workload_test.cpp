#include "tools/bench/workload.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace souk::bench {
namespace {

constexpr int kOrders = 100'000;

std::vector<Order> orders_of(WorkloadKind kind, std::uint64_t seed = 1, Sizes sizes = {},
                             int count = kOrders) {
  Workload workload(kind, sizes, seed);
  std::vector<Order> orders;
  for (int i = 0; i < count; ++i) orders.push_back(workload.next());
  return orders;
}

double share(const std::vector<Order>& orders, bool (*of)(const Order&)) {
  double count = 0;
  for (const Order& order : orders) count += of(order) ? 1 : 0;
  return count / static_cast<double>(orders.size());
}

TEST(Workload, SameSeedSameOrders) {
  for (const auto kind : {WorkloadKind::happy, WorkloadKind::mixed, WorkloadKind::hot}) {
    EXPECT_EQ(orders_of(kind, 7), orders_of(kind, 7));
    EXPECT_NE(orders_of(kind, 7), orders_of(kind, 8));
  }
}

TEST(Workload, LinesAreOfDifferentSkusThatExist) {
  for (const auto kind : {WorkloadKind::happy, WorkloadKind::mixed, WorkloadKind::hot})
    for (const Order& order : orders_of(kind, 3, {.skus = 2, .customers = 5}, 1000)) {
      ASSERT_NE(order.first_sku, order.second_sku);
      ASSERT_LT(order.first_sku, 2u);
      ASSERT_LT(order.second_sku, 2u);
      ASSERT_LT(order.customer, 5u);
    }
}

TEST(Workload, SkusAndCustomersAreSpreadEvenly) {
  const Sizes sizes{.skus = 10, .customers = 10};
  std::vector<int> first(10), second(10), customers(10);
  for (const Order& order : orders_of(WorkloadKind::happy, 1, sizes)) {
    ++first[order.first_sku];
    ++second[order.second_sku];
    ++customers[order.customer];
  }
  for (const auto& counts : {first, second, customers})
    for (const int count : counts) EXPECT_NEAR(count, kOrders / 10, kOrders / 100);
}

TEST(Workload, AFifthPresentsACouponAndEachCouponComesOnce) {
  const auto orders = orders_of(WorkloadKind::happy);
  EXPECT_NEAR(share(orders, [](const Order& o) { return o.coupon.has_value(); }), 0.2, 0.01);
  std::uint64_t expected = 0;
  for (const Order& order : orders)
    if (order.coupon) {
      ASSERT_EQ(*order.coupon, expected);
      ++expected;
    }
}

TEST(Workload, OnlyMixedHasPoorCustomersATenth) {
  const auto poor = [](const Order& o) { return o.poor; };
  EXPECT_NEAR(share(orders_of(WorkloadKind::mixed), poor), 0.1, 0.005);
  EXPECT_EQ(share(orders_of(WorkloadKind::happy), poor), 0.0);
  EXPECT_EQ(share(orders_of(WorkloadKind::hot), poor), 0.0);
  for (const Order& order : orders_of(WorkloadKind::mixed))
    ASSERT_EQ(order.poor, is_poor(WorkloadKind::mixed, order.customer));
}

TEST(Workload, OnlyHotBeginsEveryOrderWithOneSku) {
  const auto hot = [](const Order& o) { return o.first_sku == 0; };
  EXPECT_EQ(share(orders_of(WorkloadKind::hot), hot), 1.0);
  EXPECT_LT(share(orders_of(WorkloadKind::happy), hot), 0.01);
}

TEST(Workload, NamesGoBothWays) {
  for (const auto kind : {WorkloadKind::happy, WorkloadKind::mixed, WorkloadKind::hot})
    EXPECT_EQ(workload_named(name_of(kind)), kind);
  EXPECT_EQ(workload_named("floor"), std::nullopt);
}

TEST(OrderBody, WithAndWithoutCoupon) {
  const Order order{
      .number = 12, .customer = 34, .poor = false, .first_sku = 5, .second_sku = 6, .coupon = 7};
  std::string with;
  append_order(with, "r1", order, true);
  EXPECT_EQ(with, R"({"order_id":"br1-12","customer_id":"c34","lines":[{"sku":"s5","quantity":1},)"
                  R"({"sku":"s6","quantity":1}],"coupon_id":"kr1-7"})");
  std::string without;
  append_order(without, "r1", order, false);
  EXPECT_EQ(without,
            R"({"order_id":"br1-12","customer_id":"c34","lines":[{"sku":"s5","quantity":1},)"
            R"({"sku":"s6","quantity":1}]})");
}

TEST(OrderBody, PoorCustomersHaveNamesOfTheirOwn) {
  std::string body;
  append_order(body, "r1", {.customer = 30, .poor = true}, true);
  EXPECT_NE(body.find(R"("customer_id":"poor30")"), std::string::npos);
}

}  // namespace
}  // namespace souk::bench
