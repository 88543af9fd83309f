// What the database has besides the tables that follow from the rows: indexes, and the views that
// answer people's questions. Plain SQL text (SQLite's); and all of it as a document.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace souk::read_models {

struct Index {
  std::string_view name;
  std::string_view on;       // "orders (customer_id, ordered_at, order_id)"
  std::string_view comment;  // for people: which questions need it
};

struct View {
  std::string_view name;
  std::string_view comment;  // for people: what one row is; sentences
  std::string_view columns;  // "name  what it is", one a line
  std::string_view sql;      // the SELECT, without a semicolon
};

// Every index is paid for by each row that is written, so these are few.
std::span<const Index> index_descriptions();

// Their CREATE INDEX statements, one an element. A rebuild makes them after the rows.
std::span<const std::string_view> indexes();

std::span<const View> views();

// The documented statement: SQLite keeps its text, so that `.schema` reads like documentation.
// Without a semicolon at the end, as those of the indexes are.
std::string create_view_sql(const View& view);

// docs/read-models.md: an introduction, then every table, column, index and view.
std::string schema_markdown();

}  // namespace souk::read_models
