// The result of a query over the read models, as plain values: what travels between the database,
// the gateway and the tools.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace souk {

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;  // NULL first

// Parameters by name, without the colon: {"customer", "17850"} is bound to :customer.
using SqlParameters = std::vector<std::pair<std::string, SqlValue>>;

struct SqlRows {
  std::vector<std::string> columns;
  std::vector<std::vector<SqlValue>> rows;  // one value a column
  bool truncated = false;                   // there were more than the limit allows
  bool operator==(const SqlRows&) const = default;
};

}  // namespace souk
