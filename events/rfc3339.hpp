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

// "2026-03-01T08:30:00.000000Z": always as wide, so that text compares as time does. Times before
// 1970 are written as its first microsecond, those after kIsoTimeMax as that.
using IsoTime = std::array<char, 27>;
inline constexpr Time kIsoTimeMax{253'402'300'799'999'999};  // 9999-12-31T23:59:59.999999Z
IsoTime to_iso(Time time);
void append_iso(std::string& text, Time time);

// Takes what to_iso writes and nothing else.
std::optional<Time> parse_iso(std::string_view text);

// Takes what to_rfc3339 and to_iso give, and offsets ("+02:00"). Years 1970 to 9999; no leap
// seconds.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace souk
