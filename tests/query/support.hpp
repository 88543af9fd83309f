// What the query tests share: a data directory with a small shop in it, and the program run inside
// the test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "store/sql/database.hpp"

namespace souk::query::testing {

// "Now" in these tests: 2010-12-24T12:30:00Z, the day after the shop's last sale.
inline constexpr Time kNow{1'293'193'800'000'000};

// A directory as a node leaves it: read-models.sqlite, a link to a database with the shop's rows,
// and a log whose order partition has three records. Removed at the end.
class ShopDirectory {
 public:
  ShopDirectory();
  ~ShopDirectory();
  ShopDirectory(const ShopDirectory&) = delete;
  ShopDirectory& operator=(const ShopDirectory&) = delete;

  std::string path() const { return path_; }
  std::string database() const { return path_ / "read-models-1.sqlite"; }

  // Runs statements on the database, as the node would.
  void execute(const std::string& sql);

 private:
  std::filesystem::path path_;
};

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs the program with these words. `input` is what stands on stdin.
Outcome query(const std::vector<std::string>& words, const std::string& input = "",
              const std::string& url = "http://127.0.0.1:1");

}  // namespace souk::query::testing
