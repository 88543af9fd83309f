#include <algorithm>
#include <array>
#include <string>

#include "actors/read_models/schema.hpp"
#include "actors/read_models/wrap.hpp"

namespace souk::read_models {
namespace {

// Tables that need none: wallet_movements (a statement is a range of its key), sales_by_hour and
// daily_revenue (so is a window), stock_levels, campaigns and sagas (small). Not made, as no query
// of ours asks for them and each costs a write for every line or movement: order_lines by sku (the
// largest table; a scan reads a million lines in a second), wallet_movements by time.
constexpr std::array kIndexes = {
    Index{"orders_by_customer", "orders (customer_id, ordered_at, order_id)",
          "A customer's orders, newest first, a page at a time."},
    Index{"orders_by_time", "orders (ordered_at, order_id)",
          "All orders, newest first, a page at a time; those since or until some moment."},
    Index{"orders_by_status", "orders (status, ordered_at, order_id)",
          "Orders under way, or cancelled: few among many, newest first."},
    Index{"coupons_by_owner", "coupons (owner_id, coupon_id)", "A customer's coupons."},
    Index{"coupons_by_campaign", "coupons (campaign_id, coupon_id)", "A campaign's coupons."},
};

std::string create_index_sql(const Index& index) {
  std::string sql = "CREATE INDEX ";
  sql.append(index.name).append("\n");
  append_wrapped(sql, "-- ", index.comment);
  return sql.append("ON ").append(index.on);
}

}  // namespace

std::span<const Index> index_descriptions() { return kIndexes; }

std::span<const std::string_view> indexes() {
  static const auto kTexts = [] {
    std::array<std::string, kIndexes.size()> texts;
    std::ranges::transform(kIndexes, texts.begin(), create_index_sql);
    return texts;
  }();
  static const std::array<std::string_view, kIndexes.size()> kStatements = [] {
    std::array<std::string_view, kIndexes.size()> statements;
    std::ranges::copy(kTexts, statements.begin());
    return statements;
  }();
  return kStatements;
}

}  // namespace souk::read_models
