#include "store/sql/database.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>
#include <utility>

#include "store/sql/errors.hpp"
#include "store/sql/temporary_space.hpp"

namespace souk::store::sql {
namespace {

constexpr int kBusyMillis = 2'000;
constexpr int kInterruptEvery = 10'000;  // instructions of SQLite's machine: well under 1 ms

// Keeps names from being taken for URIs, or for :memory:.
std::string plain_path(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

Status create_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0644);
  if (file >= 0) {
    ::close(file);
    return {};
  }
  if (errno == EEXIST) return {Code::invalid, path + " exists already"};
  return {Code::io_error, "cannot create " + path + ": " + std::strerror(errno)};
}

Status require_file(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return {};
  return {Code::not_found, "there is no database at " + path};
}

constexpr const char* kCreatePragmas = "PRAGMA page_size = 8192";
constexpr const char* kReadPragmas =
    "PRAGMA query_only = 1; PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456";

// What nobody who only reads needs, and what SQL from outside could abuse.
void harden(sqlite3* handle) {
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
}

}  // namespace

Result<Database> Database::open(const std::string& path, Mode mode) {
  const std::string name = plain_path(path);
  if (Status status = mode == Mode::create ? create_file(name) : require_file(name); !status.ok())
    return status;
  const bool reads = mode == Mode::read_only;
  // NOMUTEX: one thread at a time uses a connection, so no call needs a lock of its own.
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  Database database;
  const int result =
      sqlite3_open_v2(name.c_str(), &database.handle_, flags, reads ? bounded_vfs() : nullptr);
  if (result != SQLITE_OK) return failure(result, "cannot open", path, sqlite3_errstr(result));
  sqlite3_busy_timeout(database.handle_, kBusyMillis);
  if (reads) harden(database.handle_);
  const char* pragmas = reads ? kReadPragmas : mode == Mode::create ? kCreatePragmas : "";
  if (Status status = database.execute(pragmas); !status.ok()) return status;
  // The file is first looked at here.
  if (Status status = database.execute("SELECT count(*) FROM sqlite_schema"); !status.ok())
    return database.error("cannot open");
  return database;
}

Database::~Database() {
  // Lets statements that are still there go first.
  sqlite3_close_v2(handle_);
}

Database::Database(Database&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

Status Database::execute(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return error("cannot run " + text.substr(0, 60));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  Statement statement;
  const int result = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement.handle_, nullptr);
  if (result != SQLITE_OK) return error("cannot prepare " + std::string(sql.substr(0, 60)));
  if (statement.handle_ == nullptr)
    return Status(Code::invalid, "there is no statement to prepare");
  return statement;
}

void Database::interrupt_when(const std::atomic<bool>& flag) {
  sqlite3_progress_handler(
      handle_, kInterruptEvery,
      [](void* set) { return static_cast<const std::atomic<bool>*>(set)->load() ? 1 : 0; },
      const_cast<std::atomic<bool>*>(&flag));
}

Status Database::error(std::string_view what) const { return failure(handle_, what); }

}  // namespace souk::store::sql
