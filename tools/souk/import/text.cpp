#include "tools/souk/import/text.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <span>

#include "events/order.hpp"

namespace souk::cli {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the well-formed UTF-8 character at the start of `text`, 0 if there is none (Unicode,
// table 3-7).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Takes one number of `digits_min` to `digits_max` digits off the front of `text`.
bool take_number(std::string_view& text, std::size_t digits_min, std::size_t digits_max,
                 int& value) {
  std::size_t length = 0;
  while (length < text.size() && length < digits_max && is_digit(text[length])) ++length;
  if (length < digits_min) return false;
  std::from_chars(text.data(), text.data() + length, value);
  text.remove_prefix(length);
  return true;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// H:MM or H:MM:SS, and nothing behind it: seconds since midnight.
std::optional<int> seconds_of_day(std::string_view text) {
  int hour = 0, minute = 0, second = 0;
  if (!take_number(text, 1, 2, hour) || !take_char(text, ":") || !take_number(text, 2, 2, minute))
    return std::nullopt;
  if (!text.empty() && (!take_char(text, ":") || !take_number(text, 2, 2, second)))
    return std::nullopt;
  if (!text.empty() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return (hour * 60 + minute) * 60 + second;
}

// Takes a date and what separates it from the time off the front: YYYY-MM-DD or M/D/YYYY.
std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  int year = 0, month = 0, day = 0;
  const bool well_formed = take_number(text, 4, 4, year)
                               ? take_char(text, "-") && take_number(text, 2, 2, month) &&
                                     take_char(text, "-") && take_number(text, 2, 2, day) &&
                                     take_char(text, " T")
                               : take_number(text, 1, 2, month) && take_char(text, "/") &&
                                     take_number(text, 1, 2, day) && take_char(text, "/") &&
                                     take_number(text, 4, 4, year) && take_char(text, " ");
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!well_formed || !date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string to_utf8(std::string_view text) {
  if (valid_utf8(text)) return std::string(text);
  std::string result;
  result.reserve(text.size() * 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result.push_back(c);
    } else {
      result.push_back(static_cast<char>(0xC0 | byte >> 6));
      result.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return result;
}

std::string one_line(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool space = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!space)
      result.push_back(c);
    else if (!result.empty() && result.back() != ' ')
      result.push_back(' ');
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

std::string_view without_zero_decimals(std::string_view id) {
  const std::size_t point = id.find('.');
  if (point == std::string_view::npos || point == 0 || point + 1 == id.size()) return id;
  for (const char c : id.substr(0, point))
    if (!is_digit(c)) return id;
  for (const char c : id.substr(point + 1))
    if (c != '0') return id;
  return id.substr(0, point);
}

std::string sku_of(std::string_view code) {
  std::string sku;
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t length = std::max<std::size_t>(1, character_length(code.substr(at)));
    sku.push_back(valid_id_char(code[at]) ? code[at] : '_');
    at += length;
  }
  return sku;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::optional<Time> parse_moment(std::string_view text) {
  const auto date = take_date(text);
  const auto second = seconds_of_day(text);
  if (!date || !second) return std::nullopt;
  const std::chrono::microseconds moment = date->time_since_epoch() + std::chrono::seconds{*second};
  const Time time{moment.count()};
  if (time < order::kOrderedAtMin) return std::nullopt;
  return time;
}

}  // namespace souk::cli
