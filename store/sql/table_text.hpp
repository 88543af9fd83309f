// The SQL that follows from a row type, as text: nothing here knows the type itself.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "events/columns.hpp"

namespace souk::store::sql {

struct ColumnText {
  std::string_view name;
  std::string_view type;  // SQLite's
  std::string_view comment;
};

// `keys`: the first so many columns are the key.
struct TableShape {
  TableText table;
  std::span<const ColumnText> columns;
  std::size_t keys;
};

std::string create_text(const TableShape& shape);
std::string insert_text(const TableShape& shape);  // parameters: all columns in their order
std::string update_text(const TableShape& shape);  // the same: the key is ?1 and the next
std::string select_text(const TableShape& shape);  // gives all but the key; parameters: the key
std::string erase_text(const TableShape& shape);   // parameters: the key

}  // namespace souk::store::sql
