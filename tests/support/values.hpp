// Values that tests write often.
#pragma once

#include <string>

#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::test {

// The moment at which tests decide if they do not say otherwise: 2026-01-01T12:00:00Z.
inline constexpr Time kNow{1'767'268'800'000'000};

inline constexpr Duration hours(std::int64_t n) { return seconds(n * 3'600); }

// "c7" of "c" and 7.
inline std::string numbered(std::string prefix, std::int64_t number) {
  return prefix.append(std::to_string(number));
}

inline Currency currency(const char* code) { return *Currency::parse(code); }
inline Money gbp(std::int64_t minor) { return {minor, currency("GBP")}; }
inline Money eur(std::int64_t minor) { return {minor, currency("EUR")}; }

}  // namespace souk::test
