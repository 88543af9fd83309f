#include "tools/souk/import/number.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace souk::cli {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Digits {
  bool negative = false;
  std::string_view whole;
  std::string_view decimals;
};

// Splits "-12.50" into its parts; nothing if the text is not a plain decimal number.
std::optional<Digits> split(std::string_view text) {
  Digits result;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    result.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  result.whole = text.substr(0, point);
  if (point != std::string_view::npos) result.decimals = text.substr(point + 1);
  if (result.whole.empty() && result.decimals.empty()) return std::nullopt;
  if (!std::all_of(result.whole.begin(), result.whole.end(), is_digit) ||
      !std::all_of(result.decimals.begin(), result.decimals.end(), is_digit))
    return std::nullopt;
  return result;
}

bool append_digit(std::int64_t& value, char digit) {
  return !__builtin_mul_overflow(value, 10, &value) &&
         !__builtin_add_overflow(value, digit - '0', &value);
}

bool all_zeros(std::string_view digits) {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

ParsedQuantity parse_quantity(std::string_view text) {
  const std::optional<Digits> digits = split(text);
  if (!digits || digits->whole.empty() || !all_zeros(digits->decimals))
    return {NumberFault::not_a_number};
  ParsedQuantity result;
  for (const char c : digits->whole)
    if (!append_digit(result.units, c)) return {NumberFault::too_large};
  if (digits->negative) result.units = -result.units;
  return result;
}

ParsedPrice parse_price(std::string_view text, int minor_digits) {
  const std::optional<Digits> digits = split(text);
  if (!digits) return {NumberFault::not_a_number};
  ParsedPrice result;
  for (const char c : digits->whole)
    if (!append_digit(result.parts, c)) return {NumberFault::too_large};
  // Four decimals beyond the minor unit are what `parts` keeps.
  const auto kept = static_cast<std::size_t>(minor_digits) + 4;
  for (std::size_t i = 0; i < kept; ++i)
    if (!append_digit(result.parts, i < digits->decimals.size() ? digits->decimals[i] : '0'))
      return {NumberFault::too_large};
  const auto minor = std::min(digits->decimals.size(), static_cast<std::size_t>(minor_digits));
  result.fractional = !all_zeros(digits->decimals.substr(minor));
  if (digits->negative) result.parts = -result.parts;
  return result;
}

std::string decimal_text(WideParts parts, int minor_digits) {
  const bool negative = parts < 0;
  if (negative) parts = -parts;
  std::string text;
  for (; parts > 0; parts /= 10) text.insert(text.begin(), static_cast<char>('0' + parts % 10));
  const auto decimals = static_cast<std::size_t>(minor_digits) + 4;
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  std::size_t fine = text.size() - decimals + static_cast<std::size_t>(minor_digits);
  const std::size_t last = text.find_last_not_of('0');
  if (last != std::string::npos) fine = std::max(fine, last + 1);
  const std::string shown = text.substr(text.size() - decimals, fine - (text.size() - decimals));
  text.resize(text.size() - decimals);
  return fmt::format("{}{}{}{}", negative ? "-" : "", text, shown.empty() ? "" : ".", shown);
}

std::string amount_text(WideParts parts, Currency currency) {
  std::string text = decimal_text(parts, currency.minor_digits());
  const std::size_t start = text.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(text.find('.'), text.size());
  text.replace(start, end - start, group_digits(text.substr(start, end - start)));
  return currency.code() + " " + text;
}

}  // namespace souk::cli
