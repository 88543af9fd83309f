// Numbers as text has them, exactly: no floating point anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/money.hpp"
#include "tools/shared/amounts.hpp"  // IWYU pragma: export: grouped, money_text

namespace souk::cli {

// A sum of prices in ten-thousandths of a minor unit, wide enough for anything that a file can
// hold.
using WideParts = __int128;
inline constexpr std::int64_t kPartsPerMinor = 10'000;

enum class NumberFault { none, not_a_number, too_large };

struct ParsedQuantity {
  NumberFault fault = NumberFault::none;
  std::int64_t units = 0;
};

// A whole number: an optional sign, digits, and decimals only if they are zeros ("6", "-12",
// "6.0").
ParsedQuantity parse_quantity(std::string_view text);

struct ParsedPrice {
  NumberFault fault = NumberFault::none;
  std::int64_t parts = 0;   // ten-thousandths of a minor unit; what is finer is cut off
  bool fractional = false;  // not a whole number of minor units
  std::int64_t minor() const { return parts / kPartsPerMinor; }
};

// A decimal number of major units ("2.55", "-11062.06", ".5", "295"), in a currency with
// `minor_digits` decimals. No exponents, no separators of thousands.
ParsedPrice parse_price(std::string_view text, int minor_digits);

// "1234.5678": an exact amount in major units, at least with the currency's own digits.
std::string decimal_text(WideParts parts, int minor_digits);

// "GBP 1,234.5678": the same for people.
std::string amount_text(WideParts parts, Currency currency);

}  // namespace souk::cli
