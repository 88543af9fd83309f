#include "tests/sql/support.hpp"

#include <cstdlib>

namespace souk::store::sql {

Directory::Directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "souk-sql-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory for the test");
  path_ = pattern;
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Database must_open(const std::string& path, Mode mode) {
  auto database = Database::open(path, mode);
  if (!database.ok()) throw std::runtime_error(database.status().message());
  return std::move(*database);
}

Database make_database(const std::string& path) {
  Database database = must_open(path, Mode::create);
  expect_ok(tune_writer(database));
  expect_ok(database.execute(create_table_sql<EveryRow>()));
  return database;
}

std::int64_t number_of(Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement.ok()) throw std::runtime_error(statement.status().message());
  const auto row = statement->step();
  if (!row.ok() || !*row) throw std::runtime_error("no row");
  return statement->integer(0);
}

EveryRow row_of(const std::string& name, std::int64_t number, const std::string& text) {
  EveryRow row;
  row.name = name;
  row.number = number;
  row.text = text;
  return row;
}

}  // namespace souk::store::sql
