// Numbers and amounts for people.
#pragma once

#include <cstdint>
#include <string>

#include "events/money.hpp"

namespace souk::cli {

// "1,234" and "-1,234".
std::string grouped(std::int64_t number);

// "GBP 1,234.56": an amount for people, with the currency's own number of digits.
std::string money_text(std::int64_t minor, Currency currency);

// "1,234.56": the same where the currency is said elsewhere.
std::string major_text(std::int64_t minor, Currency currency);

// "512 B", "3.9 MB": powers of ten.
std::string bytes_text(std::uint64_t bytes);

// Puts a comma before every third digit, counted from the end. Takes digits only.
std::string group_digits(std::string digits);

}  // namespace souk::cli
