// The bodies of row_store.hpp.
#pragma once

#include <optional>
#include <utility>

#include "events/rfc3339.hpp"
#include "store/sql/ddl.hpp"
#include "store/sql/row_store.hpp"

namespace souk::store::sql {
namespace detail {

template <class Member>
constexpr std::string_view type_of() {
  if constexpr (std::is_same_v<Member, std::string> || std::is_same_v<Member, Time>)
    return "TEXT";
  else
    return "INTEGER";
}

// Binds one member. `time` is where the text of a time stays until the statement has run.
inline void bind_member(Statement& to, int at, const std::string& text, bool in_key, IsoTime&) {
  if (text.empty() && !in_key)
    to.bind_null(at);
  else
    to.bind(at, std::string_view(text));
}
inline void bind_member(Statement& to, int at, std::int64_t number, bool, IsoTime&) {
  to.bind(at, number);
}
inline void bind_member(Statement& to, int at, bool flag, bool, IsoTime&) {
  to.bind(at, std::int64_t{flag});
}
inline void bind_member(Statement& to, int at, const std::optional<std::int64_t>& number, bool,
                        IsoTime&) {
  if (number)
    to.bind(at, *number);
  else
    to.bind_null(at);
}
inline void bind_member(Statement& to, int at, Time time, bool, IsoTime& text) {
  if (!time.is_set()) return to.bind_null(at);
  text = to_iso(time);
  to.bind(at, std::string_view(text.data(), text.size()));
}

// Reads one member; false if the value makes no sense.
inline bool read_member(const Statement& from, int at, std::string& text) {
  text = from.text(at);
  return true;
}
inline bool read_member(const Statement& from, int at, std::int64_t& number) {
  number = from.integer(at);
  return !from.is_null(at);
}
inline bool read_member(const Statement& from, int at, bool& flag) {
  flag = from.integer(at) != 0;
  return !from.is_null(at);
}
inline bool read_member(const Statement& from, int at, std::optional<std::int64_t>& number) {
  number.reset();
  if (!from.is_null(at)) number = from.integer(at);
  return true;
}
inline bool read_member(const Statement& from, int at, Time& time) {
  time = {};
  if (from.is_null(at)) return true;
  const auto read = parse_rfc3339(from.text(at));
  if (read) time = *read;
  return read.has_value();
}

inline void bind_key_part(Statement& to, int at, std::string_view text) { to.bind(at, text); }
inline void bind_key_part(Statement& to, int at, std::int64_t number) { to.bind(at, number); }

template <class Key>
void bind_key(Statement& to, int first, const Key& key) {
  std::apply([&](const auto&... part) { (bind_key_part(to, first++, part), ...); }, key);
}

// Binds columns First to the last from `at` on.
template <class Row, std::size_t First>
void bind_columns(Statement& to, int at, const Row& row,
                  std::array<IsoTime, kColumnCountOf<Row>>& times) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    constexpr auto kColumns = Row::columns();
    (bind_member(to, at + static_cast<int>(I), row.*std::get<First + I>(kColumns).member,
                 First + I < Row::kKeyColumns, times[First + I]),
     ...);
  }
  (std::make_index_sequence<kColumnCountOf<Row> - First>());
}

template <class Row>
bool read_columns(const Statement& from, Row& row) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    constexpr auto kColumns = Row::columns();
    return (read_member(from, static_cast<int>(I), row.*std::get<I>(kColumns).member) && ...);
  }
  (std::make_index_sequence<kColumnCountOf<Row>>());
}

template <class Row>
std::vector<ColumnText> column_texts() {
  return std::apply(
      [](const auto&... column) {
        return std::vector<ColumnText>{
            {column.name, type_of<typename std::remove_cvref_t<decltype(column)>::member_type>(),
             column.comment}...};
      },
      Row::columns());
}

// Prepares `statement` unless that has been done.
template <class MakeSql>
Status prepare_once(Database& database, Statement& statement, MakeSql&& make_sql) {
  if (statement.handle() != nullptr) return {};
  auto prepared = database.prepare(make_sql());
  if (!prepared.ok()) return prepared.status();
  statement = std::move(*prepared);
  return {};
}

}  // namespace detail

template <RowType Row>
std::string create_table_sql() {
  return create_table_sql(Row::kTable, detail::column_texts<Row>(), Row::kKeyColumns);
}

template <RowType Row>
Result<bool> RowStore<Row>::load(const KeyOf<Row>& key, Row& row) {
  Status status = detail::prepare_once(*database_, select_, [] {
    return select_sql(Row::kTable.name, detail::column_texts<Row>(), Row::kKeyColumns);
  });
  if (!status.ok()) return status;
  detail::bind_key(select_, 1, key);
  const Result<bool> found = select_.step();
  if (!found.ok() || !*found) return found;
  const bool fits = detail::read_columns(select_, row);
  select_.reset();
  if (!fits)
    return Status(Code::corruption, "A row of the table " + std::string(Row::kTable.name) +
                                        " holds what souk never writes.");
  return true;
}

template <RowType Row>
Status RowStore<Row>::insert(const Row& row) {
  Status status = detail::prepare_once(
      *database_, insert_, [] { return insert_sql(Row::kTable.name, kColumnCountOf<Row>); });
  if (!status.ok()) return status;
  std::array<IsoTime, kColumnCountOf<Row>> times;
  detail::bind_columns<Row, 0>(insert_, 1, row, times);
  return insert_.run();
}

template <RowType Row>
Status RowStore<Row>::update(const Row& row) {
  static_assert(kColumnCountOf<Row> > Row::kKeyColumns, "there is nothing to update");
  Status status = detail::prepare_once(*database_, update_, [] {
    return update_sql(Row::kTable.name, detail::column_texts<Row>(), Row::kKeyColumns);
  });
  if (!status.ok()) return status;
  std::array<IsoTime, kColumnCountOf<Row>> times;
  detail::bind_columns<Row, Row::kKeyColumns>(update_, 1, row, times);
  detail::bind_key(update_, 1 + static_cast<int>(kColumnCountOf<Row> - Row::kKeyColumns),
                   key_of(row));
  return update_.run();
}

template <RowType Row>
Status RowStore<Row>::erase(const KeyOf<Row>& key) {
  Status status = detail::prepare_once(*database_, erase_, [] {
    return erase_sql(Row::kTable.name, detail::column_texts<Row>(), Row::kKeyColumns);
  });
  if (!status.ok()) return status;
  detail::bind_key(erase_, 1, key);
  return erase_.run();
}

}  // namespace souk::store::sql
