// What is in stock, and what sold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "events/columns.hpp"
#include "events/ids.hpp"

namespace souk::read_models {

struct StockRow {
  static constexpr TableText kTable{
      "stock_levels",
      "One row a SKU. received = available + held + sold - returned holds in every row."};
  static constexpr std::size_t kKeyColumns = 1;

  std::string sku;
  std::string title;
  std::string currency;
  std::int64_t unit_price_minor = 0;
  std::int64_t on_hand = 0;
  std::int64_t available = 0;
  std::int64_t held = 0;
  std::int64_t sold = 0;
  std::int64_t received = 0;
  std::int64_t returned = 0;
  Time updated_at;

  bool operator==(const StockRow&) const = default;
  static constexpr auto columns() {
    using R = StockRow;
    return std::tuple{
        column("sku", &R::sku, "the SKU"),
        column("title", &R::title, "its name"),
        column("currency", &R::currency, "ISO 4217, of the price"),
        column("unit_price_minor", &R::unit_price_minor, "today's price, in minor units (pence)"),
        column("on_hand", &R::on_hand, "units in the warehouse: available + held"),
        column("available", &R::available, "units that can be ordered"),
        column("held", &R::held, "units set aside for orders that are under way"),
        column("sold", &R::sold, "units that confirmed orders took, ever"),
        column("received", &R::received, "units delivered, ever"),
        column("returned", &R::returned, "units that came back, ever"),
        column("updated_at", &R::updated_at, "time of the last change")};
  }
};

struct SalesHourRow {
  static constexpr TableText kTable{
      "sales_by_hour",
      "One row for each SKU and hour in which units of it were ordered that were confirmed. The "
      "view best_sellers sums them up; daily_revenue has the orders' side, with discounts."};
  static constexpr std::size_t kKeyColumns = 3;

  std::string hour;
  std::string sku;
  std::string currency;
  std::int64_t lines = 0;
  std::int64_t units = 0;
  std::int64_t revenue_minor = 0;

  bool operator==(const SalesHourRow&) const = default;
  static constexpr auto columns() {
    using R = SalesHourRow;
    return std::tuple{column("hour", &R::hour, "the hour's beginning in UTC, by orders.ordered_at"),
                      column("sku", &R::sku, "see stock_levels"),
                      column("currency", &R::currency, "ISO 4217"),
                      column("lines", &R::lines, "confirmed order lines"),
                      column("units", &R::units, "units sold"),
                      column("revenue_minor", &R::revenue_minor,
                             "sum of the lines in minor units, before coupons' discounts")};
  }
};

struct DailyRevenueRow {
  static constexpr TableText kTable{"daily_revenue",
                                    "One row for each day, in UTC, on which orders were placed "
                                    "that were confirmed, and currency."};
  static constexpr std::size_t kKeyColumns = 2;

  std::string day;
  std::string currency;
  std::int64_t orders = 0;
  std::int64_t units = 0;
  std::int64_t subtotal_minor = 0;
  std::int64_t discount_minor = 0;
  std::int64_t revenue_minor = 0;

  bool operator==(const DailyRevenueRow&) const = default;
  static constexpr auto columns() {
    using R = DailyRevenueRow;
    return std::tuple{
        column("day", &R::day, "such as 2026-03-01, by orders.ordered_at"),
        column("currency", &R::currency, "ISO 4217"),
        column("orders", &R::orders, "confirmed orders"),
        column("units", &R::units, "units sold"),
        column("subtotal_minor", &R::subtotal_minor, "sum of the lines, in minor units (pence)"),
        column("discount_minor", &R::discount_minor, "what coupons took off"),
        column("revenue_minor", &R::revenue_minor, "subtotal_minor - discount_minor")};
  }
};

}  // namespace souk::read_models
