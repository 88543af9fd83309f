#include "tools/replay/texts.hpp"

#include <fmt/format.h>

#include "events/rfc3339.hpp"
#include "tools/shared/amounts.hpp"

namespace souk::replay {

std::string time_text(Time time) {
  if (!time.is_set()) return "-";
  const IsoTime iso = to_iso(time);
  std::string text(iso.data(), 23);
  text[10] = ' ';
  return text;
}

std::string time_text(Time time, Time beside) {
  constexpr std::int64_t kDayMicros = 86'400'000'000;
  const std::string text = time_text(time);
  const bool same_day = time.micros / kDayMicros == beside.micros / kDayMicros;
  return time.is_set() && same_day ? text.substr(11) : text;
}

std::string span_text(Duration span) {
  if (span.micros < 0) return "-" + span_text({-span.micros});
  const double ms = static_cast<double>(span.micros) / 1e3;
  if (ms < 1'000) return fmt::format("{:.1f} ms", ms);
  if (ms < 100'000) return fmt::format("{:.2f} s", ms / 1e3);
  const std::int64_t s = span.micros / 1'000'000;
  if (s < 3'600) return fmt::format("{} min {} s", s / 60, s % 60);
  if (s < 86'400) return fmt::format("{} h {} min", s / 3'600, s % 3'600 / 60);
  return fmt::format("{} d {} h", s / 86'400, s % 86'400 / 3'600);
}

std::string money_text(Money money) {
  if (!money.currency.is_set()) return fmt::format("{} (no currency)", cli::grouped(money.minor));
  return fmt::format("{} {}", cli::major_text(money.minor, money.currency), money.currency.code());
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", cli::grouped(count), count == 1 ? one : many);
}

}  // namespace souk::replay
