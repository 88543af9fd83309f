#include "tools/bench/run_directory.hpp"

#include <cerrno>
#include <cstring>
#include <linux/magic.h>
#include <stdlib.h>
#include <string>
#include <sys/vfs.h>
#include <system_error>

#include <fmt/format.h>

#include "tools/bench/error.hpp"
#include "tools/bench/progress.hpp"

namespace souk::bench {

RunDirectory::RunDirectory(const std::filesystem::path& base, std::string_view name, bool keep)
    : keep_(keep) {
  std::error_code error;
  std::filesystem::create_directories(base, error);
  std::string path = (base / fmt::format("souk-bench-{}-XXXXXX", name)).string();
  if (::mkdtemp(path.data()) == nullptr)
    throw BenchError(
        fmt::format("cannot make a directory in {}: {}; choose another with --data-dir",
                    base.string(), std::strerror(errno)));
  path_ = path;
  if (is_in_memory(path_))
    note(
        fmt::format("warning: {} is in memory, where a sync costs nothing: these figures say "
                    "little about a disk. Choose another place with --data-dir.",
                    base.string()));
}

RunDirectory::~RunDirectory() {
  if (keep_) {
    note(fmt::format("kept {}", path_.string()));
    return;
  }
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) note(fmt::format("could not remove {}: {}", path_.string(), error.message()));
}

std::filesystem::path default_base() {
  const char* base = ::getenv("TMPDIR");
  return base != nullptr && *base != '\0' ? base : "/var/tmp";
}

bool is_in_memory(const std::filesystem::path& directory) {
  struct statfs status {};
  return ::statfs(directory.c_str(), &status) == 0 &&
         (status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC);
}

}  // namespace souk::bench
