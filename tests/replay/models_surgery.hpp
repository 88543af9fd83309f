// Damage that SQL cannot do: changes to the b-trees of an SQLite file behind SQLite's back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/sql/database.hpp"

namespace souk::replay {

// Opens the file anew for each statement, so that each sees the schema that the one before left.
inline void run_sql(const std::string& file, const std::string& sql) {
  auto database = store::sql::Database::open(file, store::sql::Mode::read_write);
  ASSERT_TRUE(database.ok());
  const store::Status status = database->execute(sql);
  ASSERT_TRUE(status.ok()) << status.message();
}

// Changes an index's entries, and not its table: an index's b-tree is that of a table without
// rowids whose key is all of its columns, so the schema may call it one for a while. `changes` is
// SQL about the table `entries`; `columns` are the index's, the key's last.
inline void edit_index(const std::string& file, const std::string& index,
                       const std::string& columns, const std::string& changes) {
  run_sql(file,
          "PRAGMA writable_schema = 1; INSERT INTO sqlite_schema SELECT 'table', 'entries', "
          "'entries', rootpage, 'CREATE TABLE entries (" +
              columns + ", PRIMARY KEY (" + columns +
              ")) WITHOUT ROWID' FROM sqlite_schema WHERE name = '" + index + "'");
  run_sql(file, changes);
  run_sql(file, "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE name = 'entries'");
}

// One page of an SQLite file, in memory until it is written.
class Page {
 public:
  Page(const std::string& file, std::uint32_t number) : file_(file) {
    std::ifstream in(file, std::ios::binary);
    std::string head(100, '\0');
    in.read(head.data(), 100);
    bytes_.resize(number_at(head, 16));
    at_ = (number - 1) * bytes_.size();
    in.seekg(static_cast<std::streamoff>(at_));
    in.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
  }

  bool is_leaf() const { return bytes_[0] == 10; }  // of an index, or of a table without rowids
  std::size_t cells() const { return number_at(bytes_, 3); }
  // Of an inner page: the page before its first cell.
  std::uint32_t first_child() const {
    const std::size_t cell = number_at(bytes_, 12);
    return static_cast<std::uint32_t>(number_at(bytes_, cell) << 16 | number_at(bytes_, cell + 2));
  }

  // The entries stay as they are, and change places.
  void swap_cells(std::size_t a, std::size_t b) {
    std::swap_ranges(bytes_.begin() + place(a), bytes_.begin() + place(a) + 2,
                     bytes_.begin() + place(b));
    std::fstream out(file_, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at_));
    out.write(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
  }

 private:
  static std::size_t number_at(const std::string& bytes, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                    static_cast<unsigned char>(bytes[at + 1]));
  }
  static std::ptrdiff_t place(std::size_t cell) {
    return static_cast<std::ptrdiff_t>(8 + 2 * cell);
  }

  std::string file_;
  std::string bytes_;
  std::size_t at_ = 0;
};

// Swaps two neighbours in the first leaf of a table's or an index's b-tree.
inline void swap_neighbours(const std::string& file, const std::string& name) {
  run_sql(file, "PRAGMA wal_checkpoint(TRUNCATE)");
  std::uint32_t root = 0;
  {
    auto database = store::sql::Database::open(file, store::sql::Mode::read_only);
    ASSERT_TRUE(database.ok());
    auto query = database->prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?1");
    ASSERT_TRUE(query.ok());
    query->bind(1, std::string_view(name));
    ASSERT_TRUE(*query->step());
    root = static_cast<std::uint32_t>(query->integer(0));
  }
  Page page(file, root);
  while (!page.is_leaf()) page = Page(file, page.first_child());
  ASSERT_GE(page.cells(), 4u);
  page.swap_cells(1, 2);
}

}  // namespace souk::replay
