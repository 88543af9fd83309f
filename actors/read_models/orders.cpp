// Orders and their lines; what they sold is sales.hpp's.
#include <variant>

#include "actors/model/decision.hpp"
#include "actors/read_models/fit.hpp"
#include "actors/read_models/project.hpp"
#include "actors/read_models/sales.hpp"

namespace souk::read_models {
namespace {

void placed(const RecordInfo& record, const order::Placed& event, Tables& tables) {
  OrderRow row;
  row.order_id = record.stream;
  row.customer_id = event.customer_id.str();
  row.status = kPlaced;
  row.placed_at = record.time;
  row.ordered_at = event.ordered_at.is_set() ? event.ordered_at : record.time;
  row.coupon_id = event.coupon_id.str();
  for (const order::Line& line : event.lines) {
    OrderLineRow item;
    item.order_id = row.order_id;
    item.line_number = ++row.line_count;
    item.sku = line.sku.str();
    item.quantity = line.quantity.value;
    add(row.units, item.quantity, record);
    tables.of<OrderLineRow>().insert(std::move(item));
  }
  begin(record, tables, std::move(row), "placed, but it is there already");
}

// Fills in the price of one line; adds its total to `sum`.
OrderLineRow& price_line(const RecordInfo& record, std::int64_t line_number,
                         std::int64_t unit_price_minor, std::int64_t& sum, Tables& tables) {
  OrderLineRow* line = tables.of<OrderLineRow>().find({record.stream, line_number});
  expect(line != nullptr, record, "confirmed, but one of its lines is not there");
  std::int64_t total = 0;
  expect(!__builtin_mul_overflow(line->quantity, unit_price_minor, &total), record,
         "a line's total leaves 64 bits");
  add(sum, total, record);
  line->unit_price_minor = unit_price_minor;
  line->line_total_minor = total;
  return *line;
}

void confirmed(const RecordInfo& record, const order::Confirmed& event, Tables& tables) {
  OrderRow& row = existing<OrderRow>(record, tables, "confirmed, but it was never placed");
  expect(row.status == kPlaced, record, "confirmed, but it is not PLACED");
  const order::Totals& totals = event.totals;
  const auto& prices = totals.unit_prices_minor;
  expect(prices.size() == static_cast<std::size_t>(row.line_count), record,
         "confirmed with another number of prices than it has lines");
  row.status = kConfirmed;
  row.confirmed_at = record.time;
  row.currency = totals.currency.code();
  row.subtotal_minor = totals.subtotal_minor;
  row.discount_minor = totals.discount_minor;
  row.total_minor = totals.total_minor;

  const Hour hour(row.ordered_at);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const auto line_number = static_cast<std::int64_t>(i + 1);
    const OrderLineRow& line = price_line(record, line_number, prices[i], sum, tables);
    add_line_to_sales(record, row, line, hour, tables);
  }
  expect(sum == totals.subtotal_minor, record, "the lines' totals do not add up to the subtotal");
  expect(totals.total_minor == totals.subtotal_minor - totals.discount_minor, record,
         "the total is not the subtotal less the discount");
  add_order_to_revenue(record, row, hour, tables);
}

// An order can be cancelled before it was placed: an undo that overtook it. It never will be then.
void cancelled(const RecordInfo& record, const order::Cancelled& event, Tables& tables) {
  OrderRow& row = tables.of<OrderRow>().find_or_insert(
      {record.stream},
      [&] {
        OrderRow fresh;
        fresh.order_id = record.stream;
        fresh.status = kPlaced;
        fresh.ordered_at = record.time;
        return fresh;
      },
      stored_before(record));
  expect(row.status == kPlaced, record, "cancelled, but it is not PLACED");
  row.status = kCancelled;
  row.cancelled_at = record.time;
  row.reason_code = event.reason.code;
  row.reason_subject = event.reason.subject;
}

}  // namespace

void project(const RecordInfo& record, const order::Event& event, Tables& tables) {
  std::visit(Overload{[&](const order::Placed& e) { placed(record, e, tables); },
                      [&](const order::Confirmed& e) { confirmed(record, e, tables); },
                      [&](const order::Cancelled& e) { cancelled(record, e, tables); }},
             event);
}

}  // namespace souk::read_models
