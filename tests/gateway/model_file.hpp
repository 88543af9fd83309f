// A read-model database in a folder of its own, for the gateway's tests: the real tables, indexes
// and views, filled row by row.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "actors/read_models/tables.hpp"
#include "store/sql/read_query.hpp"
#include "store/sql/row_store.hpp"

namespace souk::testing {

class ModelFile {
 public:
  ModelFile();
  ~ModelFile();
  ModelFile(const ModelFile&) = delete;
  ModelFile& operator=(const ModelFile&) = delete;

  const std::string& path() const { return path_; }

  template <class Row>
  void insert(const Row& row) {
    store::sql::RowStore<Row> rows(database_);
    const store::Status status = rows.insert(row);
    EXPECT_TRUE(status.ok()) << status.message();
  }

  // Between these nothing is synced; a few hundred rows take milliseconds.
  void begin() { execute("BEGIN"); }
  void commit() { execute("COMMIT"); }

 private:
  void execute(std::string_view sql);

  std::string folder_;
  std::string path_;
  store::sql::Database database_;
};

}  // namespace souk::testing
