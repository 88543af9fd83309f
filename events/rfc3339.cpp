#include "events/rfc3339.hpp"

#include <chrono>
#include <cstdio>

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

// Writes the last `digits` decimal digits of `value`.
void write(char* at, std::int64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

IsoTime to_iso(Time time) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds{time.micros}};
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  const std::int64_t micros = (at - midnight).count();
  const std::int64_t second = micros / 1'000'000;
  IsoTime text;
  constexpr std::string_view kPattern = "0000-00-00T00:00:00.000000Z";
  kPattern.copy(text.data(), text.size());
  write(&text[0], static_cast<int>(date.year()), 4);
  write(&text[5], static_cast<unsigned>(date.month()), 2);
  write(&text[8], static_cast<unsigned>(date.day()), 2);
  write(&text[11], second / 3'600, 2);
  write(&text[14], second / 60 % 60, 2);
  write(&text[17], second % 60, 2);
  write(&text[20], micros % 1'000'000, 6);
  return text;
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
