#include "store/sql/writer.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <xxhash.h>

namespace souk::store::sql {

Status tune_writer(Database& database) {
  return database.execute(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = NORMAL;"
      "PRAGMA locking_mode = NORMAL;"
      "PRAGMA wal_autocheckpoint = 4000;"      // pages: 16 MiB
      "PRAGMA journal_size_limit = 67108864;"  // bytes that the log keeps on the disk
      "PRAGMA cache_size = -65536;"            // KiB
      "PRAGMA temp_store = MEMORY;");
}

Status tune_bulk_load(Database& database) {
  return database.execute(
      "PRAGMA journal_mode = OFF;"
      "PRAGMA synchronous = OFF;"
      "PRAGMA locking_mode = EXCLUSIVE;"
      "PRAGMA cache_size = -131072;"
      "PRAGMA temp_store = MEMORY;");
}

Status finish_bulk_load(Database& database, const std::string& path) {
  // The first read after the change of the mode lets go of the exclusive lock.
  Status status = database.execute(
      "PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema LIMIT 1; PRAGMA analysis_limit = "
      "1000; ANALYZE;");
  if (!status.ok()) return status;
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle >= 0 && ::fsync(handle) == 0) {
    ::close(handle);
    return {};
  }
  status = {Code::io_error, "Syncing " + path + " failed: " + std::strerror(errno) + "."};
  if (handle >= 0) ::close(handle);
  return status;
}

std::string text_hash(std::string_view text) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
  return digits;
}

}  // namespace souk::store::sql
