#include "store/sql/errors.hpp"

#include <sqlite3.h>

namespace souk::store::sql {
namespace {

struct Meaning {
  int result;
  Code code;
  std::string_view advice;
};

constexpr Meaning kMeanings[] = {
    {SQLITE_FULL, Code::io_error, "free some space on its disk"},
    {SQLITE_IOERR, Code::io_error, "look for the disk's errors in the kernel's log"},
    {SQLITE_NOMEM, Code::io_error, "there was no memory left"},
    {SQLITE_CORRUPT, Code::corruption, "remove it, so that it is built anew"},
    {SQLITE_NOTADB, Code::corruption, "it is another kind of file, or damaged"},
    {SQLITE_CANTOPEN, Code::io_error,
     "to read it where nobody writes, its directory must be writable too: copy it to one that is"},
    {SQLITE_PERM, Code::io_error, "look at the file's permissions"},
    {SQLITE_READONLY, Code::io_error, "look at the permissions of the file and its directory"},
    {SQLITE_BUSY, Code::in_use, "another connection has it locked; try again"},
    {SQLITE_LOCKED, Code::in_use, "another statement uses it"},
    {SQLITE_INTERRUPT, Code::timed_out, ""},
};

Meaning meaning_of(int result) {
  for (const Meaning& meaning : kMeanings)
    if (meaning.result == (result & 0xff)) return meaning;
  return {result, Code::invalid, ""};
}

}  // namespace

Status failure(int result, std::string_view what, std::string_view path, std::string_view words) {
  const Meaning meaning = meaning_of(result);
  std::string text(what);
  text.append(" (").append(path).append("): ").append(words);
  if (!meaning.advice.empty()) text.append("; ").append(meaning.advice);
  return {meaning.code, std::move(text)};
}

Status failure(sqlite3* handle, std::string_view what) {
  const char* path = sqlite3_db_filename(handle, "main");
  return failure(sqlite3_extended_errcode(handle), what, path == nullptr ? "closed" : path,
                 sqlite3_errmsg(handle));
}

}  // namespace souk::store::sql
