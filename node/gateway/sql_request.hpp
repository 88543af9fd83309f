// Bodies of what clients ask of the read models themselves.
#pragma once

#include <string>
#include <string_view>

#include "node/gateway/backend.hpp"

namespace souk::gateway {

// {"sql", "parameters"?: {name: value}, "rows_max"?, "at_least"?, "wait_ms"?}. Throws a Problem.
ReadRequest read_sql_request(std::string_view body);

// {"reason"}: of an operator who skips records. Throws a Problem.
std::string read_skip_reason(std::string_view body);

}  // namespace souk::gateway
