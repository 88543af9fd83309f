#include "store/sql/tuning.hpp"

#include <sqlite3.h>

#include "store/sql/errors.hpp"

namespace souk::store::sql {
namespace {

// Runs a PRAGMA that answers with the mode that now holds, which need not be the one asked for.
Status set_mode(Database& database, std::string_view pragma, std::string_view wanted) {
  auto statement = database.prepare(pragma);
  if (!statement.ok()) return statement.status();
  const Result<bool> row = statement->step();
  if (!row.ok()) return row.status();
  if (!*row || statement->text(0) != wanted)
    return {Code::in_use, "cannot change the journal mode of " +
                              std::string(sqlite3_db_filename(database.handle(), "main")) + " to " +
                              std::string(wanted) + ": another connection uses the file"};
  return statement->run();
}

// Through SQLite's own descriptor: closing another one of the same file would drop its locks.
Status sync_file(Database& database) {
  sqlite3_file* file = nullptr;
  int result = sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (result == SQLITE_OK) result = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  if (result == SQLITE_OK) return {};
  return failure(result, "cannot sync", sqlite3_db_filename(database.handle(), "main"),
                 sqlite3_errstr(result));
}

}  // namespace

Status tune_writer(Database& database) {
  if (Status status = set_mode(database, "PRAGMA journal_mode = WAL", "wal"); !status.ok())
    return status;
  return database.execute(
      "PRAGMA synchronous = NORMAL;"
      "PRAGMA cache_size = -65536;"             // KiB
      "PRAGMA wal_autocheckpoint = 8192;"       // pages: 64 MiB between two checkpoints
      "PRAGMA journal_size_limit = 134217728;"  // a WAL that readers made longer is cut again
      "PRAGMA secure_delete = 0;"               // Debian's default is to zero what is erased
      "PRAGMA temp_store = MEMORY;");
}

Status tune_bulk_load(Database& database) {
  if (Status status = set_mode(database, "PRAGMA locking_mode = EXCLUSIVE", "exclusive");
      !status.ok())
    return status;
  if (Status status = set_mode(database, "PRAGMA journal_mode = OFF", "off"); !status.ok())
    return status;
  return database.execute(
      "PRAGMA synchronous = OFF;"
      "PRAGMA cache_size = -262144;"
      "PRAGMA secure_delete = 0;");
}

Status finish_bulk_load(Database& database) {
  if (Status status = set_mode(database, "PRAGMA locking_mode = NORMAL", "normal"); !status.ok())
    return status;
  // The lock goes with the next read.
  if (Status status = database.execute("SELECT count(*) FROM sqlite_schema"); !status.ok())
    return status;
  // What the planner should know of the rows, from a sample.
  if (Status status = database.execute("PRAGMA analysis_limit = 1000; ANALYZE"); !status.ok())
    return status;
  if (Status status = set_mode(database, "PRAGMA journal_mode = WAL", "wal"); !status.ok())
    return status;
  if (Status status = database.execute("PRAGMA wal_checkpoint(TRUNCATE)"); !status.ok())
    return status;
  return sync_file(database);
}

}  // namespace souk::store::sql
