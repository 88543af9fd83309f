// `sql "..."`.
#include <charconv>

#include <fmt/format.h>

#include "tools/query/asking.hpp"
#include "tools/query/sql_parameter.hpp"

namespace souk::query {
namespace {

template <class Number>
std::optional<Number> whole_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
}

SqlValue value_of(std::string_view text) {
  if (is_quoted(text)) return std::string(text.substr(1, text.size() - 2));
  // A number that would not come out as it was typed is a text: 007, +1, 1e3.
  if (const auto whole = whole_of<std::int64_t>(text); whole && std::to_string(*whole) == text)
    return *whole;
  const bool decimal = text.find_first_not_of("-0123456789.") == std::string_view::npos &&
                       text.find('.') != std::string_view::npos;
  if (decimal)
    if (const auto real = whole_of<double>(text)) return *real;
  return std::string(text);
}

}  // namespace

SqlParameters parse_parameters(const std::vector<std::string>& words) {
  SqlParameters parameters;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    std::string_view name = std::string_view(word).substr(0, equals);
    if (name.starts_with(':')) name.remove_prefix(1);
    if (equals == std::string::npos || name.empty())
      throw Failure(kExitBadInput,
                    fmt::format("--param: '{}' is not name=value, such as sku=85123A", word));
    parameters.emplace_back(name, value_of(std::string_view(word).substr(equals + 1)));
  }
  return parameters;
}

Answer show_sql(const Context& context) {
  const Options& options = context.options;
  Answer answer;
  SqlRows rows = rows_asked_for(context, answer,
                                {options.sql, parse_parameters(options.parameters)}, kAllRows);
  answer.notes.push_back(footer(rows, "row", "rows"));
  answer.sections.push_back({"rows", std::move(rows), false, true});
  return answer;
}

}  // namespace souk::query
