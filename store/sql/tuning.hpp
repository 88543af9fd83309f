// How a connection that writes is set up. README.md has the measurements.
#pragma once

#include "store/sql/database.hpp"

namespace souk::store::sql {

// For the one connection that keeps a file up to date while others read it: WAL, synced at
// checkpoints. A power cut may take back the last commits, whole ones, newest first; never a part.
Status tune_writer(Database& database);

// For filling a new file that is thrown away if anything fails: no journal, so no rollback and no
// protection from a crash; nobody else can open the file. Not in a transaction.
Status tune_bulk_load(Database& database);

// Ends that: back to WAL and to sharing the file. Once it has returned ok all of the file is on the
// disk (its name in the directory is the caller's to sync). Then call tune_writer.
Status finish_bulk_load(Database& database);

}  // namespace souk::store::sql
