// The files of the read models. Each rebuild makes a new one, a generation, and one symbolic link
// names the current:
//
//   <data>/read-models.sqlite -> read-models/000007.sqlite
//
// The link is replaced by one rename(2), so whoever opens it gets a whole file, the old one or the
// new one. (A rename over the file itself would pair the new file with the old write-ahead log,
// which SQLite finds by name. SQLite follows the link, and puts the log beside the real file.)
//
// Readers that have the old generation open go on reading it, unchanged, until they open it again;
// it is removed some time later.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/status.hpp"

namespace souk::history {

// One thread's. Numbers start at 1.
class Generations {
 public:
  // `data` is the data directory, which exists. Makes the folder for the files.
  static store::Result<Generations> open(const std::string& data);

  // What the link names, if it names a file that is there.
  std::optional<std::uint64_t> current() const;

  // The next generation's number: higher than all that are there.
  std::uint64_t fresh() const;

  std::string path_of(std::uint64_t generation) const;
  const std::string& link() const { return link_; }

  // Makes `generation` the current one for whoever opens the link from now on. Its file must be
  // whole and on the disk, with its name (sync_folder_of). `step` is called before each step, with
  // its name: a test dies there.
  store::Status publish(
      std::uint64_t generation,
      const std::function<void(std::string_view)>& step = [](std::string_view) {}) const;

  // Makes what was published last, also across a power cut. Waits for the disk, nobody for it:
  // until then a power cut brings back the generation before.
  store::Status make_last() const;

  // Removes all generations but these, with what SQLite left beside them.
  void keep_only(const std::vector<std::uint64_t>& generations) const;
  void remove(std::uint64_t generation) const;

 private:
  explicit Generations(const std::string& data);
  std::string folder_;
  std::string link_;
};

// Puts the names in the folder of the file at `path` on the disk.
store::Status sync_folder_of(const std::string& path);

}  // namespace souk::history
