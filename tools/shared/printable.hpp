// Texts that strangers chose, for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace souk::cli {

// The text with a blank for every control character: what comes from strangers must not steer the
// terminal.
std::string printable(std::string_view text);

// At most `width` characters of a printable text; what is cut off stands as "...".
std::string shortened(std::string_view text, std::size_t width);

}  // namespace souk::cli
