#include "tools/replay/import_directory.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/replay/failure.hpp"
#include "tools/replay/file_io.hpp"

namespace souk::replay {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = "souk-import";  // a file in a directory that is not whole

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

void refuse_unless_empty(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return;
  if (!fs::is_directory(path, error) || !fs::is_empty(path, error))
    throw Failure(kExitBadInput,
                  fmt::format("{} is there and not empty; an import makes a new data directory, "
                              "give another one",
                              path));
}

}  // namespace

ImportDirectory::ImportDirectory(const std::string& path)
    : path_(without_slash(path)), partial_(path_ + ".partial") {
  refuse_unless_empty(path_);
  std::error_code error;
  fs::create_directory(partial_, error);
  if (error)
    throw Failure(kExitUnreachable,
                  fmt::format("{} cannot be created: {}", partial_, error.message()));
  lock();
  try {
    clear();
  } catch (...) {
    unlock();
    throw;
  }
}

ImportDirectory::~ImportDirectory() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(partial_, ignored);
  unlock();
}

void ImportDirectory::lock() {
  lock_ = ::open(partial_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0)
    throw Failure(kExitUnreachable,
                  fmt::format("{} cannot be opened: {}", partial_, std::strerror(errno)));
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  unlock();
  throw Failure(kExitUnreachable,
                fmt::format("another import makes {} just now; wait for it", path_));
}

void ImportDirectory::unlock() {
  if (lock_ >= 0) ::close(lock_);
  lock_ = -1;
}

// Empties it, if it is an import's, and marks it.
void ImportDirectory::clear() {
  const fs::path mark = fs::path(partial_) / kMark;
  if (!fs::is_empty(partial_) && !fs::exists(mark))
    throw Failure(
        kExitBadInput,
        fmt::format("{} is there, and was not left by an import; move it away", partial_));
  for (const auto& entry : fs::directory_iterator(partial_))
    if (entry.path() != mark) fs::remove_all(entry.path());
  replace_file(mark, "An import is making this directory. Left behind, it can be removed.\n");
}

void ImportDirectory::commit() {
  refuse_unless_empty(path_);
  rename_file(partial_, path_);
  committed_ = true;
  remove_file(fs::path(path_) / kMark);
  sync_directory(path_);
}

}  // namespace souk::replay
