#include "store/sql/database.hpp"

#include <sqlite3.h>
#include <utility>

namespace souk::store::sql {
namespace {

constexpr int kBusyMilliseconds = 2'000;
constexpr int kInterruptEvery = 10'000;  // instructions of SQLite's machine: well under 1 ms

Code code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::corruption;
    case SQLITE_CANTOPEN: return Code::not_found;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return Code::invalid;
    case SQLITE_INTERRUPT: return Code::timed_out;
    default: return Code::io_error;
  }
}

int flags_of(Mode mode) {
  constexpr int kOneThread = SQLITE_OPEN_NOMUTEX;
  switch (mode) {
    case Mode::read_only: return SQLITE_OPEN_READONLY | kOneThread;
    case Mode::read_write: return SQLITE_OPEN_READWRITE | kOneThread;
    case Mode::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE | kOneThread;
  }
  return SQLITE_OPEN_READONLY;
}

int stop_if_set(void* flag) {
  return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_relaxed) ? 1 : 0;
}

}  // namespace

SqlValue column_value(sqlite3_stmt* statement, int at) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(statement, at)); };
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, at);
    case SQLITE_FLOAT: return sqlite3_column_double(statement, at);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
      return std::string(text, size());
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, at));
      std::string hex;
      for (std::size_t i = 0; i < size(); ++i)
        hex.append({kHex[bytes[i] >> 4], kHex[bytes[i] & 15]});
      return hex;
    }
    default: return std::monostate();
  }
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  Database database;
  database.path_ = path;
  const int result = sqlite3_open_v2(path.c_str(), &database.handle_, flags_of(mode), nullptr);
  if (result == SQLITE_CANTOPEN)
    return Status(
        mode == Mode::create ? Code::io_error : Code::not_found,
        "The database " + path + " cannot be " +
            (mode == Mode::create ? "created" : "opened: is it there, and readable?") +
            (mode == Mode::create ? " (" + std::string(sqlite3_errmsg(database.handle_)) + ")."
                                  : ""));
  if (result != SQLITE_OK) return database.error("Opening it");
  sqlite3_extended_result_codes(database.handle_, 1);
  sqlite3_busy_timeout(database.handle_, kBusyMilliseconds);
  // SQLite opens lazily: this finds out whether the file is a database at all.
  if (const Status status = database.execute("PRAGMA schema_version"); !status.ok()) return status;
  return database;
}

Database::~Database() { sqlite3_close_v2(handle_); }

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), path_(std::move(other.path_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(path_, other.path_);
  return *this;
}

Status Database::execute(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return error("Running " + text.substr(0, text.find('\n')));
}

Result<Statement> Database::prepare(std::string_view sql) {
  Statement statement;
  statement.handle_path_ = path_;
  const int result = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement.handle_, nullptr);
  if (result != SQLITE_OK) return error("Preparing " + std::string(sql));
  return statement;
}

void Database::interrupt_when(const std::atomic<bool>& flag) {
  sqlite3_progress_handler(handle_, kInterruptEvery, stop_if_set,
                           const_cast<std::atomic<bool>*>(&flag));
}

Status Database::error(std::string_view what) const {
  return {code_of(sqlite3_extended_errcode(handle_)),
          std::string(what) + " in " + path_ + " failed: " + sqlite3_errmsg(handle_) + "."};
}

// --- Statement
// ------------------------------------------------------------------------------------

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement::Statement(Statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), handle_path_(std::move(other.handle_path_)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(handle_path_, other.handle_path_);
  return *this;
}

void Statement::bind(int at, std::string_view text) {
  // A null pointer would bind NULL.
  sqlite3_bind_text(handle_, at, text.data() == nullptr ? "" : text.data(),
                    static_cast<int>(text.size()), SQLITE_STATIC);
}

void Statement::bind(int at, std::int64_t number) { sqlite3_bind_int64(handle_, at, number); }

void Statement::bind_null(int at) { sqlite3_bind_null(handle_, at); }

void Statement::bind(int at, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return bind(at, *number);
  if (const auto* text = std::get_if<std::string>(&value)) return bind(at, std::string_view(*text));
  if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_bind_double(handle_, at, *real);
    return;
  }
  bind_null(at);
}

Result<bool> Statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    sqlite3_reset(handle_);
    return false;
  }
  sqlite3* const handle = sqlite3_db_handle(handle_);
  const Status status(
      code_of(sqlite3_extended_errcode(handle)),
      "A statement in " + handle_path_ + " failed: " + sqlite3_errmsg(handle) + ".");
  sqlite3_reset(handle_);
  return status;
}

Status Statement::run() { return step().status(); }

void Statement::reset() { sqlite3_reset(handle_); }

bool Statement::is_null(int at) const { return sqlite3_column_type(handle_, at) == SQLITE_NULL; }

std::int64_t Statement::integer(int at) const { return sqlite3_column_int64(handle_, at); }

std::string_view Statement::text(int at) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, at));
  return {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, at))};
}

SqlValue Statement::value(int at) const { return column_value(handle_, at); }

int Statement::columns() const { return sqlite3_column_count(handle_); }

std::string_view Statement::column_name(int at) const { return sqlite3_column_name(handle_, at); }

}  // namespace souk::store::sql
