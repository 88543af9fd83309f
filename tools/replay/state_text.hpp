// Fields of a state as text.
#pragma once

#include <string>
#include <vector>

#include "tools/replay/flatten.hpp"

namespace souk::replay {

// Names and values in two columns, lists below them. Lists of more than ten elements are cut, and
// say so, unless `all`.
std::string fields_text(const std::vector<FieldText>& fields, bool all);

// "balance  100.00 GBP -> 84.70 GBP", a line a change.
std::string changes_text(const std::vector<FieldChange>& changes, bool all);

}  // namespace souk::replay
