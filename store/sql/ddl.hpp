// The SQL of a table, from the names and comments of its columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "events/columns.hpp"

namespace souk::store::sql {

struct ColumnText {
  std::string_view name;
  std::string_view type;  // TEXT or INTEGER
  std::string_view comment;
};

// The documented CREATE TABLE statement, without a semicolon. The first `key_columns` columns are
// the key.
std::string create_table_sql(TableText table, const std::vector<ColumnText>& columns,
                             std::size_t key_columns);

// Statements for one row, by key; parameters in the order of the columns, for update and erase the
// key's last.
std::string select_sql(std::string_view table, const std::vector<ColumnText>& columns,
                       std::size_t key_columns);
std::string insert_sql(std::string_view table, std::size_t columns);
std::string update_sql(std::string_view table, const std::vector<ColumnText>& columns,
                       std::size_t key_columns);
std::string erase_sql(std::string_view table, const std::vector<ColumnText>& columns,
                      std::size_t key_columns);

// `text` broken at spaces into lines of `width` characters at most, unless a word is longer.
std::vector<std::string_view> lines_of(std::string_view text, std::size_t width);

}  // namespace souk::store::sql
