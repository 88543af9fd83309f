// The rows of one type in one table: statements that follow from the type's columns().
#pragma once

#include <string>

#include "events/columns.hpp"
#include "store/sql/database.hpp"

namespace souk::store::sql {

// The documented CREATE TABLE statement of a row type: one column a line with its comment beside
// it, the table's comment above, WITHOUT ROWID. SQLite keeps the text, so that `.schema` reads like
// documentation.
template <RowType Row>
std::string create_table_sql();

// Reads and writes single rows by key. Prepares its statements at first use. Belongs to whoever has
// the database, and goes before it.
template <RowType Row>
class RowStore {
 public:
  explicit RowStore(Database& database) : database_(&database) {}

  // Reads the row of `key` into `row`; false if there is none. Corruption if a value does not fit.
  Result<bool> load(const KeyOf<Row>& key, Row& row);

  Status insert(const Row& row);  // fails if the key is there
  Status update(const Row& row);  // all columns but the key; not_found if the key is not there
  Status erase(const KeyOf<Row>& key);  // not_found if it is not there

 private:
  Database* database_;
  Statement select_;
  Statement insert_;
  Statement update_;
  Statement erase_;
};

}  // namespace souk::store::sql

#include "store/sql/row_store_impl.hpp"
