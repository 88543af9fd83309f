// Orders and their lines, as people query them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/columns.hpp"
#include "events/ids.hpp"

namespace souk::read_models {

// The words of orders.status.
inline constexpr std::string_view kPlaced = "PLACED";
inline constexpr std::string_view kConfirmed = "CONFIRMED";
inline constexpr std::string_view kCancelled = "CANCELLED";

struct OrderRow {
  static constexpr TableText kTable{
      "orders",
      "One row an order. What an order went through is the view order_history; what one that is "
      "still PLACED waits for is in the view open_sagas."};
  static constexpr std::size_t kKeyColumns = 1;

  std::string order_id;
  std::string customer_id;
  std::string status;
  Time ordered_at;
  Time placed_at;
  Time confirmed_at;
  Time cancelled_at;
  std::string reason_code;
  std::string reason_subject;
  std::string coupon_id;
  std::int64_t line_count = 0;
  std::int64_t units = 0;
  std::string currency;
  std::optional<std::int64_t> subtotal_minor;
  std::optional<std::int64_t> discount_minor;
  std::optional<std::int64_t> total_minor;

  bool operator==(const OrderRow&) const = default;
  static constexpr auto columns() {
    using R = OrderRow;
    return std::tuple{
        column("order_id", &R::order_id, "the client's id of the order"),
        column("customer_id", &R::customer_id,
               "whose order it is; pays from the wallet of that id. NULL if placed_at is"),
        column("status", &R::status, "PLACED (under way), CONFIRMED or CANCELLED"),
        column("ordered_at", &R::ordered_at,
               "when the customer ordered: placed_at, unless the order came from elsewhere (or was "
               "never "
               "placed: then cancelled_at)"),
        column("placed_at", &R::placed_at,
               "when souk took the order; NULL: it was cancelled before that"),
        column("confirmed_at", &R::confirmed_at, "NULL unless CONFIRMED"),
        column("cancelled_at", &R::cancelled_at, "NULL unless CANCELLED"),
        column("reason_code", &R::reason_code,
               "why it was cancelled, such as stock.out_of_stock or deadline_passed"),
        column("reason_subject", &R::reason_subject,
               "whose fault that was: the SKU, the wallet, the coupon"),
        column("coupon_id", &R::coupon_id, "the coupon that it was placed with"),
        column("line_count", &R::line_count, "rows in order_lines"),
        column("units", &R::units, "sum of the lines' quantities"),
        column("currency", &R::currency, "ISO 4217, of the totals; NULL unless CONFIRMED"),
        column("subtotal_minor", &R::subtotal_minor, "sum of the lines, in minor units (pence)"),
        column("discount_minor", &R::discount_minor, "what the coupon took off"),
        column("total_minor", &R::total_minor, "subtotal_minor - discount_minor: what was paid")};
  }
};

struct OrderLineRow {
  static constexpr TableText kTable{"order_lines", "One row a line of an order."};
  static constexpr std::size_t kKeyColumns = 2;

  std::string order_id;
  std::int64_t line_number = 0;
  std::string sku;
  std::int64_t quantity = 0;
  std::optional<std::int64_t> unit_price_minor;
  std::optional<std::int64_t> line_total_minor;

  bool operator==(const OrderLineRow&) const = default;
  static constexpr auto columns() {
    using R = OrderLineRow;
    return std::tuple{
        column("order_id", &R::order_id, "see orders"),
        column("line_number", &R::line_number, "1, 2, 3 ... as the client listed them"),
        column("sku", &R::sku, "see stock_levels"),
        column("quantity", &R::quantity, "units ordered"),
        column("unit_price_minor", &R::unit_price_minor,
               "as charged, in minor units; NULL unless the order is CONFIRMED"),
        column("line_total_minor", &R::line_total_minor,
               "quantity x unit_price_minor; NULL unless the order is CONFIRMED")};
  }
};

}  // namespace souk::read_models
