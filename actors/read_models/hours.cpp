#include "actors/read_models/hours.hpp"

namespace souk::read_models {
namespace {

constexpr std::int64_t kHourMicros = seconds(3'600).micros;

Time beginning_of_hour(Time time) { return {time.micros - time.micros % kHourMicros}; }

}  // namespace

Hour::Hour(Time time) : text_(to_iso(beginning_of_hour(time))) {}

}  // namespace souk::read_models
