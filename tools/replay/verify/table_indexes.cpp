#include "tools/replay/verify/table_indexes.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/replay/verify/neighbours.hpp"
#include "tools/replay/verify/row_values.hpp"

namespace souk::replay {
namespace {

using store::Result;
using store::Status;
using store::sql::Database;

constexpr std::size_t kShownMax = 20;  // entries of one index that are named

// Calls `f(statement)` for each row of a query, which may have one parameter.
template <class F>
Status for_each_row(Database& database, const std::string& sql, std::string_view parameter, F&& f) {
  auto statement = database.prepare(sql);
  if (!statement.ok()) return statement.status();
  if (!parameter.empty()) statement->bind(1, parameter);
  for (auto more = statement->step();; more = statement->step()) {
    if (!more.ok()) return more.status();
    if (!*more) return {};
    f(*statement);
  }
}

// Calls `f(bytes)` for each entry of an index; or, of the rows of its table, for what they make.
template <class F>
Status for_each_entry(Database& database, const std::string& sql, std::size_t columns, F&& f) {
  RowBytes bytes;
  return for_each_row(database, sql, {}, [&](store::sql::Statement& row) {
    bytes.clear();
    for (std::size_t i = 0; i < columns; ++i) put_column(bytes, row.handle(), static_cast<int>(i));
    f(bytes.view());
  });
}

// The index's columns, if they are the table's own, ascending, compared byte by byte.
Result<bool> read_columns(Database& database, std::span<const std::string_view> table,
                          PlainIndex& index) {
  bool plain = true;
  constexpr const char* kSql =
      "SELECT name, \"desc\", coll FROM pragma_index_xinfo(?1) ORDER BY seqno";
  const Status status = for_each_row(database, kSql, index.name, [&](store::sql::Statement& row) {
    const auto column = std::ranges::find(table, row.text(0));
    plain = plain && column != table.end() && row.integer(1) == 0 && row.text(2) == "BINARY";
    index.columns.push_back(static_cast<std::size_t>(column - table.begin()));
  });
  if (!status.ok()) return status;
  return plain;
}

}  // namespace

std::string quoted_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text += '"';
}

// NOT INDEXED would not do: of a table without rowids SQLite may still read another index.
std::string scan_sql(std::string_view table, const std::vector<std::string_view>& columns,
                     std::string_view index) {
  return fmt::format("SELECT {} FROM {} INDEXED BY {}", fmt::join(columns, ", "), table,
                     quoted_name(index));
}

Result<TableIndexes> TableIndexes::of(Database& database, std::string_view table,
                                      std::vector<std::string_view> columns) {
  TableIndexes all;
  all.table_ = table;
  all.columns_ = std::move(columns);
  std::vector<std::string> names;
  constexpr const char* kSql =
      "SELECT name, origin, \"unique\" OR partial FROM pragma_index_list(?1)";
  Status status = for_each_row(database, kSql, table, [&](store::sql::Statement& row) {
    if (row.text(1) == "pk")
      all.key_index_ = row.text(0);
    else if (row.integer(2) == 0)
      names.emplace_back(row.text(0));
    else
      all.has_others_ = true;
  });
  if (!status.ok()) return status;
  for (std::string& name : names) {
    PlainIndex index{std::move(name), {}};
    const auto plain = read_columns(database, all.columns_, index);
    if (!plain.ok()) return plain.status();
    if (*plain)
      all.plain_.push_back(std::move(index));
    else
      all.has_others_ = true;
  }
  all.left_.resize(all.plain_.size());
  return all;
}

std::vector<std::string_view> TableIndexes::columns_of(const PlainIndex& index) const {
  std::vector<std::string_view> names;
  for (const std::size_t column : index.columns) names.push_back(columns_[column]);
  return names;
}

void TableIndexes::take_row(const RowBytes& row, std::span<const std::size_t> ends) {
  for (std::size_t i = 0; i < plain_.size(); ++i) {
    entry_.clear();
    for (const std::size_t column : plain_[i].columns)
      entry_.put_part(row.part(column == 0 ? 0 : ends[column - 1], ends[column]));
    const std::uint64_t hash = BucketSums::hash(entry_.view());
    left_[i].add(hash, hash);
  }
}

Status TableIndexes::check(Database& database, std::vector<RowsFault>& faults) {
  for (std::size_t i = 0; i < plain_.size(); ++i)
    if (Status status = read_index(database, i, faults); !status.ok()) return status;
  return {};
}

Status TableIndexes::read_index(Database& database, std::size_t at,
                                std::vector<RowsFault>& faults) {
  const PlainIndex& index = plain_[at];
  BucketSums& left = left_[at];
  Neighbours neighbours(/*unique=*/false);  // one too many is told by the sums
  Status status = for_each_entry(database, scan_sql(table_, columns_of(index), index.name),
                                 index.columns.size(), [&](std::string_view entry) {
                                   const std::uint64_t hash = BucketSums::hash(entry);
                                   left.take(hash, hash);
                                   neighbours.next(entry);
                                 });
  if (!status.ok()) return status;
  const std::string subject = "index " + index.name;
  if (neighbours.wrong() > 0) faults.push_back({subject, neighbours.sentence()});
  return left.all_zero() ? Status() : explain(database, at, faults);
}

Status TableIndexes::explain(Database& database, std::size_t at,
                             std::vector<RowsFault>& faults) const {
  const PlainIndex& index = plain_[at];
  std::map<std::string, std::int64_t, std::less<>> left;  // by entry: made by rows, less there
  const auto count = [&](const std::string& sql, std::int64_t change) {
    return for_each_entry(database, sql, index.columns.size(), [&](std::string_view entry) {
      if (!left_[at].is_zero(BucketSums::hash(entry))) left[std::string(entry)] += change;
    });
  };
  Status status = count(scan_sql(table_, columns_of(index), key_index_), 1);
  if (status.ok()) status = count(scan_sql(table_, columns_of(index), index.name), -1);
  if (!status.ok()) return status;
  std::erase_if(left, [](const auto& entry) { return entry.second == 0; });
  const std::string subject = "index " + index.name;
  std::size_t shown = 0;
  for (const auto& [entry, times] : left) {
    if (++shown > kShownMax) {
      faults.push_back({subject, fmt::format("and {} more entries are not those of the rows of {}",
                                             left.size() - kShownMax, table_)});
      break;
    }
    faults.push_back({subject, times > 0
                                   ? fmt::format("it lacks the entry {}, which a row of {} has",
                                                 text_of_row(entry), table_)
                                   : fmt::format("it has the entry {}, which no row of {} has",
                                                 text_of_row(entry), table_)});
  }
  return {};
}

}  // namespace souk::replay
