#include "tests/gateway/model_file.hpp"

#include <cstdlib>
#include <filesystem>

#include "actors/read_models/schema.hpp"

namespace souk::testing {
namespace {

std::string make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "souk-gateway-XXXXXX").string();
  EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
  return pattern;
}

template <class Row>
struct TableSql {
  static std::string text() { return store::sql::create_table_sql<Row>(); }
};

template <class... Sql, class Execute>
void for_each_table(std::tuple<Sql...>*, Execute execute) {
  (execute(Sql::text()), ...);
}

}  // namespace

ModelFile::ModelFile() : folder_(make_folder()), path_(folder_ + "/read-models.sqlite") {
  auto opened = store::sql::Database::open(path_, store::sql::Mode::create);
  EXPECT_TRUE(opened.ok()) << opened.status().message();
  database_ = std::move(*opened);
  execute("PRAGMA journal_mode = WAL");
  for_each_table(static_cast<read_models::ForEachRow<TableSql>*>(nullptr),
                 [this](const std::string& sql) { execute(sql); });
  for (const std::string_view sql : read_models::indexes()) execute(sql);
  for (const read_models::View& view : read_models::views())
    execute(read_models::create_view_sql(view));
}

ModelFile::~ModelFile() {
  database_ = {};
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void ModelFile::execute(std::string_view sql) {
  const store::Status status = database_.execute(sql);
  EXPECT_TRUE(status.ok()) << status.message() << "\n" << sql;
}

}  // namespace souk::testing
