// Files from one directory to another, so that they are there after a power cut.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "store/status.hpp"

namespace souk::store {

// Told how many more bytes are there; false: stop.
using CopyProgress = std::function<bool(std::uint64_t)>;

// Copies a file to a name that is not taken, synced. timed_out if it was told to stop.
Status copy_file(const std::string& from, const std::string& to, const CopyProgress& progress);

// Gives a file that is never changed a second name, or copies it where the file system cannot.
Status link_or_copy_file(const std::string& from, const std::string& to,
                         const CopyProgress& progress);

// Makes the names in a directory as durable as the files.
Status sync_directory(const std::string& path);

}  // namespace souk::store
