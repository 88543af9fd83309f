#include "actors/read_models/sales.hpp"

#include "actors/read_models/fit.hpp"

namespace souk::read_models {

void add_line_to_sales(const RecordInfo& record, const OrderRow& order, const OrderLineRow& line,
                       const Hour& hour, Tables& tables) {
  SalesHourRow& sales =
      tables.of<SalesHourRow>().find_or_insert({hour.text(), line.sku, order.currency}, [&] {
        return SalesHourRow{std::string(hour.text()), line.sku, order.currency};
      });
  add(sales.lines, 1, record);
  add(sales.units, line.quantity, record);
  add(sales.revenue_minor, *line.line_total_minor, record);
}

void add_order_to_revenue(const RecordInfo& record, const OrderRow& order, const Hour& hour,
                          Tables& tables) {
  DailyRevenueRow& day =
      tables.of<DailyRevenueRow>().find_or_insert({hour.day(), order.currency}, [&] {
        return DailyRevenueRow{std::string(hour.day()), order.currency};
      });
  add(day.orders, 1, record);
  add(day.units, order.units, record);
  add(day.subtotal_minor, *order.subtotal_minor, record);
  add(day.discount_minor, *order.discount_minor, record);
  add(day.revenue_minor, *order.total_minor, record);
}

}  // namespace souk::read_models
