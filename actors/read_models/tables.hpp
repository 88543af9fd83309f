// All tables that projections write: the transaction that a record is projected into.
#pragma once

#include <tuple>

#include "actors/read_models/coupon_rows.hpp"
#include "actors/read_models/order_rows.hpp"
#include "actors/read_models/saga_rows.hpp"
#include "actors/read_models/stock_rows.hpp"
#include "actors/read_models/table.hpp"
#include "actors/read_models/wallet_rows.hpp"

namespace souk::read_models {

// The rows of the models; the bookkeeping (positions, parked records) is not the projections'.
template <template <class> class Of>
using ForEachRow =
    std::tuple<Of<OrderRow>, Of<OrderLineRow>, Of<WalletRow>, Of<WalletMovementRow>, Of<StockRow>,
               Of<SalesHourRow>, Of<DailyRevenueRow>, Of<CampaignRow>, Of<CouponRow>, Of<SagaRow>>;

// Made over one source a row type, which must outlive it.
class Tables {
 public:
  template <class... Source>
  explicit Tables(Source&... sources) : tables_(Table<typename Source::row_type>(sources)...) {}

  template <class Row>
  Table<Row>& of() {
    return std::get<Table<Row>>(tables_);
  }

  // Calls `f(table)` for each.
  template <class F>
  void for_each(F&& f) {
    std::apply([&](auto&... table) { (f(table), ...); }, tables_);
  }

 private:
  ForEachRow<Table> tables_;
};

}  // namespace souk::read_models
