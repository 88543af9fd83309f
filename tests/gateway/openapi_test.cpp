// docs/openapi.yaml has every path, method and query parameter that the gateway takes.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "node/gateway/routes.hpp"

namespace souk::gateway {
namespace {

std::string read_document() {
  const std::ifstream file(SOUK_SOURCE_DIR "/docs/openapi.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The lines of one path, up to the next one; empty if there is none.
std::string section_of(const std::string& document, std::string_view path) {
  const std::string heading = "\n  " + std::string(path) + ":\n";
  const std::size_t begin = document.find(heading);
  if (begin == std::string::npos) return {};
  std::size_t end = begin + heading.size();
  while (end < document.size() && document.compare(end, 4, "    ") == 0)
    end = std::min(document.find('\n', end), document.size() - 1) + 1;
  return document.substr(begin, end - begin);
}

// Where a parameter is described: in place, or once for all.
bool has_parameter(const std::string& document, const std::string& section, std::string_view name) {
  const std::string in_place = "name: " + std::string(name);
  if (section.find(in_place + ",") != std::string::npos ||
      section.find(in_place + "\n") != std::string::npos)
    return true;
  const std::size_t shared = document.find("      " + in_place + "\n      in: query");
  if (shared == std::string::npos) return false;
  const std::size_t colon = document.rfind(":\n", shared);
  const std::size_t line = document.rfind('\n', colon) + 1;
  const std::string key = document.substr(line + 4, colon - line - 4);
  return section.find("#/components/parameters/" + key + "\"") != std::string::npos;
}

TEST(OpenApi, HasEveryRoute) {
  const std::string document = read_document();
  for (const Route& route : routes()) {
    const std::string section = section_of(document, route.pattern);
    ASSERT_FALSE(section.empty()) << route.pattern;
    const auto has = [&](const char* method) {
      return section.find("\n    " + std::string(method) + ":\n") != std::string::npos;
    };
    EXPECT_EQ(has("get"), route.get != nullptr || route.list != nullptr) << route.pattern;
    EXPECT_EQ(has("post"), route.post != nullptr) << route.pattern;
    EXPECT_EQ(has("put"), route.put != nullptr) << route.pattern;
    for (const auto names :
         {route.get_parameters, route.post_parameters,
          route.list != nullptr ? route.list->parameters : std::span<const std::string_view>()})
      for (const std::string_view name : names)
        EXPECT_TRUE(has_parameter(document, section, name)) << route.pattern << " " << name;
  }
}

// The key of a list that can be paged must be among what it selects, as it is.
TEST(ListingData, KeysAreSelected) {
  int paged = 0;
  for (const Route& route : routes()) {
    if (route.list == nullptr) continue;
    const Listing& list = *route.list;
    if (std::ranges::find(list.parameters, "cursor") == list.parameters.end()) continue;
    ++paged;
    for (const KeyColumn& key : list.key) {
      const auto column = std::ranges::find(list.columns, key.name, &ListColumn::name);
      ASSERT_NE(column, list.columns.end()) << list.name << " " << key.name;
      EXPECT_EQ(column->sql, "") << list.name << " " << key.name;
    }
  }
  EXPECT_GT(paged, 5);
}

}  // namespace
}  // namespace souk::gateway
