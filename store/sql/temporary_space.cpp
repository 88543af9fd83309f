#include "store/sql/temporary_space.hpp"

#include <limits>
#include <new>
#include <sqlite3.h>

namespace souk::store::sql {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

struct Budget {
  std::int64_t left = kNoLimit;
  bool exceeded = false;
};
thread_local Budget budget;

// Stands before the file of the usual VFS in the memory that SQLite gives a file.
struct CountedFile {
  sqlite3_file base;
  std::int64_t size;  // the highest byte written so far
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<CountedFile*>(file) + 1);
}

int close(sqlite3_file* file) {
  budget.left += budget.left == kNoLimit ? 0 : reinterpret_cast<CountedFile*>(file)->size;
  return real(file)->pMethods->xClose(real(file));
}
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), to, size, at);
}
int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  auto& counted = *reinterpret_cast<CountedFile*>(file);
  const std::int64_t growth = at + size - counted.size;
  if (growth > 0 && budget.left != kNoLimit) {
    if (growth > budget.left) {
      budget.exceeded = true;
      return SQLITE_FULL;
    }
    budget.left -= growth;
    counted.size += growth;
  }
  return real(file)->pMethods->xWrite(real(file), from, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) { return real(file)->pMethods->xSync(real(file), flags); }
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int kind) { return real(file)->pMethods->xLock(real(file), kind); }
int unlock(sqlite3_file* file, int kind) { return real(file)->pMethods->xUnlock(real(file), kind); }
int reserved(sqlite3_file* file, int* is) {
  return real(file)->pMethods->xCheckReservedLock(real(file), is);
}
int control(sqlite3_file* file, int what, void* with) {
  // A hint to grow at once would be growth that `write` does not see.
  if (what == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
  return real(file)->pMethods->xFileControl(real(file), what, with);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

// Version 1: no shared memory and no mmap, which temporary files can do without.
constexpr sqlite3_io_methods kCounted{1,       close,       read,           write,  truncate,
                                      sync,    file_size,   lock,           unlock, reserved,
                                      control, sector_size, characteristics};

sqlite3_vfs* usual_vfs() { return sqlite3_vfs_find("unix"); }

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* usual = usual_vfs();
  if ((flags & SQLITE_OPEN_DELETEONCLOSE) == 0)
    return usual->xOpen(usual, name, file, flags, out_flags);
  auto* counted = new (file) CountedFile{};
  real(file)->pMethods = nullptr;
  const int result = usual->xOpen(usual, name, real(file), flags, out_flags);
  if (result == SQLITE_OK) counted->base.pMethods = &kCounted;
  return result;
}

sqlite3_vfs make_bounded_vfs() {
  sqlite3_initialize();
  sqlite3_vfs vfs = *usual_vfs();
  vfs.zName = "souk-bounded";
  vfs.pNext = nullptr;
  vfs.szOsFile += static_cast<int>(sizeof(CountedFile));
  vfs.xOpen = open;
  return vfs;
}

}  // namespace

const char* bounded_vfs() {
  static sqlite3_vfs vfs = make_bounded_vfs();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? vfs.zName : nullptr;
}

TemporarySpace::TemporarySpace(std::int64_t bytes_max) { budget = {bytes_max, false}; }
TemporarySpace::~TemporarySpace() { budget = {}; }
bool TemporarySpace::exceeded() const { return budget.exceeded; }

}  // namespace souk::store::sql
