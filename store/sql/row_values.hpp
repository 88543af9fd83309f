// One member of a row, as a bound parameter and as a column that was read: events/columns.hpp says
// what stands for what. On the way of every row that is written, so it talks to SQLite directly.
#pragma once

#include <cstdint>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <type_traits>

#include "events/ids.hpp"
#include "events/rfc3339.hpp"

namespace souk::store::sql::detail {

template <class Member>
constexpr std::string_view type_of() {
  if constexpr (std::is_same_v<Member, std::string> || std::is_same_v<Member, Time>) {
    return "TEXT";
  } else {
    static_assert(std::is_same_v<Member, std::int64_t> || std::is_same_v<Member, bool> ||
                      std::is_same_v<Member, std::optional<std::int64_t>>,
                  "a column cannot have this type: see events/columns.hpp");
    return "INTEGER";
  }
}

inline void bind_text(sqlite3_stmt* statement, int at, std::string_view text) {
  // A null pointer would bind NULL.
  sqlite3_bind_text(statement, at, text.data() == nullptr ? "" : text.data(),
                    static_cast<int>(text.size()), SQLITE_STATIC);
}

inline void bind_key(sqlite3_stmt* statement, int at, std::string_view text) {
  bind_text(statement, at, text);
}
inline void bind_key(sqlite3_stmt* statement, int at, std::int64_t number) {
  sqlite3_bind_int64(statement, at, number);
}

// The last argument is room for a time's text until the statement has run.
inline void bind_value(sqlite3_stmt* statement, int at, const std::string& text, IsoTime&) {
  if (text.empty())
    sqlite3_bind_null(statement, at);
  else
    bind_text(statement, at, text);
}
inline void bind_value(sqlite3_stmt* statement, int at, std::int64_t number, IsoTime&) {
  sqlite3_bind_int64(statement, at, number);
}
inline void bind_value(sqlite3_stmt* statement, int at, bool yes, IsoTime&) {
  sqlite3_bind_int64(statement, at, yes ? 1 : 0);
}
inline void bind_value(sqlite3_stmt* statement, int at, std::optional<std::int64_t> number,
                       IsoTime&) {
  if (number)
    sqlite3_bind_int64(statement, at, *number);
  else
    sqlite3_bind_null(statement, at);
}
inline void bind_value(sqlite3_stmt* statement, int at, Time time, IsoTime& iso) {
  if (!time.is_set()) {
    sqlite3_bind_null(statement, at);
    return;
  }
  iso = to_iso(time);
  bind_text(statement, at, {iso.data(), iso.size()});
}

inline std::string_view column_text(sqlite3_stmt* statement, int at) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, at))};
}

// Each gives false if the column holds something that was never bound for such a member.
inline bool read_value(sqlite3_stmt* statement, int at, std::string& text) {
  const int type = sqlite3_column_type(statement, at);
  text.assign(type == SQLITE_TEXT ? column_text(statement, at) : std::string_view());
  return type == SQLITE_TEXT || type == SQLITE_NULL;
}
inline bool read_value(sqlite3_stmt* statement, int at, std::int64_t& number) {
  number = sqlite3_column_int64(statement, at);
  return sqlite3_column_type(statement, at) == SQLITE_INTEGER;
}
inline bool read_value(sqlite3_stmt* statement, int at, bool& yes) {
  std::int64_t number = 0;
  if (!read_value(statement, at, number)) return false;
  yes = number == 1;
  return number == 0 || number == 1;
}
inline bool read_value(sqlite3_stmt* statement, int at, std::optional<std::int64_t>& number) {
  number.reset();
  if (sqlite3_column_type(statement, at) == SQLITE_NULL) return true;
  return read_value(statement, at, number.emplace());
}
inline bool read_value(sqlite3_stmt* statement, int at, Time& time) {
  time = {};
  const int type = sqlite3_column_type(statement, at);
  if (type == SQLITE_NULL) return true;
  const auto parsed =
      type == SQLITE_TEXT ? parse_iso(column_text(statement, at)) : std::optional<Time>();
  if (!parsed) return false;
  time = *parsed;
  return true;
}

}  // namespace souk::store::sql::detail
