// The directory of one run: the node's data, its log file, and what the run measured.
#pragma once

#include <filesystem>
#include <string_view>

namespace souk::bench {

class RunDirectory {
 public:
  // Makes `base`/souk-bench-NAME-XXXXXX. Removed with everything in it at the end, unless `keep`.
  // Throws BenchError if it cannot be made.
  RunDirectory(const std::filesystem::path& base, std::string_view name, bool keep);
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path data() const { return path_ / "data"; }
  std::filesystem::path log() const { return path_ / "node.log"; }

 private:
  std::filesystem::path path_;
  bool keep_;
};

// Where runs go unless the person says otherwise: TMPDIR, or /var/tmp, which unlike /tmp is a disk
// everywhere.
std::filesystem::path default_base();

// Whether the directory's file system is memory, where a sync costs nothing.
bool is_in_memory(const std::filesystem::path& directory);

}  // namespace souk::bench
