#include "store/sql/read_query.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <sqlite3.h>
#include <vector>

#include "events/nearest.hpp"

namespace souk::store::sql {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kProgressEvery = 1'000;  // instructions of SQLite's machine
constexpr std::size_t kSqlBytesMax = 100'000;

Status wrong(std::string sentence) { return {Code::invalid, std::move(sentence)}; }

// --- what a query may do
// --------------------------------------------------------------------------

// Reading pragmas that help people find their way.
bool harmless_pragma(const char* name) {
  static const std::set<std::string_view> kNames = {
      "table_info",  "table_xinfo",   "table_list",    "index_list",     "index_info",
      "index_xinfo", "database_list", "function_list", "compile_options"};
  return name != nullptr && kNames.contains(name);
}

int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION:
      return second != nullptr && std::string_view(second) == "load_extension" ? SQLITE_DENY
                                                                               : SQLITE_OK;
    case SQLITE_PRAGMA: return harmless_pragma(first) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
  }
}

// Puts the limits on a connection while it is alive, and takes them off again.
class Guard {
 public:
  Guard(sqlite3* handle, std::chrono::milliseconds time_max)
      : handle_(handle), until_(Clock::now() + time_max) {
    // What a sort or a DISTINCT needs beyond its cache goes to a file, not to memory.
    sqlite3_exec(handle_, "PRAGMA temp_store = FILE; PRAGMA cache_size = -16384;", nullptr, nullptr,
                 nullptr);
    sqlite3_set_authorizer(handle_, authorize, nullptr);
    sqlite3_progress_handler(
        handle_, kProgressEvery,
        [](void* until) { return Clock::now() > *static_cast<Clock::time_point*>(until) ? 1 : 0; },
        &until_);
    sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, 16 << 20);  // of any text, in the middle of a query
    sqlite3_limit(handle_, SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(kSqlBytesMax));
    sqlite3_limit(handle_, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(handle_, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    sqlite3_limit(handle_, SQLITE_LIMIT_VDBE_OP, 100'000);
    sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle_, SQLITE_LIMIT_WORKER_THREADS, 0);
  }
  ~Guard() {
    sqlite3_set_authorizer(handle_, nullptr, nullptr);
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  sqlite3* handle_;
  Clock::time_point until_;
};

// --- what was wrong, in a sentence
// ----------------------------------------------------------------

using Names = std::vector<std::pair<std::string, std::string>>;  // a name, and whose it is

Names all_of(sqlite3* handle, const char* sql) {
  Names names;
  sqlite3_exec(
      handle, sql,
      [](void* into, int, char** values, char**) {
        static_cast<Names*>(into)->emplace_back(values[0] ? values[0] : "",
                                                values[1] ? values[1] : "");
        return 0;
      },
      &names, nullptr);
  return names;
}

// ", did you mean ...?" or where to find the names.
std::string suggestion(sqlite3* handle, const std::string& word, const char* sql,
                       const std::string& otherwise) {
  const Names names = all_of(handle, sql);
  std::vector<std::string_view> candidates;
  for (const auto& [name, owner] : names) candidates.push_back(name);
  const std::string_view best = nearest(word, candidates);
  if (best.empty()) return otherwise;
  std::string where;
  for (const auto& [name, owner] : names)
    if (name == best && !owner.empty()) where.append(where.empty() ? " (of " : ", ").append(owner);
  if (!where.empty()) where += ')';
  return "; did you mean " + std::string(best) + where + "?";
}

// What stands behind `prefix` in `text`, if it begins so.
std::optional<std::string> after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return std::string(text.substr(prefix.size()));
}

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

constexpr const char* kAllColumns =
    "SELECT c.name, t.name FROM pragma_table_list t, pragma_table_info(t.name) c "
    "WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'";
constexpr const char* kAllTables =
    "SELECT name, '' FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE "
    "'sqlite_%'";
constexpr const char* kAllFunctions = "SELECT DISTINCT name, '' FROM pragma_function_list";

// The place in the query that SQLite points at: the next few words.
std::string place(sqlite3* handle, std::string_view sql) {
  const int at = sqlite3_error_offset(handle);
  if (at < 0 || static_cast<std::size_t>(at) >= sql.size()) return {};
  std::string rest(sql.substr(static_cast<std::size_t>(at), 40));
  for (char& c : rest)
    if (c == '\n' || c == '\t') c = ' ';
  return ", at: " + rest;
}

Status explain(sqlite3* handle, std::string_view sql, std::chrono::milliseconds time_max) {
  const int code = sqlite3_errcode(handle);
  const std::string message = sqlite3_errmsg(handle);
  const std::string where = place(handle, sql);
  sqlite3_set_authorizer(handle, nullptr, nullptr);  // the suggestions read the schema
  if (code == SQLITE_INTERRUPT)
    return {Code::timed_out, "The query took longer than " +
                                 std::to_string(time_max.count() / 1000) +
                                 " s and was ended; ask for less, or use an index (EXPLAIN QUERY "
                                 "PLAN shows what it reads)."};
  if (code == SQLITE_AUTH)
    return wrong("The read models can only be read: SELECT, VALUES, WITH and EXPLAIN are allowed.");
  if (code == SQLITE_NOMEM || code == SQLITE_TOOBIG || code == SQLITE_FULL)
    return wrong("The query needs more memory than it may have; ask for less.");
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return {Code::corruption, "The read models are damaged: " + message +
                                  "; build them anew (POST /v1/read-models/rebuild)."};
  if (code != SQLITE_ERROR) return {Code::io_error, "The query failed: " + message + "."};
  if (const auto name = after(message, "no such column: "))
    return wrong("There is no column " + *name +
                 suggestion(handle, last_part(*name), kAllColumns,
                            "; see the schema for the columns that there are."));
  if (const auto name = after(message, "no such table: "))
    return wrong("There is no table " + *name +
                 suggestion(handle, last_part(*name), kAllTables,
                            "; see the schema for the tables that there are."));
  if (const auto name = after(message, "no such function: "))
    return wrong("There is no function " + *name +
                 suggestion(handle, *name, kAllFunctions, " in SQLite."));
  return wrong("The SQL is wrong: " + message + where + ".");
}

// --- running
// --------------------------------------------------------------------------------------

struct Finalizer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, Finalizer>;

// True if nothing but blanks, comments and semicolons is left.
bool is_blank(sqlite3* handle, const char* tail) {
  sqlite3_stmt* more = nullptr;
  const int result = sqlite3_prepare_v2(handle, tail, -1, &more, nullptr);
  sqlite3_finalize(more);
  return result == SQLITE_OK && more == nullptr;
}

Status bind_all(sqlite3_stmt* statement, const SqlParameters& parameters) {
  std::set<std::string> bound;
  for (const auto& [name, value] : parameters) {
    const int at = sqlite3_bind_parameter_index(statement, (":" + name).c_str());
    if (at == 0) return wrong("The query has no parameter :" + name + ", but a value is given.");
    bound.insert(name);
    if (const auto* number = std::get_if<std::int64_t>(&value))
      sqlite3_bind_int64(statement, at, *number);
    else if (const auto* real = std::get_if<double>(&value))
      sqlite3_bind_double(statement, at, *real);
    else if (const auto* text = std::get_if<std::string>(&value))
      sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()),
                        SQLITE_TRANSIENT);
  }
  for (int at = 1; at <= sqlite3_bind_parameter_count(statement); ++at) {
    const char* name = sqlite3_bind_parameter_name(statement, at);
    if (name == nullptr || name[0] != ':')
      return wrong("Parameters are written :name, and given by that name.");
    if (!bound.contains(name + 1))
      return wrong("The query's parameter " + std::string(name) + " has no value.");
  }
  return {};
}

std::size_t bytes_of(const SqlValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return sizeof value + (text == nullptr ? 0 : text->size());
}

}  // namespace

Result<SqlRows> run_read_query(Database& database, std::string_view sql,
                               const SqlParameters& parameters, const ReadLimits& limits) {
  sqlite3* const handle = database.handle();
  if (sql.size() > kSqlBytesMax)
    return wrong("The SQL is longer than " + std::to_string(kSqlBytesMax) + " bytes.");
  const std::string text(sql);
  if (text.find('\0') != std::string::npos) return wrong("The SQL holds a zero byte.");
  const Guard guard(handle, limits.time_max);
  sqlite3_stmt* prepared = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v2(handle, text.c_str(), -1, &prepared, &tail);
  const StatementPtr statement(prepared);
  if (result != SQLITE_OK) return explain(handle, text, limits.time_max);
  if (prepared == nullptr) return wrong("The SQL is empty; give a SELECT.");
  if (!is_blank(handle, tail)) return wrong("Only one statement can be run at a time.");
  if (sqlite3_stmt_readonly(prepared) == 0 || sqlite3_column_count(prepared) == 0)
    return wrong("The read models can only be read: SELECT, VALUES, WITH and EXPLAIN are allowed.");
  if (const Status status = bind_all(prepared, parameters); !status.ok()) return status;

  SqlRows rows;
  const int columns = sqlite3_column_count(prepared);
  for (int at = 0; at < columns; ++at) rows.columns.emplace_back(sqlite3_column_name(prepared, at));
  std::size_t bytes = 0;
  while (true) {
    const int step = sqlite3_step(prepared);
    if (step == SQLITE_DONE) return rows;
    if (step != SQLITE_ROW) return explain(handle, text, limits.time_max);
    if (rows.rows.size() >= limits.rows_max || bytes >= limits.bytes_max) {
      rows.truncated = true;
      return rows;
    }
    std::vector<SqlValue>& row = rows.rows.emplace_back();
    row.reserve(static_cast<std::size_t>(columns));
    for (int at = 0; at < columns; ++at)
      bytes += bytes_of(row.emplace_back(column_value(prepared, at)));
  }
}

}  // namespace souk::store::sql
