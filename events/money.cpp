#include "events/money.hpp"

#include <array>
#include <cstdlib>

namespace souk {
namespace {

constexpr std::uint32_t pack(std::string_view code) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(code[0])) |
         static_cast<std::uint32_t>(static_cast<unsigned char>(code[1])) << 8 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(code[2])) << 16;
}

// ISO 4217's active national currencies (list one, without funds codes, metals and test codes).
constexpr std::string_view kTwoDigits =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD "
    "CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ "
    "GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA "
    "MKD "
    "MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR "
    "RON "
    "RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD "
    "TWD "
    "TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG ";
constexpr std::string_view kNoDigits =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
constexpr std::string_view kThreeDigits = "BHD IQD JOD KWD LYD OMR TND ";

bool listed(std::string_view list, std::string_view code) {
  for (std::size_t at = 0; at + 3 <= list.size(); at += 4)
    if (list.substr(at, 3) == code) return true;
  return false;
}

}  // namespace

std::optional<Currency> Currency::parse(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  if (!listed(kTwoDigits, code) && !listed(kNoDigits, code) && !listed(kThreeDigits, code))
    return std::nullopt;
  return Currency(pack(code));
}

std::string Currency::code() const {
  if (!is_set()) return {};
  return {static_cast<char>(packed_ & 0xff), static_cast<char>(packed_ >> 8 & 0xff),
          static_cast<char>(packed_ >> 16 & 0xff)};
}

int Currency::minor_digits() const {
  const std::string text = code();
  if (listed(kNoDigits, text)) return 0;
  return listed(kThreeDigits, text) ? 3 : 2;
}

std::optional<Money> checked_add(Money a, Money b) {
  Money sum{0, a.currency};
  if (a.currency != b.currency || __builtin_add_overflow(a.minor, b.minor, &sum.minor))
    return std::nullopt;
  return sum;
}

std::optional<Money> checked_sub(Money a, Money b) {
  Money difference{0, a.currency};
  if (a.currency != b.currency || __builtin_sub_overflow(a.minor, b.minor, &difference.minor))
    return std::nullopt;
  return difference;
}

std::optional<Money> checked_mul(Money a, std::int64_t n) {
  Money product{0, a.currency};
  if (__builtin_mul_overflow(a.minor, n, &product.minor)) return std::nullopt;
  return product;
}

std::string to_string(Money money) {
  const int digits = money.currency.minor_digits();
  // The magnitude is taken unsigned, so that the smallest 64-bit number prints as well.
  const bool negative = money.minor < 0;
  std::uint64_t magnitude = static_cast<std::uint64_t>(money.minor);
  if (negative) magnitude = 0 - magnitude;
  std::string text = std::to_string(magnitude);
  if (digits > 0) {
    const auto wanted = static_cast<std::size_t>(digits) + 1;
    if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
    text.insert(text.size() - static_cast<std::size_t>(digits), 1, '.');
  }
  if (negative) text.insert(0, 1, '-');
  return money.currency.is_set() ? text + " " + money.currency.code() : text;
}

}  // namespace souk
