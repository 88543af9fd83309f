#include "store/sql/read_query.hpp"

#include <algorithm>
#include <sqlite3.h>
#include <string>
#include <vector>

#include "events/nearest.hpp"
#include "store/sql/errors.hpp"
#include "store/sql/query_faults.hpp"
#include "store/sql/read_fence.hpp"

namespace souk::store::sql {
namespace {

Status wrong(std::string sentence) { return {Code::invalid, std::move(sentence)}; }

// "2.5 s"
std::string seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(time.count() / 1'000);
  if (const auto tenth = time.count() % 1'000 / 100; tenth != 0)
    text += '.' + std::to_string(tenth);
  return text + " s";
}

// Why the last call on `handle` failed.
Status explain(sqlite3* handle, std::string_view sql, const ReadLimits& limits, ReadFence& fence) {
  const int result = sqlite3_errcode(handle);
  if (fence.out_of_time())
    return {Code::timed_out, "The query took longer than " + seconds(limits.time_max) +
                                 "; narrow it, or see with EXPLAIN QUERY PLAN what it reads."};
  if (result == SQLITE_NOMEM)
    return wrong("The query needs more memory than it may have; ask for less at a time.");
  if (fence.out_of_space())
    return wrong("The query sorts or collects more than " +
                 std::to_string(kTemporaryBytesMax >> 20) + " MiB; ask for less at a time.");
  if (result == SQLITE_TOOBIG)
    return wrong("The query makes a value of more than " + std::to_string(kValueBytesMax) +
                 " bytes.");
  if (!fence.denied().empty())
    return wrong("Queries can only read; this one would " + fence.denied() + ".");
  if (result != SQLITE_ERROR && result != SQLITE_MISMATCH)
    return failure(handle, "cannot run the query");
  fence.open();
  return explain_fault(handle, sql);
}

// What stands behind the blanks, comments and semicolons at the front of `sql`.
std::string_view skip_blank(std::string_view sql) {
  constexpr auto kEnd = std::string_view::npos;
  for (;;) {
    sql.remove_prefix(std::min(sql.find_first_not_of(" \t\r\n\f;"), sql.size()));
    std::size_t end = 0;
    if (sql.starts_with("--"))
      end = sql.find('\n');
    else if (sql.starts_with("/*"))
      end = sql.find("*/", 2) == kEnd ? kEnd : sql.find("*/", 2) + 2;
    else
      return sql;
    sql.remove_prefix(std::min(end, sql.size()));
  }
}

// Prepares the one statement of `sql`.
Result<sqlite3_stmt*> prepare_one(sqlite3* handle, std::string_view sql, const ReadLimits& limits,
                                  ReadFence& fence) {
  if (sql.size() > static_cast<std::size_t>(kSqlBytesMax))
    return wrong("The SQL is longer than " + std::to_string(kSqlBytesMax) + " bytes.");
  if (sql.find('\0') != std::string_view::npos) return wrong("The SQL contains a zero byte.");
  if (skip_blank(sql).empty()) return wrong("There is no SQL to run; begin with SELECT.");
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  if (sqlite3_prepare_v2(handle, sql.data(), static_cast<int>(sql.size()), &statement, &tail) !=
      SQLITE_OK)
    return explain(handle, sql, limits, fence);
  if (statement == nullptr) return wrong("The SQL begins with a semicolon.");
  const auto used = static_cast<std::size_t>(tail - sql.data());
  if (const std::string_view more = skip_blank(sql.substr(used)); !more.empty()) {
    sqlite3_finalize(statement);
    return wrong("One statement at a time: a second begins at " + std::string(more.substr(0, 20)) +
                 place_in(sql, static_cast<std::size_t>(more.data() - sql.data())) + ".");
  }
  if (sqlite3_stmt_readonly(statement) == 0 || sqlite3_column_count(statement) == 0) {
    sqlite3_finalize(statement);
    return wrong("Queries can only read; begin with SELECT.");
  }
  return statement;
}

const SqlValue* find(const SqlParameters& parameters, std::string_view name) {
  for (const auto& [given, value] : parameters)
    if (given == name) return &value;
  return nullptr;
}

// Binds by name; the values must stay where they are until the statement is done.
Status bind(Statement& statement, const SqlParameters& parameters) {
  std::vector<std::string_view> names;
  const int count = sqlite3_bind_parameter_count(statement.handle());
  for (int at = 1; at <= count; ++at) {
    const char* name = sqlite3_bind_parameter_name(statement.handle(), at);
    if (name == nullptr || name[0] == '?')
      return wrong("Parameters are given by name: write :name instead of ?.");
    names.emplace_back(name + 1);
    const SqlValue* value = find(parameters, name + 1);
    if (value == nullptr) return wrong("The parameter " + std::string(name) + " has no value.");
    statement.bind(at, *value);
  }
  for (const auto& [given, value] : parameters) {
    if (std::find(names.begin(), names.end(), given) != names.end()) continue;
    const std::string_view meant = nearest(given, names);
    return wrong("The query has no parameter :" + given +
                 (meant.empty() ? "." : "; did you mean :" + std::string(meant) + "?"));
  }
  return {};
}

std::size_t bytes_of(const SqlValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return sizeof value + (text == nullptr ? 0 : text->size());
}

// Takes the row that the statement stands on; false if there is no room for it.
bool take_row(const Statement& statement, const ReadLimits& limits, std::size_t& bytes,
              SqlRows& rows) {
  if (rows.rows.size() >= limits.rows_max) return false;
  std::vector<SqlValue> row;
  row.reserve(rows.columns.size());
  for (int at = 0; at < static_cast<int>(rows.columns.size()); ++at)
    bytes += bytes_of(row.emplace_back(statement.value(at)));
  if (bytes > limits.bytes_max) return false;
  rows.rows.push_back(std::move(row));
  return true;
}

}  // namespace

Result<SqlRows> run_read_query(Database& database, std::string_view sql,
                               const SqlParameters& parameters, const ReadLimits& limits) {
  sqlite3* handle = database.handle();
  ReadFence fence(handle, limits.time_max, limits.cancelled);
  const auto prepared = prepare_one(handle, sql, limits, fence);
  if (!prepared.ok()) return prepared.status();
  Statement statement(*prepared);  // goes before the fence
  if (Status status = bind(statement, parameters); !status.ok()) return status;
  SqlRows rows;
  for (int at = 0; at < statement.columns(); ++at)
    rows.columns.emplace_back(statement.column_name(at));
  std::size_t bytes = 0;
  for (;;) {
    const int result = sqlite3_step(statement.handle());
    if (result == SQLITE_DONE) return rows;
    if (result != SQLITE_ROW) return explain(handle, sql, limits, fence);
    if (take_row(statement, limits, bytes, rows)) continue;
    rows.truncated = true;
    return rows;
  }
}

}  // namespace souk::store::sql
