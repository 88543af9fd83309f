// docs/read-models.md and the statements. After a change of the schema:
//   SOUK_WRITE_GOLDEN=1 souk_read_models_tests --gtest_filter='Schema.*'
#include "actors/read_models/schema.hpp"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace souk::read_models {
namespace {

TEST(Schema, IsDocumentedInDocs) {
  const std::string path = SOUK_SOURCE_DIR "/docs/read-models.md";
  if (std::getenv("SOUK_WRITE_GOLDEN") != nullptr) std::ofstream(path) << schema_markdown();
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), schema_markdown())
      << "docs/read-models.md is not what the tables say; SOUK_WRITE_GOLDEN=1 writes it anew.";
}

TEST(Schema, EveryIndexAndViewIsNamedOnce) {
  std::set<std::string_view> names;
  for (const Index& index : index_descriptions()) EXPECT_TRUE(names.insert(index.name).second);
  for (const View& view : views()) EXPECT_TRUE(names.insert(view.name).second);
  EXPECT_EQ(indexes().size(), index_descriptions().size());
}

TEST(Schema, NoLineOfAStatementIsTooWide) {
  const auto expect_narrow = [](std::string_view text) {
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  };
  for (const std::string_view index : indexes()) expect_narrow(index);
  for (const View& view : views()) expect_narrow(create_view_sql(view));
}

}  // namespace
}  // namespace souk::read_models
