// docs/read-models.md, from the rows, the indexes and the views.
#include <algorithm>
#include <optional>
#include <type_traits>

#include "actors/read_models/bookkeeping_rows.hpp"
#include "actors/read_models/schema.hpp"
#include "actors/read_models/tables.hpp"
#include "actors/read_models/wrap.hpp"

namespace souk::read_models {
namespace {

constexpr std::string_view kIntroduction = R"md(# Read models

What the shop's records say, as tables that any SQLite program can query: orders, statements, stock,
coupons, sales, and what is under way. Nothing here is the truth; that is the log, which the tables
are built from and can be built from again. This page is printed by
`souk-query schema --format markdown`; `.schema` in the `sqlite3` program says the same.

## Where

`<data>/read-models.sqlite`, a symbolic link to the current generation of the file. A rebuild writes
the next generation beside it and then moves the link. Whoever opens the file afterwards sees the new
one; a connection that was open goes on reading the old one, which is complete but no longer grows.
So reopen it now and then; `souk-query` does.

    sqlite3 -readonly <data>/read-models.sqlite \
      "SELECT order_id, status, total_minor FROM orders WHERE customer_id = '17850'"
    souk-query --data <data> sql "SELECT * FROM best_sellers WHERE window_days = 7 AND rank <= 10"

Reading is always possible, also while the node writes. Writing is the node's alone: what somebody
else writes into the file, the next rebuild does not have.

## What to know

- **Money** is in minor units (pence, cents; yen have none), always with its currency (ISO 4217)
  beside it. Never add up two currencies.
- **Times** are text, in UTC, as wide as `2026-03-01T08:30:00.000000Z`, so they compare as text. The
  present, to compare with, is `strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')`.
- **NULL** means "not yet" or "does not apply"; each column says which.
- **Freshness.** Rows follow the records within a moment, all changes of one transaction together.
  `positions` says how far each partition's records are in here; `souk-query lag` how many are
  missing. Different services' records may be in here at different times: an order can be CONFIRMED
  before the movement of its money shows. Read your own writes with `souk-query --at-least POSITION`
  or `?at_least=` over HTTP.
- **Paging.** Lists of orders are paged by `(ordered_at, order_id)`, newest first: what customers and
  staff call an order's time, and it never changes. Orders that are imported from elsewhere keep
  their own time of ordering; `placed_at` has the time at which souk took them.
- **Sales** count confirmed orders by the time of ordering: `sales_by_hour` has the lines' side,
  before discounts; `daily_revenue` the orders' side, with them. Both go up when an order is
  confirmed, also for a day that is long past.
- **Records that do not fit** change nothing here: they are in `parked_records` until an operator
  retries or skips them. It is empty when all is well.

)md";

template <class Member>
constexpr std::string_view type_name() {
  if constexpr (std::is_same_v<Member, Time>) return "time";
  if constexpr (std::is_same_v<Member, std::string>) return "text";
  return "integer";
}

void append_table_row(std::string& out, std::initializer_list<std::string_view> cells) {
  for (const std::string_view cell : cells) out.append("| ").append(cell).append(" ");
  out += "|\n";
}

// The first sentence of the section follows its heading.
void append_heading(std::string& out, std::string_view name, std::string_view comment) {
  out.append("### ").append(name).append("\n\n");
  append_wrapped(out, "", comment);
  out += "\n";
}

template <class Row>
void append_table(std::string& out) {
  append_heading(out, Row::kTable.name, Row::kTable.comment);
  append_table_row(out, {"column", "type", "what it is"});
  append_table_row(out, {"---", "---", "---"});
  std::size_t number = 0;
  const auto append_column = [&](const auto& column) {
    using Member = typename std::remove_cvref_t<decltype(column)>::member_type;
    const bool key = number++ < Row::kKeyColumns;
    append_table_row(out, {"`" + std::string(column.name) + "`" + (key ? " (key)" : ""),
                           type_name<Member>(), column.comment});
  };
  std::apply([&](const auto&... columns) { (append_column(columns), ...); }, Row::columns());
  const std::string on = std::string(Row::kTable.name) + " (";
  bool first = true;
  for (const Index& index : index_descriptions()) {
    if (!index.on.starts_with(on)) continue;
    out.append(first ? "\nIndexes:\n\n" : "").append("- `").append(index.name).append("` on `");
    out.append(index.on.substr(on.size() - 1)).append("`: ").append(index.comment).append("\n");
    first = false;
  }
  out += "\n";
}

template <class Row>
struct Section {
  static void append(std::string& out) { append_table<Row>(out); }
};

template <class... Sections>
void append_all(std::string& out, std::tuple<Sections...>*) {
  (Sections::append(out), ...);
}

void append_view(std::string& out, const View& view) {
  append_heading(out, view.name, view.comment);
  append_table_row(out, {"column", "what it is"});
  append_table_row(out, {"---", "---"});
  for_each_column(view.columns, [&](std::string_view name, std::string_view comment) {
    append_table_row(out, {"`" + std::string(name) + "`", comment});
  });
  out += "\n";
}

}  // namespace

std::string schema_markdown() {
  std::string out(kIntroduction);
  out += "## Tables\n\n";
  append_all(out, static_cast<ForEachRow<Section>*>(nullptr));
  out += "## Views\n\n";
  for (const View& view : views()) append_view(out, view);
  out += "## About the tables themselves\n\n";
  append_table<PositionRow>(out);
  append_table<ParkedRow>(out);
  append_table<SkippedRow>(out);
  append_table<AboutRow>(out);
  out.pop_back();  // the last section's empty line
  return out;
}

}  // namespace souk::read_models
