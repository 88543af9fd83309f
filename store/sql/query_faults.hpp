// What is wrong with SQL that somebody wrote, in a sentence that helps them mend it.
#pragma once

#include <string_view>

#include "store/status.hpp"

struct sqlite3;

namespace souk::store::sql {

// Explains why SQLite, with its last call on `handle`, found `sql` wrong (its result was
// SQLITE_ERROR): where it is wrong; for an unknown name, which one was probably meant. Reads the
// schema on the same connection.
Status explain_fault(sqlite3* handle, std::string_view sql);

// " (line 2, column 7)", counted from 1; `at` in bytes.
std::string place_in(std::string_view sql, std::size_t at);

}  // namespace souk::store::sql
