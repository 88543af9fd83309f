// What the command line says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/positions.hpp"
#include "tools/query/format.hpp"

namespace souk::query {

// Times are kept as they were typed: an age is counted from each look anew.
struct Options {
  std::string command;  // "orders", "parked skip"

  std::string data;  // a directory; empty: ask the node
  std::string url;
  Positions at_least;
  Duration wait = seconds(5);
  Format format = Format::table;
  std::optional<double> watch_s;
  bool no_pager = false;

  std::optional<std::size_t> limit;
  bool all = false;
  std::string id;  // of an order, a wallet; a SKU's beginning; a table
  std::string customer, owner, campaign, sku, status, state;
  std::string since, until;
  std::string older_than;
  std::optional<std::int64_t> below;
  bool unused = false, never_used = false;
  int days = 7;
  std::string by;
  std::string sort = "sku";
  std::string schema_format = "sql";

  std::string sql;
  std::vector<std::string> parameters;  // "name=value"
  std::string stream, reason;
  bool follow = false;
};

}  // namespace souk::query
