// Times, spans, money and counts as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::replay {

// "2010-12-01 08:26:00.123", in UTC.
std::string time_text(Time time);

// The time of the day alone if both are of one day: "08:26:30.000".
std::string time_text(Time time, Time beside);

// "12.3 ms", "4.20 s", "3 min 20 s", "2 h 10 min", "3 d 4 h".
std::string span_text(Duration span);

// "15.30 GBP", "1,240.00 GBP"; "12 (no currency)".
std::string money_text(Money money);

// "1 unit", "1,206 units".
std::string counted(std::int64_t count, std::string_view one, std::string_view many);

}  // namespace souk::replay
