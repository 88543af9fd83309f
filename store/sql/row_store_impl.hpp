// The bodies of row_store.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "store/sql/errors.hpp"
#include "store/sql/row_store.hpp"
#include "store/sql/row_values.hpp"
#include "store/sql/table_text.hpp"

namespace souk::store::sql {
namespace detail {

// Calls f(index, column) for each column, the index being a compile-time constant.
template <RowType Row, class F>
constexpr void for_each_column(F&& f) {
  constexpr auto columns = Row::columns();
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>(), std::get<I>(columns)), ...);
  }
  (std::make_index_sequence<kColumnCountOf<Row>>());
}

template <RowType Row>
auto column_texts() {
  static_assert(Row::kKeyColumns > 0 && Row::kKeyColumns < kColumnCountOf<Row>);
  std::array<ColumnText, kColumnCountOf<Row>> texts;
  for_each_column<Row>([&](auto i, const auto& column) {
    using Member = typename std::decay_t<decltype(column)>::member_type;
    texts[i] = {column.name, type_of<Member>(), column.comment};
  });
  return texts;
}

// The text that `make` makes for Row.
template <RowType Row>
std::string sql_text(std::string (*make)(const TableShape&)) {
  const auto columns = column_texts<Row>();
  return make({Row::kTable, columns, Row::kKeyColumns});
}

template <RowType Row>
void bind_key_parts(sqlite3_stmt* statement, const KeyOf<Row>& key) {
  std::apply([&, at = 0](const auto&... part) mutable { (bind_key(statement, ++at, part), ...); },
             key);
}

inline void describe(std::string& text, std::string_view part) { text += part; }
inline void describe(std::string& text, std::int64_t part) { text += std::to_string(part); }

// "orders o-17": for errors.
template <RowType Row>
std::string describe(std::string_view verb, const KeyOf<Row>& key) {
  std::string text(verb);
  text += Row::kTable.name;
  std::apply([&](const auto&... part) { ((text += ' ', describe(text, part)), ...); }, key);
  return text;
}

// Prepares the statement at its first use.
template <RowType Row>
Status prepare(Database& database, Statement& statement, std::string (*make)(const TableShape&)) {
  if (statement.handle() != nullptr) return {};
  auto prepared = database.prepare(sql_text<Row>(make));
  if (!prepared.ok()) return prepared.status();
  statement = std::move(*prepared);
  return {};
}

// Runs a bound statement; not_found if it was to change a row and there is none.
template <RowType Row>
Status change_one(sqlite3_stmt* statement, std::string_view verb, const KeyOf<Row>& key) {
  sqlite3* database = sqlite3_db_handle(statement);
  const bool done = sqlite3_step(statement) == SQLITE_DONE;
  Status status;
  if (!done)
    status = failure(database, describe<Row>(verb, key));
  else if (sqlite3_changes(database) != 1)
    status = {Code::not_found, describe<Row>(verb, key) + ": there is no such row"};
  sqlite3_reset(statement);
  return status;
}

template <RowType Row>
Status write_one(sqlite3_stmt* statement, std::string_view verb, const Row& row) {
  std::array<IsoTime, kColumnCountOf<Row>> times;
  for_each_column<Row>([&](auto i, const auto& column) {
    constexpr int at = static_cast<int>(i()) + 1;
    if constexpr (i() < Row::kKeyColumns)
      bind_key(statement, at, souk::detail::key_part(row.*column.member));
    else
      bind_value(statement, at, row.*column.member, times[i]);
  });
  return change_one<Row>(statement, verb, key_of(row));
}

// False if a value does not fit; `at` is then that column.
template <RowType Row>
bool read_columns(sqlite3_stmt* statement, Row& row, std::string_view& at) {
  bool fits = true;
  for_each_column<Row>([&](auto i, const auto& column) {
    if constexpr (i() >= Row::kKeyColumns) {
      if (!fits) return;
      fits = read_value(statement, static_cast<int>(i() - Row::kKeyColumns), row.*column.member);
      at = column.name;
    }
  });
  return fits;
}

template <RowType Row>
void set_key(Row& row, const KeyOf<Row>& key) {
  for_each_column<Row>([&](auto i, const auto& column) {
    if constexpr (i() < Row::kKeyColumns) row.*column.member = std::get<i()>(key);
  });
}

}  // namespace detail

template <RowType Row>
std::string create_table_sql() {
  return detail::sql_text<Row>(create_text);
}

template <RowType Row>
Result<bool> RowStore<Row>::load(const KeyOf<Row>& key, Row& row) {
  if (Status status = detail::prepare<Row>(*database_, select_, select_text); !status.ok())
    return status;
  sqlite3_stmt* statement = select_.handle();
  detail::bind_key_parts<Row>(statement, key);
  const int result = sqlite3_step(statement);
  std::string_view at;
  Status status;
  if (result == SQLITE_ROW) {
    if (!detail::read_columns(statement, row, at))
      status = {Code::corruption, detail::describe<Row>("cannot read ", key) + ": its " +
                                      std::string(at) + " is not what was written"};
    detail::set_key(row, key);
  } else if (result != SQLITE_DONE) {
    status = database_->error(detail::describe<Row>("cannot read ", key));
  }
  sqlite3_reset(statement);
  if (!status.ok()) return status;
  return result == SQLITE_ROW;
}

template <RowType Row>
Status RowStore<Row>::insert(const Row& row) {
  if (Status status = detail::prepare<Row>(*database_, insert_, insert_text); !status.ok())
    return status;
  return detail::write_one(insert_.handle(), "cannot insert ", row);
}

template <RowType Row>
Status RowStore<Row>::update(const Row& row) {
  if (Status status = detail::prepare<Row>(*database_, update_, update_text); !status.ok())
    return status;
  return detail::write_one(update_.handle(), "cannot update ", row);
}

template <RowType Row>
Status RowStore<Row>::erase(const KeyOf<Row>& key) {
  if (Status status = detail::prepare<Row>(*database_, erase_, erase_text); !status.ok())
    return status;
  detail::bind_key_parts<Row>(erase_.handle(), key);
  return detail::change_one<Row>(erase_.handle(), "cannot erase ", key);
}

}  // namespace souk::store::sql
