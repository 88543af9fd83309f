#include "tools/souk/show.hpp"

#include <cstdio>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "events/ids.hpp"
#include "events/money.hpp"
#include "tools/shared/amounts.hpp"
#include "tools/shared/exit_codes.hpp"
#include "tools/shared/node_client.hpp"
#include "tools/shared/table.hpp"

namespace souk::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kMinor = "_minor";

// The currency that an object's amounts are in: its own member, or that of what it is inside of.
Currency currency_of(const ordered_json& object, Currency outer) {
  const auto at = object.find("currency");
  if (at == object.end() || !at->is_string()) return outer;
  return Currency::parse(at->get<std::string>()).value_or(outer);
}

bool is_amount(std::string_view name, const ordered_json& value, Currency currency) {
  return name.ends_with(kMinor) && value.is_number_integer() && currency.is_set();
}

std::string shown_name(std::string_view name, const ordered_json& value, Currency currency) {
  if (is_amount(name, value, currency)) name.remove_suffix(kMinor.size());
  return std::string(name);
}

std::string shown_value(std::string_view name, const ordered_json& value, Currency currency) {
  if (is_amount(name, value, currency)) return money_text(value.get<std::int64_t>(), currency);
  if (value.is_number_integer()) return grouped(value.get<std::int64_t>());
  return value.is_string() ? value.get<std::string>() : value.dump();
}

using NamedArrays = std::vector<std::pair<std::string, const ordered_json*>>;

bool is_table(const ordered_json& value) {
  return value.is_array() && !value.empty() && value.front().is_object();
}

// Adds the rows of `object`; arrays of objects are put aside.
void add_members(Table& table, const ordered_json& object, const std::string& prefix,
                 Currency outer, NamedArrays& arrays) {
  const Currency currency = currency_of(object, outer);
  for (const auto& [name, value] : object.items()) {
    if (value.is_null()) continue;
    if (value.is_object()) {
      add_members(table, value, prefix + name + ".", currency, arrays);
    } else if (is_table(value)) {
      arrays.emplace_back(prefix + name, &value);
    } else {
      table.add({prefix + shown_name(name, value, currency), shown_value(name, value, currency)});
    }
  }
}

// A table with the columns of the first row.
std::string array_text(const ordered_json& rows, Currency currency) {
  std::vector<Table::Column> columns;
  for (const auto& [name, value] : rows.front().items())
    columns.push_back(
        {shown_name(name, value, currency), value.is_number() ? Align::right : Align::left});
  Table table(columns);
  for (const ordered_json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [name, first] : rows.front().items()) {
      const auto at = row.is_object() ? row.find(name) : row.end();
      cells.push_back(at == row.end() ? "" : shown_value(name, *at, currency));
    }
    table.add(std::move(cells));
  }
  return table.text();
}

int report_failure(const HttpAnswer& answer, const std::string& url) {
  if (!answer.answered()) {
    fmt::print(stderr, "souk: cannot reach {}: {}. Is souk-node running there? (--url, SOUK_URL)\n",
               url, answer.explanation());
    return kExitUnreachable;
  }
  fmt::print(stderr, "souk: {}\n", answer.explanation());
  return kExitSomeFailed;
}

}  // namespace

std::string object_text(const std::string& text) {
  const ordered_json object = ordered_json::parse(text, nullptr, false);
  if (!object.is_object()) return text + "\n";
  Table table({{"field"}, {"value"}});
  NamedArrays arrays;
  add_members(table, object, "", Currency(), arrays);
  std::string result = table.text();
  for (const auto& [name, rows] : arrays)
    result += fmt::format("\n{}\n{}", name, array_text(*rows, currency_of(object, Currency())));
  return result;
}

int show_resource(std::string_view collection, const ShowOptions& options) {
  if (!valid_id(options.id)) {
    fmt::print(stderr,
               "souk: '{}' cannot be an id: 1 to {} letters, digits and - _ . ~ : @ + are\n",
               options.id, kIdLengthMax);
    return kExitBadInput;
  }
  const HttpAnswer answer =
      NodeClient(options.url).send(Method::get, fmt::format("/v1/{}/{}", collection, options.id));
  if (!answer.ok()) return report_failure(answer, options.url);
  fmt::print("{}", options.raw_json ? answer.body + "\n" : object_text(answer.body));
  return kExitDone;
}

int show_health(const ShowOptions& options) {
  NodeClient node(options.url);
  const HttpAnswer health = node.send(Method::get, "/healthz");
  if (!health.answered()) return report_failure(health, options.url);
  const HttpAnswer ready = node.send(Method::get, "/readyz");
  if (options.raw_json) {
    const nlohmann::json report{{"url", options.url},
                                {"healthy", health.ok()},
                                {"ready", ready.ok()},
                                {"detail", ready.ok() ? "" : ready.explanation()}};
    fmt::print("{}\n", report.dump());
  } else {
    Table table({{"node"}, {"healthy"}, {"ready"}});
    table.add({options.url, health.ok() ? "yes" : health.explanation(),
               ready.ok() ? "yes" : "no: " + ready.explanation()});
    fmt::print("{}", table.text());
  }
  return health.ok() && ready.ok() ? kExitDone : kExitSomeFailed;
}

}  // namespace souk::cli
