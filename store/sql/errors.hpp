// SQLite's result codes as a Status.
#pragma once

#include <string_view>

#include "store/status.hpp"

struct sqlite3;

namespace souk::store::sql {

// `what` failed on the file at `path` with a result code and SQLite's own words for it: one
// sentence, with what to do if that is known.
Status failure(int result, std::string_view what, std::string_view path, std::string_view words);

// The same for the last call on `handle`.
Status failure(sqlite3* handle, std::string_view what);

}  // namespace souk::store::sql
