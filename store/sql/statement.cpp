#include <cmath>
#include <sqlite3.h>
#include <utility>

#include "store/sql/database.hpp"
#include "store/sql/errors.hpp"

namespace souk::store::sql {
namespace {

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

SqlValue number(double value) {
  if (std::isinf(value)) return std::string(value < 0 ? "-Inf" : "Inf");
  return value;
}

struct Binder {
  sqlite3_stmt* statement;
  int at;
  void operator()(std::monostate) const { sqlite3_bind_null(statement, at); }
  void operator()(std::int64_t value) const { sqlite3_bind_int64(statement, at, value); }
  void operator()(double value) const { sqlite3_bind_double(statement, at, value); }
  void operator()(std::string_view text) const {
    // A null pointer would bind NULL.
    sqlite3_bind_text(statement, at, text.data() == nullptr ? "" : text.data(),
                      static_cast<int>(text.size()), SQLITE_STATIC);
  }
};

}  // namespace

SqlValue column_value(sqlite3_stmt* statement, int at) {
  const auto bytes = [&](const void* from) {
    return std::string_view(static_cast<const char*>(from),
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
  };
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, at);
    case SQLITE_FLOAT: return number(sqlite3_column_double(statement, at));
    case SQLITE_TEXT: return std::string(bytes(sqlite3_column_text(statement, at)));
    case SQLITE_BLOB: return hex(bytes(sqlite3_column_blob(statement, at)));
    default: return std::monostate();
  }
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement::Statement(Statement&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

void Statement::bind(int at, std::string_view text) { Binder{handle_, at}(text); }
void Statement::bind(int at, std::int64_t number) { sqlite3_bind_int64(handle_, at, number); }
void Statement::bind_null(int at) { sqlite3_bind_null(handle_, at); }
void Statement::bind(int at, const SqlValue& value) { std::visit(Binder{handle_, at}, value); }

Result<bool> Statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    sqlite3_reset(handle_);
    return false;
  }
  const char* sql = sqlite3_sql(handle_);
  Status status = failure(sqlite3_db_handle(handle_),
                          "cannot run " + std::string(std::string_view(sql).substr(0, 60)));
  sqlite3_reset(handle_);
  return status;
}

Status Statement::run() {
  for (;;) {
    const Result<bool> stepped = step();
    if (!stepped.ok()) return stepped.status();
    if (!*stepped) return {};
  }
}

void Statement::reset() { sqlite3_reset(handle_); }

bool Statement::is_null(int at) const { return sqlite3_column_type(handle_, at) == SQLITE_NULL; }
std::int64_t Statement::integer(int at) const { return sqlite3_column_int64(handle_, at); }

std::string_view Statement::text(int at) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, at));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, at))};
}

SqlValue Statement::value(int at) const { return column_value(handle_, at); }

int Statement::columns() const { return sqlite3_column_count(handle_); }
std::string_view Statement::column_name(int at) const { return sqlite3_column_name(handle_, at); }

}  // namespace souk::store::sql
