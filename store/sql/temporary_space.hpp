// A bound on the temporary files that a query fills: sorts and intermediate results go to files
// once they outgrow SQLite's cache, and SQLite itself would go on until the disk is full.
#pragma once

#include <cstdint>

namespace souk::store::sql {

// The name of a VFS that is the usual one, but counts what is written to temporary files against
// the TemporarySpace of the calling thread, and says SQLITE_FULL when that is used up.
const char* bounded_vfs();

// While one exists, its thread's temporary files may hold so many bytes in all; files made under it
// must be closed under it. One at a time.
class TemporarySpace {
 public:
  explicit TemporarySpace(std::int64_t bytes_max);
  ~TemporarySpace();
  TemporarySpace(const TemporarySpace&) = delete;
  TemporarySpace& operator=(const TemporarySpace&) = delete;

  bool exceeded() const;
};

}  // namespace souk::store::sql
