// Times as people type them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/ids.hpp"

namespace souk::cli {

// Which end of a window a time is for. A day means its beginning as `since` and its end as `until`:
// `--since 2010-12-01 --until 2010-12-01` is one whole day.
enum class Edge { since, until };

// Takes "2010-12-01"; "2010-12-01T08:30:00Z", with any offset, or without one and then in UTC, with
// or without seconds; "now"; and ages: "3d" is three days before `now` ("30s", "15m", "2h", "4w").
std::optional<Time> parse_when(std::string_view text, Edge edge, Time now);

// "30s", "15m", "2h", "3d", "4w"; a bare number is seconds.
std::optional<Duration> parse_age(std::string_view text);

}  // namespace souk::cli
