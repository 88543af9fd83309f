// Money: a whole number of minor units (pence, cents) of one ISO 4217 currency. Never floating
// point.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/fields.hpp"

namespace souk {

// An ISO 4217 currency. Regular value; the default is "none", which only appears before a wallet's
// or a price's currency is known.
class Currency {
 public:
  constexpr Currency() = default;

  // The currency of a three-letter code ("GBP"), or nothing if ISO 4217 has no such code in use.
  static std::optional<Currency> parse(std::string_view code);

  // stored: the code's three ASCII letters, first letter in the lowest byte; 0 for none. Never
  // checked again.
  static constexpr Currency from_stored(std::uint32_t packed) { return Currency(packed); }
  constexpr std::uint32_t stored() const { return packed_; }

  std::string code() const;  // "GBP", or "" for none
  int minor_digits() const;  // 2 for GBP, 0 for JPY, 3 for KWD
  constexpr bool is_set() const { return packed_ != 0; }

  constexpr auto operator<=>(const Currency&) const = default;
  constexpr bool operator==(const Currency&) const = default;

 private:
  constexpr explicit Currency(std::uint32_t packed) : packed_(packed) {}
  std::uint32_t packed_ = 0;
};

struct Money {
  std::int64_t minor = 0;
  Currency currency;

  bool operator==(const Money&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("minor", &Money::minor), field("currency", &Money::currency)};
  }
};

// No single amount, price or balance may exceed this (ten billion pounds in pence): sums of a few
// fit in 64 bits.
inline constexpr std::int64_t kMoneyMinorMax = 1'000'000'000'000;

// a + b, a - b, a * n; nothing if the currencies differ or the result does not fit into 64 bits.
std::optional<Money> checked_add(Money a, Money b);
std::optional<Money> checked_sub(Money a, Money b);
std::optional<Money> checked_mul(Money a, std::int64_t n);

// "12.34 GBP", with the currency's own number of digits.
std::string to_string(Money money);

}  // namespace souk
