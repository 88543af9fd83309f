// Times as text: RFC 3339, in UTC.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "events/ids.hpp"

namespace souk {

// "2026-03-01T08:30:00Z", with a fraction of up to six digits if it is not zero.
std::string to_rfc3339(Time time);

// "2026-03-01T08:30:00.000000Z": always as wide, so that text compares as time does. Years 0 to
// 9999.
using IsoTime = std::array<char, 27>;
IsoTime to_iso(Time time);

// Takes what to_rfc3339 and to_iso give, and offsets ("+02:00"). Years 1970 to 9999; no leap
// seconds.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace souk
