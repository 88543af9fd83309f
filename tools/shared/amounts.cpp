#include "tools/shared/amounts.hpp"

#include <fmt/format.h>

namespace souk::cli {
namespace {

// The magnitude is taken unsigned, so that the smallest 64-bit number prints as well.
std::string magnitude_text(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  return std::to_string(number < 0 ? 0 - bits : bits);
}

}  // namespace

std::string group_digits(std::string digits) {
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string grouped(std::int64_t number) {
  return fmt::format("{}{}", number < 0 ? "-" : "", group_digits(magnitude_text(number)));
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  double amount = static_cast<double>(bytes);
  for (const char* unit : {"kB", "MB", "GB"})
    if ((amount /= 1'000) < 999.95) return fmt::format("{:.1f} {}", amount, unit);
  return fmt::format("{:.1f} TB", amount / 1'000);
}

std::string major_text(std::int64_t minor, Currency currency) {
  const auto digits = static_cast<std::size_t>(currency.minor_digits());
  std::string text = magnitude_text(minor);
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  const std::string whole = group_digits(text.substr(0, text.size() - digits));
  return fmt::format("{}{}{}{}", minor < 0 ? "-" : "", whole, digits > 0 ? "." : "",
                     text.substr(text.size() - digits));
}

std::string money_text(std::int64_t minor, Currency currency) {
  return fmt::format("{} {}", currency.code(), major_text(minor, currency));
}

}  // namespace souk::cli
