#include "tools/shared/when.hpp"

#include <charconv>

#include "events/rfc3339.hpp"

namespace souk::cli {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kAgeSecondsMax = 100'000'000'000;  // 3,000 years; no sum overflows

std::optional<std::int64_t> seconds_of_unit(std::string_view unit) {
  if (unit.empty() || unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3'600;
  if (unit == "d") return kDaySeconds;
  if (unit == "w") return 7 * kDaySeconds;
  return std::nullopt;
}

// A time of day without an offset is taken as UTC; seconds may be left out.
std::optional<Time> parse_moment(const std::string& text) {
  if (const auto time = parse_rfc3339(text)) return time;
  if (const auto time = parse_rfc3339(text + "Z")) return time;
  return parse_rfc3339(text + ":00Z");
}

}  // namespace

std::optional<Duration> parse_age(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0) return std::nullopt;
  const auto unit = seconds_of_unit(text.substr(static_cast<std::size_t>(end - text.data())));
  if (!unit || count > kAgeSecondsMax / *unit) return std::nullopt;
  return seconds(count * *unit);
}

std::optional<Time> parse_when(std::string_view text, Edge edge, Time now) {
  if (text == "now") return now;
  const std::string words(text);
  if (const auto day = parse_rfc3339(words + "T00:00:00Z"))
    return edge == Edge::until ? *day + seconds(kDaySeconds) : *day;
  if (const auto moment = parse_moment(words)) return moment;
  const bool has_unit = !text.empty() && (text.back() < '0' || text.back() > '9');
  if (const auto age = parse_age(text); age && has_unit && age->micros <= now.micros)
    return now - *age;
  return std::nullopt;
}

}  // namespace souk::cli
