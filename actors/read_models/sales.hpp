// What a confirmed order adds to the sales. Additions commute, so orders may come in any order.
#pragma once

#include "actors/read_models/hours.hpp"
#include "actors/read_models/project.hpp"

namespace souk::read_models {

// Adds one priced line of `order` to its SKU's sales. `hour` is that of order.ordered_at.
void add_line_to_sales(const RecordInfo& record, const OrderRow& order, const OrderLineRow& line,
                       const Hour& hour, Tables& tables);

// Adds a confirmed order to its day's revenue.
void add_order_to_revenue(const RecordInfo& record, const OrderRow& order, const Hour& hour,
                          Tables& tables);

}  // namespace souk::read_models
