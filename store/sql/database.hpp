// SQLite, as little of it as souk needs: a connection, prepared statements, Status instead of
// exceptions. Whoever has a Database or a Statement uses it from one thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/ids.hpp"
#include "events/sql_rows.hpp"
#include "store/status.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace souk::store::sql {

enum class Mode : std::uint8_t {
  read_only,   // the file must exist; other processes may write it
  read_write,  // the file must exist
  create,      // the file must not exist
};

class Statement;

class Database {
 public:
  // Fails with not_found, io_error, corruption (not a database), invalid (it exists: Mode::create).
  // A busy database is waited for, two seconds at most.
  //
  // Sets busy_timeout, and the page size of a file that it creates. A read-only connection also
  // gets query_only, a cache of 8 MiB, 256 MiB of mmap, no "text" in double quotes, no trust in the
  // schema. Nothing else: see tuning.hpp for those who write, who also switch the file to WAL.
  //
  // A file in WAL mode can be read while another process writes it. Where nobody has it open,
  // SQLite makes its -shm file beside it to read it, so a directory that may not be written gives
  // io_error.
  static Result<Database> open(const std::string& path, Mode mode);
  Database() = default;  // closed
  ~Database();
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;

  // Runs all statements of `sql`, ignoring rows.
  Status execute(std::string_view sql);

  // Prepares one statement, to be used many times. It may outlive a move of the database, not the
  // database.
  Result<Statement> prepare(std::string_view sql);

  // From now on whatever runs on this connection ends with `timed_out` soon after `flag` has become
  // true. The flag must outlive the connection.
  void interrupt_when(const std::atomic<bool>& flag);

  bool is_open() const { return handle_ != nullptr; }
  sqlite3* handle() const { return handle_; }

  // What the last call said, as a Status with one sentence that names the file.
  Status error(std::string_view what) const;

 private:
  sqlite3* handle_ = nullptr;
};

// The value of a column in the row that a statement stands on: a BLOB as hexadecimal digits, an
// infinite number as the text "Inf" or "-Inf". (SQLite itself makes NULL of what is not a number.)
SqlValue column_value(sqlite3_stmt* statement, int at);

// Binds count from 1, columns from 0, as SQLite's do.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}  // takes it over
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  // A bound text must live until the statement has been reset.
  void bind(int at, std::string_view text);
  void bind(int at, std::int64_t number);
  void bind_null(int at);
  void bind(int at, const SqlValue& value);

  // True: there is a row to read; false: done. After false or an error the statement has been reset
  // and can be bound anew.
  Result<bool> step();
  // Steps a statement to its end, ignoring rows.
  Status run();
  void reset();

  bool is_null(int at) const;
  std::int64_t integer(int at) const;
  std::string_view text(int at) const;  // until the next step
  SqlValue value(int at) const;         // see column_value
  int columns() const;
  std::string_view column_name(int at) const;

  sqlite3_stmt* handle() const { return handle_; }

 private:
  friend class Database;
  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace souk::store::sql
