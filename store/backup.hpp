// Copies of data directories that no node has open, and back. (Of one that a node has open:
// Log::checkpoint.) Tables, which are nearly all of the data and never change, are given a second
// name where the file system can, and copied elsewhere; everything else is copied.
//
// The copy is built in `to`.partial and renamed when it is whole and durable: after a failure or a
// crash there is no `to`. What a crash left of such a try, the next one clears away.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "store/status.hpp"

namespace souk::store {

// Told how many bytes of how many are done; false: stop.
using BackupProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

// Copies the data directory `from` to `to`, which must not exist or be empty. Holds the lock of
// `from` meanwhile. Fails with in_use (a node has it open: ask that), not_found (no data in
// `from`), invalid (`to` has something in it), corruption (a file of `from` is missing), timed_out
// (it was told to stop), io_error. What is in the files is not checked: see rocks_check.hpp.
Status backup_directory(
    const std::string& from, const std::string& to,
    const BackupProgress& progress = [](std::uint64_t, std::uint64_t) { return true; });

// The same from a backup to a data directory. `backup` may be on a file system that can only be
// read.
Status restore_directory(
    const std::string& backup, const std::string& to,
    const BackupProgress& progress = [](std::uint64_t, std::uint64_t) { return true; });

}  // namespace souk::store
