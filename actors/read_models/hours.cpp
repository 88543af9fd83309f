#include "actors/read_models/hours.hpp"

#include <chrono>

namespace souk::read_models {
namespace {

void write(char* at, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

Hour::Hour(Time time) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds{time.micros}};
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  constexpr std::string_view kPattern = "0000-00-00T00:00:00.000000Z";
  kPattern.copy(text_.data(), text_.size());
  write(&text_[0], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  write(&text_[5], static_cast<unsigned>(date.month()), 2);
  write(&text_[8], static_cast<unsigned>(date.day()), 2);
  write(&text_[11], static_cast<unsigned>(floor<hours>(at - midnight).count()), 2);
}

}  // namespace souk::read_models
