// How far behind the read models are, in words.
#pragma once

#include <string>

#include "events/positions.hpp"

namespace souk::query {

// "the read models are 12 records behind: order/3 is at 76, not yet at 88; ...", for partitions of
// `wanted` that `reached` does not cover. At most three of them by name.
std::string behind_text(const Positions& reached, const Positions& wanted);

}  // namespace souk::query
