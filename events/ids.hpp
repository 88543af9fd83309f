// Strong types for everything that identifies or counts: an id of one kind can never be passed as
// another.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace souk {

// An id that people and other systems choose. Regular value; the text is not checked here, see
// `valid_id`.
template <class Tag>
class StringId {
 public:
  StringId() = default;
  explicit StringId(std::string text) : text_(std::move(text)) {}
  explicit StringId(std::string_view text) : text_(text) {}
  explicit StringId(const char* text) : text_(text) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }

  auto operator<=>(const StringId&) const = default;
  bool operator==(const StringId&) const = default;

 private:
  std::string text_;
};

using Sku = StringId<struct SkuTag>;
using OrderId = StringId<struct OrderTag>;
using CustomerId = StringId<struct CustomerTag>;
using WalletId = StringId<struct WalletTag>;  // a customer's wallet has the customer's id
using CouponId = StringId<struct CouponTag>;
using CampaignId = StringId<struct CampaignTag>;
using HoldId =
    StringId<struct HoldTag>;  // whose hold it is: the order's id, for a hold made by the checkout
using ChargeId = StringId<struct ChargeTag>;
using RefundId = StringId<struct RefundTag>;
using ReceiptId = StringId<struct ReceiptTag>;  // a delivery of goods into stock
using ReturnId = StringId<struct ReturnTag>;
using CommandId = StringId<struct CommandTag>;

inline constexpr std::size_t kIdLengthMax = 128;

// The alphabet of ids: letters, digits and - _ . ~ : @ + (all of them may stand in a URL's path
// unescaped).
constexpr bool valid_id_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~' || c == ':' || c == '@' || c == '+';
}

// True for 1 to 128 characters of the alphabet.
constexpr bool valid_id(std::string_view text) {
  if (text.empty() || text.size() > kIdLengthMax) return false;
  for (char c : text)
    if (!valid_id_char(c)) return false;
  return true;
}

// A signed 64-bit quantity of one kind. No arithmetic with other kinds; overflow is the caller's to
// check.
template <class Tag>
struct Quantity {
  std::int64_t value = 0;
  auto operator<=>(const Quantity&) const = default;
  bool operator==(const Quantity&) const = default;
  Quantity& operator+=(Quantity other) {
    value += other.value;
    return *this;
  }
  Quantity& operator-=(Quantity other) {
    value -= other.value;
    return *this;
  }
  friend Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
};

using Units = Quantity<struct UnitsTag>;  // pieces of a SKU
// No count of goods, of coupons or of lines' units may exceed this, so that sums of them cannot
// overflow.
inline constexpr std::int64_t kUnitsMax = 1'000'000'000'000;

// Microseconds since 1970-01-01T00:00:00Z. Zero means "none" where a time is optional.
struct Time {
  std::int64_t micros = 0;
  auto operator<=>(const Time&) const = default;
  bool operator==(const Time&) const = default;
  bool is_set() const { return micros != 0; }
};

// A length of time in microseconds.
struct Duration {
  std::int64_t micros = 0;
  auto operator<=>(const Duration&) const = default;
  bool operator==(const Duration&) const = default;
};
inline constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000}; }
inline constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }
inline constexpr Time operator+(Time t, Duration d) { return {t.micros + d.micros}; }
inline constexpr Time operator-(Time t, Duration d) { return {t.micros - d.micros}; }
inline constexpr Duration operator-(Time a, Time b) { return {a.micros - b.micros}; }

}  // namespace souk

template <class Tag>
struct std::hash<souk::StringId<Tag>> {
  std::size_t operator()(const souk::StringId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
