// What the tests of SQLite's part share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "events/columns.hpp"
#include "events/ids.hpp"
#include "store/sql/database.hpp"
#include "store/sql/read_query.hpp"
#include "store/sql/row_store.hpp"
#include "store/sql/tuning.hpp"

namespace souk::store::sql {

// A column of every type, and a key of both.
struct EveryRow {
  static constexpr TableText kTable{
      "every_kind",
      "One row for each kind of value that there is. This sentence is here to be too long for one "
      "line, so that the comment must be wrapped."};
  static constexpr std::size_t kKeyColumns = 2;

  std::string name;
  std::int64_t number = 0;
  std::string text;
  std::int64_t amount_minor = 0;
  bool open = false;
  std::optional<std::int64_t> total_minor;
  Time at;

  bool operator==(const EveryRow&) const = default;
  static constexpr auto columns() {
    using R = EveryRow;
    return std::tuple{
        column("name", &R::name, "whose it is"),
        column("number", &R::number, "1, 2, 3 ... of that name"),
        column("text", &R::text, "NULL if nothing was said"),
        column("amount_minor", &R::amount_minor, "in minor units (pence)"),
        column("open", &R::open, "1 if it is"),
        column("total_minor", &R::total_minor,
               "a comment that goes on for so long that it will not fit beside its column in one "
               "line, and goes on below"),
        column("at", &R::at, "")};
  }
};

// An empty directory of its own, removed at the end.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void expect_ok(const Status& status) { EXPECT_TRUE(status.ok()) << status.message(); }

// Opens a database that must open.
Database must_open(const std::string& path, Mode mode);

// Makes one in WAL mode with the table of EveryRow.
Database make_database(const std::string& path);

// The one value that `sql` gives.
std::int64_t number_of(Database& database, std::string_view sql);

EveryRow row_of(const std::string& name, std::int64_t number, const std::string& text = "");

}  // namespace souk::store::sql
