// `--param name=value`.
#pragma once

#include <string>
#include <vector>

#include "events/sql_rows.hpp"

namespace souk::query {

// 42 and 4.5 are numbers; anything else is text, and so is whatever stands in single quotes ('42').
// A colon before the name may stay. Throws Failure.
SqlParameters parse_parameters(const std::vector<std::string>& words);

}  // namespace souk::query
