// UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace souk::gateway {

// Length of the well-formed sequence at the front of `s`, 0 if there is none.
std::size_t utf8_length(std::string_view s);

// `text` with U+FFFD for every byte that belongs to no well-formed sequence.
std::string to_utf8(std::string_view text);

}  // namespace souk::gateway
