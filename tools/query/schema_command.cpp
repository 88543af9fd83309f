#include "tools/query/schema_command.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "actors/read_models/bookkeeping_rows.hpp"
#include "actors/read_models/schema.hpp"
#include "actors/read_models/tables.hpp"
#include "store/sql/row_store.hpp"
#include "tools/query/failure.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::query {
namespace {

using namespace read_models;

struct Statement {
  std::string name;
  std::string sql;
};

template <class Row>
struct TableOf {
  static Statement statement() {
    return {std::string(Row::kTable.name), store::sql::create_table_sql<Row>()};
  }
};

template <class... Each>
void append(std::vector<Statement>& to, std::tuple<Each...>*) {
  (to.push_back(Each::statement()), ...);
}

using Bookkeeping =
    std::tuple<TableOf<PositionRow>, TableOf<ParkedRow>, TableOf<SkippedRow>, TableOf<AboutRow>>;

std::vector<Statement> statements() {
  std::vector<Statement> all;
  append(all, static_cast<ForEachRow<TableOf>*>(nullptr));
  append(all, static_cast<Bookkeeping*>(nullptr));
  for (const View& view : views()) all.push_back({std::string(view.name), create_view_sql(view)});
  return all;
}

// The part of the page under the heading of this name.
std::string section_of(const std::string& page, const std::string& name) {
  const std::string heading = "### " + name + "\n";
  const std::size_t begin = page.find("\n" + heading);
  if (begin == std::string::npos) return {};
  const std::size_t end = page.find("\n#", begin + 1 + heading.size());
  return page.substr(begin + 1, end == std::string::npos ? end : end - begin - 1);
}

std::string indexes_of(const std::string& table) {
  std::string text;
  const std::string on = " ON " + table + " (";
  for (const std::string_view sql : indexes())
    if (sql.find(on) != std::string_view::npos) text.append("\n").append(sql).append(";\n");
  return text;
}

}  // namespace

std::vector<std::string> schema_names() {
  std::vector<std::string> names;
  for (const Statement& one : statements()) names.push_back(one.name);
  return names;
}

std::string schema_text(const std::string& name, const std::string& format) {
  const std::vector<std::string> names = schema_names();
  if (!name.empty() && std::ranges::find(names, name) == names.end())
    throw Failure(kExitSomeFailed, fmt::format("there is no table or view '{}'{}", name,
                                               cli::did_you_mean(name, names)));
  if (format == "markdown")
    return name.empty() ? schema_markdown() : section_of(schema_markdown(), name);
  std::string text;
  for (const Statement& one : statements()) {
    if (!name.empty() && one.name != name) continue;
    if (!text.empty()) text += '\n';
    text += one.sql + ";\n" + indexes_of(one.name);
  }
  return text;
}

}  // namespace souk::query
