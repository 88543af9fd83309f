// How much of a disk a directory takes.
#pragma once

#include <cstdint>
#include <string>

namespace souk::store {

struct DiskUse {
  std::uint64_t bytes = 0;         // of its files
  std::uint64_t shared_bytes = 0;  // of those: of files that have another name as well (hard links)
};

// Of the files in `directory` itself, not of folders in it. What cannot be looked at counts
// nothing.
DiskUse disk_use(const std::string& directory);

}  // namespace souk::store
