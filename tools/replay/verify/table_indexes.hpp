// The indexes of one table of the read models, proved against its rows: each index has exactly the
// entries that the rows make, and they stand in order, so that a lookup finds them.
//
// SQLite's own integrity_check looks up every row in every index; adding up hashes of what both
// have (sums.hpp) and comparing neighbours says the same at a fraction of the price.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql/database.hpp"
#include "tools/replay/verify/row_bytes.hpp"
#include "tools/replay/verify/sums.hpp"

namespace souk::replay {

// What is wrong in the structure of the read models' file.
struct RowsFault {
  std::string subject;  // "index orders_by_time", "orders", "" of the file as a whole
  std::string what;     // one sentence without a full stop
};

// An index whose entries are columns as they are, in SQLite's plain order.
struct PlainIndex {
  std::string name;
  std::vector<std::size_t> columns;  // of the table, by their place
};

// A name as SQL writes it.
std::string quoted_name(std::string_view name);

// A statement that reads these columns from that index's b-tree alone, from end to end. It fails
// to be prepared if SQLite has no such way.
std::string scan_sql(std::string_view table, const std::vector<std::string_view>& columns,
                     std::string_view index);

// One table's. One thread, the database's.
class TableIndexes {
 public:
  // Those that the file has, whoever made them. `columns`: all of the table's that are known.
  static store::Result<TableIndexes> of(store::sql::Database& database, std::string_view table,
                                        std::vector<std::string_view> columns);

  // Reads the table's rows in the order of its key's b-tree, whatever other indexes there are.
  std::string rows_sql() const { return scan_sql(table_, columns_, key_index_); }

  // A row of the table: `ends` has the size of `row` after each column.
  void take_row(const RowBytes& row, std::span<const std::size_t> ends);

  // Reads the indexes, after all rows were taken. What is wrong goes to `faults`.
  store::Status check(store::sql::Database& database, std::vector<RowsFault>& faults);

  const std::vector<PlainIndex>& plain() const { return plain_; }
  // Some index is of another kind (partial, of expressions, descending, unique ...), as an operator
  // may have made it: SQLite's own check knows about those.
  bool has_others() const { return has_others_; }

 private:
  store::Status read_index(store::sql::Database& database, std::size_t index,
                           std::vector<RowsFault>& faults);
  store::Status explain(store::sql::Database& database, std::size_t index,
                        std::vector<RowsFault>& faults) const;
  std::vector<std::string_view> columns_of(const PlainIndex& index) const;

  std::string_view table_;
  std::vector<std::string_view> columns_;
  std::string key_index_;  // what SQLite calls the b-tree that holds the rows
  std::vector<PlainIndex> plain_;
  std::vector<BucketSums> left_;  // by index: what rows make less what it has
  RowBytes entry_;
  bool has_others_ = false;
};

}  // namespace souk::replay
