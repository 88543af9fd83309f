// How a connection that writes is set up. docs: https://www.sqlite.org/pragma.html
#pragma once

#include <string>
#include <string_view>

#include "store/sql/database.hpp"

namespace souk::store::sql {

// For a file that others read meanwhile. Write-ahead log, so that readers and the writer do not
// wait for each other; a commit is atomic whatever dies, and is on the disk after the next
// checkpoint: a power cut may take back the last commits, whole.
Status tune_writer(Database& database);

// For a new file that nobody reads and that is thrown away if anything fails: no journal, no syncs.
Status tune_bulk_load(Database& database);

// Makes the file whole and safe on the disk, and fit for tune_writer.
Status finish_bulk_load(Database& database, const std::string& path);

// A hash of a text, in hexadecimal digits: two schemas that differ have different ones.
std::string text_hash(std::string_view text);

}  // namespace souk::store::sql
