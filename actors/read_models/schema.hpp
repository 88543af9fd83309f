// What the database has besides the tables that follow from the rows: indexes, and the views that
// answer people's questions. Plain SQL text (SQLite's).
#pragma once

#include <span>
#include <string_view>

namespace souk::read_models {

struct View {
  std::string_view name;
  std::string_view comment;  // for people; stands in the view's saved text
  std::string_view columns;  // "name  what it is" lines, saved as comments as well
  std::string_view sql;      // the SELECT
};

// CREATE INDEX statements, one an element. A rebuild makes them after the rows.
std::span<const std::string_view> indexes();

// order_history, customer_orders, best_sellers, unused_coupons, open_sagas, out_of_stock ...
std::span<const View> views();

}  // namespace souk::read_models
