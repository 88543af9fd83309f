// Text as a spreadsheet left it, made fit for souk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/ids.hpp"

namespace souk::cli {

// Without the white space at both ends.
std::string_view trim(std::string_view text);

// The text itself if it is well-formed UTF-8 (no overlong forms, no surrogates); otherwise every
// byte is taken as one Latin-1 character.
std::string to_utf8(std::string_view text);

// `text` on one line: every run of white space and control characters becomes one space.
std::string one_line(std::string_view text);

// "17850.0" -> "17850": ids that a spreadsheet took for numbers. Everything else stays.
std::string_view without_zero_decimals(std::string_view id);

// The SKU of a stock code: every character outside the alphabet of ids becomes one '_' ("BANK
// CHARGES" -> "BANK_CHARGES"). `code` is UTF-8.
std::string sku_of(std::string_view code);

// The longest prefix of at most `bytes_max` bytes that ends between two characters.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

// A moment of the calendar like 2010-12-01 08:26:00 (seconds may be missing, a T may stand between
// date and time) or, month first, 12/1/2010 8:26. It names no time zone: it is taken as UTC.
// Nothing for any other text, and for what is before 1970-01-02, which no order can have.
std::optional<Time> parse_moment(std::string_view text);

}  // namespace souk::cli
