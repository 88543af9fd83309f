// Bodies of what clients ask of the read models themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "node/gateway/backend.hpp"

namespace souk::gateway {

// {"sql", "parameters"?: {name: value}, "rows_max"?, "at_least"?, "wait_ms"?}. Throws a Problem.
ReadRequest read_sql_request(std::string_view body);

// What an operator says who skips a record.
struct SkipRequest {
  std::uint64_t offset = 0;
  std::string reason;
};

// {"offset", "reason"}. Throws a Problem.
SkipRequest read_skip(std::string_view body);

}  // namespace souk::gateway
