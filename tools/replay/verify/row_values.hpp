// A row of SQLite's, and one of a projection's, as the same bytes. Within souk-replay's proofs
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <tuple>

#include "events/columns.hpp"
#include "events/ids.hpp"
#include "events/rfc3339.hpp"
#include "tools/replay/verify/row_bytes.hpp"

namespace souk::replay {

// --- what a projection made, as it would be stored: see events/columns.hpp ----------------------

inline void put(RowBytes& out, const std::string& text, bool in_key) {
  if (text.empty() && !in_key)
    out.put_null();
  else
    out.put_text(text);
}
inline void put(RowBytes& out, std::int64_t number, bool) { out.put_integer(number); }
inline void put(RowBytes& out, const std::optional<std::int64_t>& number, bool) {
  if (number)
    out.put_integer(*number);
  else
    out.put_null();
}
inline void put(RowBytes& out, Time time, bool) {
  if (!time.is_set()) return out.put_null();
  const IsoTime iso = to_iso(time);
  out.put_text({iso.data(), iso.size()});
}

// Puts all columns; returns the size of the key's.
template <class Row>
std::size_t put_row(RowBytes& out, const Row& row) {
  std::size_t key_bytes = 0, at = 0;
  const auto one = [&](const auto& column) {
    put(out, row.*column.member, at < Row::kKeyColumns);
    if (++at == Row::kKeyColumns) key_bytes = out.size();
  };
  std::apply([&](const auto&... column) { (one(column), ...); }, Row::columns());
  return key_bytes;
}

// --- what is stored, whatever it is -------------------------------------------------------------

// The value of a column in the row that the statement stands on. Its connection must belong to this
// thread alone: SQLite's rule for values that are read without its mutex.
inline void put_column(RowBytes& out, sqlite3_stmt* statement, int at) {
  sqlite3_value* const value = sqlite3_column_value(statement, at);
  const auto bytes = [&] {
    const auto* from = static_cast<const char*>(sqlite3_value_blob(value));
    return std::string_view(from == nullptr ? "" : from,
                            static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL: return out.put_null();
    case SQLITE_INTEGER: return out.put_integer(sqlite3_value_int64(value));
    case SQLITE_TEXT: return out.put_text(bytes());
    default: return out.put_other(bytes());
  }
}

}  // namespace souk::replay
