// Is every byte of a directory's files what was written? Answered from RocksDB's checksums of whole
// files, without opening the database: so it also names the file that keeps it from opening.
//
// Changes nothing and takes no lock. Beside a node that runs, it looks at the files as they are
// when it begins: those that are replaced meanwhile stay open here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/status.hpp"

namespace souk::store {

struct FileFinding {
  std::string file;                   // its name in the directory
  std::optional<std::uint64_t> byte;  // where in it, as far as that can be told
  std::string what;                   // what is wrong and what to do, one sentence
  bool is_damage = true;  // false: to be known and no more, as a last write that is not finished
  bool operator==(const FileFinding&) const = default;
};

class RocksCheck {
 public:
  struct File {
    std::string name;
    std::uint64_t bytes = 0;
  };
  // Told how many more bytes were read; false: stop, and find nothing.
  using Progress = std::function<bool(std::uint64_t)>;

  // Fails with not_found if there is no database in `path`, newer_format, io_error.
  static Result<std::unique_ptr<RocksCheck>> open(const std::string& path);
  virtual ~RocksCheck() = default;

  // Those that hold data: CURRENT and the manifest it names, write-ahead logs, tables; also those
  // that should be there and are not.
  virtual const std::vector<File>& files() const = 0;

  // The other files, which hold nothing of the log: reports, options, the lock, and what a crash
  // left over or a node is writing just now.
  virtual const std::vector<std::string>& unchecked() const = 0;

  // Checks the file of that index. From any number of threads at once.
  virtual std::optional<FileFinding> check(std::size_t index, const Progress& progress) const = 0;
};

// All files of a directory, one after the other.
Result<std::vector<FileFinding>> check_rocks_directory(
    const std::string& path,
    const RocksCheck::Progress& progress = [](std::uint64_t) { return true; });

}  // namespace souk::store
