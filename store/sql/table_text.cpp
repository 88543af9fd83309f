#include "store/sql/table_text.hpp"

#include <algorithm>
#include <vector>

namespace souk::store::sql {
namespace {

constexpr std::size_t kWidth = 96;
constexpr std::string_view kNotNull = "NOT NULL";

// Breaks text between words into lines of at most `width`, or one word.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width)
      lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return lines;
}

void pad(std::string& text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
}

struct Widths {
  std::size_t name = 0, type = 0;
};

Widths widths(const TableShape& shape) {
  Widths widest;
  for (const ColumnText& column : shape.columns) {
    widest.name = std::max(widest.name, column.name.size());
    widest.type = std::max(widest.type, column.type.size());
  }
  return widest;
}

// "  name  TYPE  NOT NULL,  -- comment", and more lines for the rest of a long comment.
void append_column(std::string& sql, const ColumnText& column, bool key, const Widths& widest) {
  std::string line = "  ";
  line += column.name;
  pad(line, 2 + widest.name + 2);
  line += column.type;
  if (key) {
    pad(line, 2 + widest.name + 2 + widest.type + 1);
    line += kNotNull;
  }
  line += ',';
  const std::size_t comment_at = 2 + widest.name + 2 + widest.type + 1 + kNotNull.size() + 1 + 2;
  const std::size_t room = kWidth > comment_at + 40 ? kWidth - comment_at - 3 : 40;
  for (const std::string& part : wrap(column.comment, room)) {
    if (part.empty()) break;
    pad(line, comment_at);
    sql.append(line).append("-- ").append(part) += '\n';
    line.clear();
  }
  if (!line.empty()) sql += line + '\n';
}

std::string list(std::span<const ColumnText> columns) {
  std::string text;
  for (const ColumnText& column : columns) {
    if (!text.empty()) text += ", ";
    text += column.name;
  }
  return text;
}

// " WHERE a = ?1 AND b = ?2"
std::string where_key(const TableShape& shape) {
  std::string text;
  for (std::size_t i = 0; i < shape.keys; ++i) {
    text += i == 0 ? " WHERE " : " AND ";
    text.append(shape.columns[i].name).append(" = ?").append(std::to_string(i + 1));
  }
  return text;
}

}  // namespace

std::string create_text(const TableShape& shape) {
  std::string sql = "CREATE TABLE " + std::string(shape.table.name) + " (\n";
  for (const std::string& line : wrap(shape.table.comment, kWidth - 5))
    if (!line.empty()) sql += "  -- " + line + '\n';
  sql += '\n';
  const Widths widest = widths(shape);
  for (std::size_t i = 0; i < shape.columns.size(); ++i)
    append_column(sql, shape.columns[i], i < shape.keys, widest);
  return sql + "\n  PRIMARY KEY (" + list(shape.columns.first(shape.keys)) +
         ")\n) STRICT, WITHOUT ROWID";
}

std::string insert_text(const TableShape& shape) {
  std::string values;
  for (std::size_t i = 1; i <= shape.columns.size(); ++i)
    values += (i == 1 ? "?" : ", ?") + std::to_string(i);
  return "INSERT INTO " + std::string(shape.table.name) + " (" + list(shape.columns) +
         ") VALUES (" + values + ")";
}

std::string update_text(const TableShape& shape) {
  std::string sql = "UPDATE " + std::string(shape.table.name);
  for (std::size_t i = shape.keys; i < shape.columns.size(); ++i) {
    sql += i == shape.keys ? " SET " : ", ";
    sql.append(shape.columns[i].name).append(" = ?").append(std::to_string(i + 1));
  }
  return sql + where_key(shape);
}

std::string select_text(const TableShape& shape) {
  return "SELECT " + list(shape.columns.subspan(shape.keys)) + " FROM " +
         std::string(shape.table.name) + where_key(shape);
}

std::string erase_text(const TableShape& shape) {
  return "DELETE FROM " + std::string(shape.table.name) + where_key(shape);
}

}  // namespace souk::store::sql
