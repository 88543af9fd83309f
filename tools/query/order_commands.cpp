// `orders`, `order ID`.
#include <fmt/format.h>

#include "tools/query/asking.hpp"

namespace souk::query {
namespace {

constexpr const char* kOrder =
    "SELECT order_id, customer_id, status, ordered_at, placed_at, confirmed_at, cancelled_at,"
    " reason_code, reason_subject, coupon_id, line_count, units, subtotal_minor, discount_minor,"
    " total_minor, currency FROM orders WHERE order_id = :id";

constexpr const char* kLines =
    "SELECT l.line_number, l.sku, s.title, l.quantity, l.unit_price_minor, l.line_total_minor,"
    " o.currency FROM order_lines l JOIN orders o USING (order_id)"
    " LEFT JOIN stock_levels s ON s.sku = l.sku WHERE l.order_id = :id ORDER BY l.line_number";

constexpr const char* kHistory =
    "SELECT at, status, reason FROM order_history WHERE order_id = :id"
    " ORDER BY at, status <> 'PLACED'";

constexpr const char* kWaits =
    "SELECT state, step, waits_for, age_seconds, step_seconds, next_try, deadline, last_error,"
    " dead_letters FROM open_sagas WHERE saga = 'checkout' AND saga_id = :id";

}  // namespace

Answer show_orders(const Context& context) {
  const Options& options = context.options;
  Where where;
  where.equals("customer_id", "customer", options.customer);
  where.equals("status", "status", options.status);
  add_window(where, context, "ordered_at");
  if (!options.sku.empty())
    where.add("EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.order_id AND l.sku = :sku)",
              "sku", options.sku);
  const std::string sql =
      "SELECT order_id, customer_id, status, ordered_at, line_count, units, total_minor, currency,"
      " coupon_id, reason_code, reason_subject FROM orders o" +
      where.text() + " ORDER BY ordered_at DESC, order_id DESC";
  Answer answer;
  SqlRows rows = listed(context, answer, {sql, where.parameters()});
  answer.notes.push_back(footer(rows, "order", "orders"));
  answer.sections.push_back({"orders", std::move(rows)});
  return answer;
}

Answer show_order(const Context& context) {
  const std::string& id = context.options.id;
  check_id(id, "an order");
  const SqlParameters parameters{{"id", id}};
  const auto ask = [&](const char* sql) { return context.source.run({sql, parameters}, kAllRows); };
  SqlRows order, lines, history, waits;
  // A status is never taken back: if the history, asked last, ends with the order's, then it stood
  // all the while.
  const bool fits = context.source.at_one_moment([&] {
    order = ask(kOrder);
    lines = ask(kLines);
    waits = ask(kWaits);
    history = ask(kHistory);
    return history.rows.empty() ||
           text_at(history, history.rows.size() - 1, 1) == text_at(order, 0, 2);
  });
  if (order.rows.empty())
    throw Failure(kExitSomeFailed, fmt::format("there is no order '{}' in the read models", id));
  Answer answer;
  if (!fits) answer.notes.emplace_back(kOfTwoMoments);
  answer.sections.push_back({"order", std::move(order), true});
  answer.sections.push_back({"lines", std::move(lines)});
  answer.sections.push_back({"history", std::move(history)});
  answer.sections.push_back({"waits_for", std::move(waits)});
  answer.main = 1;
  return answer;
}

}  // namespace souk::query
