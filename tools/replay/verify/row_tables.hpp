// What the fold and the file of the read models share: the tables by number, and how a row is
// handed to a sink. For rows.cpp and rows_file.cpp only.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "tools/replay/verify/row_values.hpp"
#include "tools/replay/verify/rows.hpp"

namespace souk::replay {

template <class Row>
using TypeOfRow = std::type_identity<Row>;

// Calls `f.operator()<Row, index>()` for each table.
template <class F>
void for_each_table(F&& f) {
  using Rows = read_models::ForEachRow<TypeOfRow>;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f.template operator()<typename std::tuple_element_t<I, Rows>::type, I>(), ...);
  }
  (std::make_index_sequence<kTableCount>{});
}

template <class Row>
void name_columns(RowTexts& texts) {
  if (!texts.columns.empty()) return;
  std::apply([&](const auto&... column) { (texts.columns.emplace_back(column.name), ...); },
             Row::columns());
}

// Rows that many streams add to; and whose streams' events make a table's rows. The stream's id is
// the first column of the key, but for sagas, which name the service first.
template <class Row>
inline constexpr bool kIsSum = std::is_same_v<Row, read_models::SalesHourRow> ||
                               std::is_same_v<Row, read_models::DailyRevenueRow>;
template <class Row>
inline constexpr Service kMadeBy = Service::order;
template <>
inline constexpr Service kMadeBy<read_models::StockRow> = Service::stock;
template <>
inline constexpr Service kMadeBy<read_models::WalletRow> = Service::wallet;
template <>
inline constexpr Service kMadeBy<read_models::WalletMovementRow> = Service::wallet;
template <>
inline constexpr Service kMadeBy<read_models::CouponRow> = Service::coupon;
template <>
inline constexpr Service kMadeBy<read_models::CampaignRow> = Service::campaign;

template <class Row>
bool is_left_out(const RowScope& scope, std::string_view key) {
  if constexpr (kIsSum<Row>) return scope.leaves_out_sums_of(kMadeBy<Row>);
  const std::vector<std::string> columns = texts_of_row(key);
  if constexpr (std::is_same_v<Row, read_models::SagaRow>) {
    const auto service = parse_service(columns[0]);
    return service && scope.leaves_out(*service, columns[1]);
  }
  return scope.leaves_out(kMadeBy<Row>, columns[0]);
}

// Hands a row, as bytes whose first `key_bytes` are its key, to the sink.
template <class Row, std::size_t Index>
void hand_over(RowSink& sink, const RowBytes& bytes, std::size_t key_bytes) {
  if (sink.scope != nullptr && is_left_out<Row>(*sink.scope, bytes.part(0, key_bytes))) {
    ++sink.rows_left_out;
    return;
  }
  const std::uint64_t key = BucketSums::hash(bytes.part(0, key_bytes));
  ++sink.rows;
  if (sink.bad != nullptr) {
    if ((*sink.bad)[Index].is_zero(key)) return;
    auto& interesting = (*sink.interesting)[Index];
    name_columns<Row>(interesting);
    std::vector<std::string> row = texts_of_row(bytes.view());
    std::string name = row.front();
    for (std::size_t i = 1; i < Row::kKeyColumns; ++i) name.append(" ").append(row[i]);
    interesting.rows.insert_or_assign(std::move(name), std::move(row));
    return;
  }
  const std::uint64_t content = BucketSums::hash(bytes.view());
  if (sink.from_file)
    (*sink.sums)[Index].take(key, content);
  else
    (*sink.sums)[Index].add(key, content);
}

}  // namespace souk::replay
