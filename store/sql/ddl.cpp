#include "store/sql/ddl.hpp"

#include <algorithm>

namespace souk::store::sql {
namespace {

constexpr std::size_t kLineWidth = 100;

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

// "a = ? AND b = ?" of columns first to last - 1, with `separator` between.
std::string assignments(const std::vector<ColumnText>& columns, std::size_t first, std::size_t last,
                        std::string_view separator) {
  std::string text;
  for (std::size_t i = first; i < last; ++i) {
    if (i > first) text += separator;
    text.append(columns[i].name).append(" = ?");
  }
  return text;
}

std::string key_is(const std::vector<ColumnText>& columns, std::size_t key_columns) {
  return " WHERE " + assignments(columns, 0, key_columns, " AND ");
}

// "  order_id  TEXT NOT NULL,", as wide as the widest of the table.
std::string definition(const ColumnText& column, bool in_key, std::size_t name_width) {
  std::string text = "  " + padded(std::string(column.name), name_width) + "  ";
  text.append(column.type);
  if (in_key) text += " NOT NULL";
  return text + ",";
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text, std::size_t width) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t size = text.size();
    if (size > width) {
      size = text.rfind(' ', width);
      if (size == std::string_view::npos) size = std::min(text.find(' '), text.size());
    }
    lines.push_back(text.substr(0, size));
    text.remove_prefix(std::min(text.size(), size + 1));
  }
  return lines;
}

std::string create_table_sql(TableText table, const std::vector<ColumnText>& columns,
                             std::size_t key_columns) {
  std::size_t name_width = 0;
  for (const ColumnText& column : columns) name_width = std::max(name_width, column.name.size());
  std::vector<std::string> definitions;
  std::size_t width = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    definitions.push_back(definition(columns[i], i < key_columns, name_width));
    width = std::max(width, definitions.back().size());
  }
  std::string sql = "CREATE TABLE " + std::string(table.name) + " (\n";
  for (const std::string_view line : lines_of(table.comment, kLineWidth - 5))
    sql.append("  -- ").append(line).append("\n");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::string beside = padded(definitions[i], width);
    for (const std::string_view line : lines_of(columns[i].comment, kLineWidth - width - 5)) {
      sql.append(beside).append("  -- ").append(line).append("\n");
      beside.assign(width, ' ');
    }
  }
  sql += "  PRIMARY KEY (";
  for (std::size_t i = 0; i < key_columns; ++i)
    sql.append(i == 0 ? "" : ", ").append(columns[i].name);
  return sql + ")\n) WITHOUT ROWID, STRICT";
}

std::string select_sql(std::string_view table, const std::vector<ColumnText>& columns,
                       std::size_t key_columns) {
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < columns.size(); ++i)
    sql.append(i == 0 ? "" : ", ").append(columns[i].name);
  return sql + " FROM " + std::string(table) + key_is(columns, key_columns);
}

std::string insert_sql(std::string_view table, std::size_t columns) {
  std::string sql = "INSERT INTO " + std::string(table) + " VALUES (?";
  for (std::size_t i = 1; i < columns; ++i) sql += ", ?";
  return sql + ")";
}

std::string update_sql(std::string_view table, const std::vector<ColumnText>& columns,
                       std::size_t key_columns) {
  return "UPDATE " + std::string(table) + " SET " +
         assignments(columns, key_columns, columns.size(), ", ") + key_is(columns, key_columns);
}

std::string erase_sql(std::string_view table, const std::vector<ColumnText>& columns,
                      std::size_t key_columns) {
  return "DELETE FROM " + std::string(table) + key_is(columns, key_columns);
}

}  // namespace souk::store::sql
