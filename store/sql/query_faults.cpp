#include "store/sql/query_faults.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <utility>
#include <vector>

#include "events/nearest.hpp"

namespace souk::store::sql {
namespace {

struct Name {
  std::string name;
  std::string table;  // whose it is, of a column
};
using Names = std::vector<Name>;

Names names_from(sqlite3* handle, const char* sql) {
  Names names;
  const auto add = [](void* into, int count, char** values, char**) {
    static_cast<Names*>(into)->push_back({values[0], count > 1 ? values[1] : ""});
    return 0;
  };
  // If the schema cannot be read there is nothing to suggest.
  sqlite3_exec(handle, sql, add, &names, nullptr);
  return names;
}

constexpr const char* kColumns =
    "SELECT c.name, t.name FROM sqlite_schema t, pragma_table_info(t.name) c "
    "WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite_%'";
constexpr const char* kTables =
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'";
constexpr const char* kFunctions = "SELECT DISTINCT name FROM pragma_function_list ORDER BY name";

constexpr std::string_view kKeywords[] = {
    "SELECT", "FROM",  "WHERE", "GROUP",    "ORDER",   "HAVING", "LIMIT", "OFFSET", "JOIN",
    "LEFT",   "INNER", "UNION", "DISTINCT", "BETWEEN", "VALUES", "WITH",  "AND",    "EXPLAIN"};

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where `word` stands in the SQL as a word of its own, in any case of letters; npos if nowhere.
std::size_t find_word(std::string_view sql, std::string_view word) {
  for (auto at = sql.begin();; ++at) {
    at = std::search(at, sql.end(), word.begin(), word.end(), same_letter);
    if (at == sql.end()) return std::string_view::npos;
    const auto end = at + static_cast<std::ptrdiff_t>(word.size());
    if ((at == sql.begin() || !in_word(at[-1])) && (end == sql.end() || !in_word(*end)))
      return static_cast<std::size_t>(at - sql.begin());
  }
}

// Points into `names`.
std::string_view nearest_of(std::string_view word, const Names& names) {
  std::vector<std::string_view> candidates;
  for (const Name& name : names) candidates.push_back(name.name);
  return nearest(word, candidates);
}

std::string_view nearest_of(std::string_view word, Names&& names) = delete;

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

// "; did you mean status (of orders, coupons)?", or what there is instead. Tables that the query
// names come before the others.
std::string column_advice(sqlite3* handle, std::string_view sql, std::string_view column) {
  const Names all = names_from(handle, kColumns);
  Names mentioned;
  for (const Name& name : all)
    if (find_word(sql, name.table) != std::string_view::npos) mentioned.push_back(name);
  const Names& first = mentioned.empty() ? all : mentioned;
  std::string_view best = nearest_of(column, first);
  const bool there = !best.empty();
  if (!there) best = nearest_of(column, all);
  std::vector<std::string_view> list;
  if (!best.empty()) {
    for (const Name& name : there ? first : all)
      if (name.name == best) list.push_back(name.table);
    return "; did you mean " + std::string(best) + " (of " + joined(list) + ")?";
  }
  if (mentioned.empty()) return ".";
  for (const Name& name : mentioned)
    if (name.table == mentioned[0].table) list.push_back(name.name);
  return "; " + mentioned[0].table + " has " + joined(list) + ".";
}

std::string table_advice(sqlite3* handle, std::string_view table) {
  const Names all = names_from(handle, kTables);
  if (const std::string_view best = nearest_of(table, all); !best.empty())
    return "; did you mean " + std::string(best) + "?";
  std::vector<std::string_view> list;
  for (const Name& name : all) list.push_back(name.name);
  return list.empty() ? "." : "; there are " + joined(list) + ".";
}

std::string function_advice(sqlite3* handle, std::string_view function) {
  const Names all = names_from(handle, kFunctions);
  const std::string_view best = nearest_of(function, all);
  return best.empty() ? "." : "; did you mean " + std::string(best) + "()?";
}

// The keyword that a word of the wrong syntax looks like.
std::string keyword_advice(std::string_view word) {
  std::string upper(word.substr(0, 16));
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string_view keyword : kKeywords) {
    const std::size_t distance = edit_distance(upper, keyword);
    if (distance > 0 && distance <= 2 && keyword.size() > 3)
      return "; did you mean " + std::string(keyword) + "?";
  }
  return ".";
}

std::optional<std::string> after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return std::string(text.substr(prefix.size()));
}

std::string column_fault(sqlite3* handle, std::string_view sql, const std::string& name) {
  // Double quotes are for names; a text in them would otherwise be taken for a misspelt one.
  if (sql.find('"' + name + '"') != std::string_view::npos)
    return "There is no column \"" + name + "\"; a text stands in single quotes: '" + name + "'.";
  return "There is no column " + name +
         column_advice(handle, sql, std::string_view(name).substr(name.rfind('.') + 1));
}

// near "FORM": syntax error
std::string syntax_fault(const std::string& words, std::string_view sql, std::size_t at) {
  const std::size_t end = words.rfind("\": syntax error");
  const std::string token = words.substr(6, end - 6);
  return "The SQL is wrong at " + token + place_in(sql, at) + keyword_advice(token);
}

}  // namespace

std::string place_in(std::string_view sql, std::size_t at) {
  if (at > sql.size()) return "";
  const std::string_view before = sql.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = at - (before.rfind('\n') + 1) + 1;
  return " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
}

Status explain_fault(sqlite3* handle, std::string_view sql) {
  const std::string words = sqlite3_errmsg(handle);
  const int offset = sqlite3_error_offset(handle);
  const std::size_t at = offset < 0 ? std::string_view::npos : static_cast<std::size_t>(offset);
  std::string sentence;
  if (const auto column = after(words, "no such column: "))
    sentence = column_fault(handle, sql, *column);
  else if (const auto table = after(words, "no such table: "))
    sentence = "There is no table " + *table + table_advice(handle, *table);
  else if (const auto function = after(words, "no such function: "))
    sentence = "There is no function " + *function + function_advice(handle, *function);
  else if (words.starts_with("near \"") && words.ends_with("\": syntax error"))
    sentence = syntax_fault(words, sql, at);
  else if (words == "incomplete input")
    sentence = "The SQL ends in the middle of a statement.";
  else
    sentence = "The SQL is wrong: " + words + place_in(sql, at) + ".";
  return {Code::invalid, std::move(sentence)};
}

}  // namespace souk::store::sql
