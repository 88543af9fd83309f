// Times as text: RFC 3339, in UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/ids.hpp"

namespace souk {

// "2026-03-01T08:30:00Z", with a fraction of up to six digits if it is not zero.
std::string to_rfc3339(Time time);

// Takes what to_rfc3339 gives, and offsets ("+02:00"). Years 1970 to 9999; no leap seconds.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace souk
