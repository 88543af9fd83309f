#include "node/gateway/cursor.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

#include "events/ids.hpp"
#include "node/gateway/problem.hpp"

namespace souk::gateway {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kSeparator = '|';

std::string to_base64url(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += kDigits[pending >> (bits - 6) & 63];
  }
  if (bits > 0) text += kDigits[pending << (6 - bits) & 63];
  return text;
}

// Nothing unless to_base64url gives the same text again.
std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    pending = pending << 6 | static_cast<std::uint32_t>(digit);
    if (bits += 6; bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(pending >> bits & 0xff);
  }
  if (to_base64url(bytes) != text) return std::nullopt;
  return bytes;
}

std::string to_text(const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return {};
}

std::optional<SqlValue> key_value(std::string_view text, const KeyColumn& column) {
  if (!column.number) {
    if (!valid_id(text)) return std::nullopt;
    return SqlValue(std::string(text));
  }
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  if (std::to_string(number) != text) return std::nullopt;
  return SqlValue(number);
}

// The front of `rest` up to the next separator, which goes as well.
std::string_view take_part(std::string_view& rest) {
  const std::size_t size = std::min(rest.find(kSeparator), rest.size());
  const std::string_view part = rest.substr(0, size);
  rest.remove_prefix(std::min(size + 1, rest.size()));
  return part;
}

std::optional<std::vector<SqlValue>> key_of(std::string_view cursor, std::string_view listing,
                                            std::span<const KeyColumn> columns) {
  const auto bytes = from_base64url(cursor);
  if (!bytes) return std::nullopt;
  std::string_view rest = *bytes;
  if (take_part(rest) != listing) return std::nullopt;
  std::vector<SqlValue> key;
  for (const KeyColumn& column : columns) {
    auto value = key_value(take_part(rest), column);
    if (!value) return std::nullopt;
    key.push_back(std::move(*value));
  }
  if (!rest.empty()) return std::nullopt;
  return key;
}

}  // namespace

std::string write_cursor(std::string_view listing, std::span<const SqlValue> key) {
  std::string bytes(listing);
  for (const SqlValue& value : key) {
    bytes += kSeparator;
    bytes += to_text(value);
  }
  return to_base64url(bytes);
}

std::vector<SqlValue> read_cursor(std::string_view cursor, std::string_view listing,
                                  std::span<const KeyColumn> columns) {
  if (auto key = key_of(cursor, listing, columns)) return std::move(*key);
  throw Problem{.status = 400,
                .code = "invalid_cursor",
                .detail =
                    "The cursor is none of this path's; send the one that the last page "
                    "gave as \"next\", or none for the first page.",
                .field = "cursor"};
}

}  // namespace souk::gateway
