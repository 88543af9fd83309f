// Bytes as text: base64 with padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace souk::replay {

void append_base64(std::string_view bytes, std::string& out);

// Nothing if the text is not what append_base64 writes.
std::optional<std::string> parse_base64(std::string_view text);

}  // namespace souk::replay
