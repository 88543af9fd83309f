#include "events/rfc3339.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>

namespace souk {
namespace {

// Reads fixed-width parts from the front; after a part that does not fit every other one fails.
class Parts {
 public:
  explicit Parts(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return fail();
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  // One of the characters of `any`, or 0.
  char one_of(std::string_view any) {
    if (rest_.empty() || any.find(rest_[0]) == std::string_view::npos) return 0;
    const char found = rest_[0];
    rest_.remove_prefix(1);
    return found;
  }
  void expect(std::string_view any) {
    if (one_of(any) == 0) fail();
  }
  bool next_is_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
  bool complete() const { return !failed_ && rest_.empty(); }
  int fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::int64_t fraction_micros(Parts& parts) {
  std::int64_t micros = 0;
  std::int64_t unit = 100'000;
  if (!parts.next_is_digit()) parts.fail();
  for (; parts.next_is_digit(); unit /= 10) {
    if (unit == 0) return parts.fail();  // finer than a microsecond
    micros += parts.digits(1) * unit;
  }
  return micros;
}

// "00" to "99".
constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void write_pair(char* to, std::uint32_t number) {
  std::memcpy(to, kPairs.data() + std::size_t{2} * number, 2);
}

constexpr std::int64_t kDayMicros = 86'400'000'000;

}  // namespace

IsoTime to_iso(Time time) {
  using namespace std::chrono;
  const std::int64_t micros = std::clamp<std::int64_t>(time.micros, 0, kIsoTimeMax.micros);
  const days since_epoch{static_cast<int>(micros / kDayMicros)};
  const year_month_day date{sys_days{since_epoch}};
  const auto year = static_cast<std::uint32_t>(static_cast<int>(date.year()));
  const std::int64_t of_day = micros % kDayMicros;
  const auto second = static_cast<std::uint32_t>(of_day / 1'000'000);
  const auto fraction = static_cast<std::uint32_t>(of_day % 1'000'000);
  IsoTime text;
  std::memcpy(text.data(), "0000-00-00T00:00:00.000000Z", text.size());
  write_pair(&text[0], year / 100);
  write_pair(&text[2], year % 100);
  write_pair(&text[5], static_cast<unsigned>(date.month()));
  write_pair(&text[8], static_cast<unsigned>(date.day()));
  write_pair(&text[11], second / 3600);
  write_pair(&text[14], second / 60 % 60);
  write_pair(&text[17], second % 60);
  write_pair(&text[20], fraction / 10'000);
  write_pair(&text[22], fraction / 100 % 100);
  write_pair(&text[24], fraction % 100);
  return text;
}

void append_iso(std::string& text, Time time) {
  const IsoTime iso = to_iso(time);
  text.append(iso.data(), iso.size());
}

std::optional<Time> parse_iso(std::string_view text) {
  if (text.size() != std::tuple_size_v<IsoTime> || text[10] != 'T' || text[19] != '.' ||
      text[26] != 'Z')
    return std::nullopt;
  return parse_rfc3339(text);
}

std::string to_rfc3339(Time time) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds{time.micros}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss clock{at - day};
  char text[48];
  int size = std::snprintf(
      text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  std::string result(text, static_cast<std::size_t>(size));
  if (const auto micros = clock.subseconds().count(); micros != 0) {
    size = std::snprintf(text, sizeof(text), ".%06d", static_cast<int>(micros));
    result.append(text, static_cast<std::size_t>(size));
    while (result.back() == '0') result.pop_back();
  }
  return result + "Z";
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Parts parts(text);
  const int y = parts.digits(4);
  parts.expect("-");
  const int m = parts.digits(2);
  parts.expect("-");
  const int d = parts.digits(2);
  parts.expect("Tt ");
  const int hour = parts.digits(2);
  parts.expect(":");
  const int minute = parts.digits(2);
  parts.expect(":");
  const int second = parts.digits(2);
  const std::int64_t micros = parts.one_of(".") != 0 ? fraction_micros(parts) : 0;
  int offset_minutes = 0;
  if (parts.one_of("Zz") == 0) {
    const char sign = parts.one_of("+-");
    if (sign == 0) return std::nullopt;
    const int hours = parts.digits(2);
    parts.expect(":");
    const int minutes = parts.digits(2);
    if (hours > 23 || minutes > 59) return std::nullopt;
    offset_minutes = (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
  }
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                            day{static_cast<unsigned>(d)}};
  if (!parts.complete() || !date.ok() || y < 1970 || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  const std::int64_t day_count = sys_days{date}.time_since_epoch().count();
  const std::int64_t minutes = (day_count * 24 + hour) * 60 + minute - offset_minutes;
  const Time time{(minutes * 60 + second) * 1'000'000 + micros};
  if (time.micros < 0) return std::nullopt;
  return time;
}

}  // namespace souk
