#include "tools/replay/json_string.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "tools/replay/base64.hpp"

namespace souk::replay {
namespace {

constexpr std::uint64_t kEach = 0x0101010101010101;
constexpr std::uint64_t kTop = 0x80 * kEach;

// Not zero if any of the eight bytes must be looked at: below 0x20, from 0x80 on, a quote or a
// backslash. (Bit tricks: "Determine if a word has a byte less than n", Anderson, Bit Twiddling
// Hacks; bytes with the top bit are told apart first, so that borrows do no harm.)
std::uint64_t special(std::uint64_t word) {
  const auto zero_in = [](std::uint64_t x) { return (x - kEach) & ~x; };
  const std::uint64_t control = word - 0x20 * kEach;
  return (word | control | zero_in(word ^ '"' * kEach) | zero_in(word ^ '\\' * kEach)) & kTop;
}

bool is_special(char c) {
  return static_cast<std::uint8_t>(c) < 0x20 || static_cast<std::uint8_t>(c) >= 0x80 || c == '"' ||
         c == '\\';
}

// The bytes at the front that may stand in a string as they are. At least those up to the first
// special one's word.
std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    if (special(word) != 0) break;
  }
  while (at < text.size() && !is_special(text[at])) ++at;
  return at;
}

// The length of the well-formed sequence at the front of `text`, which is not ASCII; 0 if it is
// none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t at) -> std::uint32_t {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0;
  };
  const auto in = [&](std::size_t at, std::uint32_t low, std::uint32_t high) {
    return byte(at) >= low && byte(at) <= high;
  };
  const std::uint32_t first = byte(0);
  if (first >= 0xC2 && first <= 0xDF) return in(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF)
    return in(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && in(2, 0x80, 0xBF) ? 3
                                                                                                : 0;
  if (first >= 0xF0 && first <= 0xF4)
    return in(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && in(2, 0x80, 0xBF) &&
                   in(3, 0x80, 0xBF)
               ? 4
               : 0;
  return 0;
}

void append_escaped(char c, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<std::uint8_t>(c);
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: out += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
  }
}

// Appends `text` from its first special character on. False, and some of it appended, if it is not
// UTF-8.
bool append_rest(std::string_view text, std::string& out) {
  while (!text.empty()) {
    std::size_t taken = 1;
    if (static_cast<std::uint8_t>(text[0]) >= 0x80) {
      taken = sequence_length(text);
      if (taken == 0) return false;
      out.append(text.substr(0, taken));
    } else {
      append_escaped(text[0], out);
    }
    text.remove_prefix(taken);
    const std::size_t plain = plain_prefix(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
  }
  return true;
}

void append_as_base64(std::string_view text, std::string& out) {
  out += '"';
  out += kBase64Mark;
  append_base64(text, out);
  out += '"';
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::uint64_t word = 0;
    if (text.size() >= 8) std::memcpy(&word, text.data(), 8);
    if (text.size() >= 8 && (word & kTop) == 0) {
      text.remove_prefix(8);
      continue;
    }
    const bool ascii = static_cast<std::uint8_t>(text[0]) < 0x80;
    const std::size_t taken = ascii ? 1 : sequence_length(text);
    if (taken == 0) return false;
    text.remove_prefix(taken);
  }
  return true;
}

void append_json_string(std::string_view text, std::string& out) {
  if (text.starts_with(kBase64Mark)) return append_as_base64(text, out);
  const std::size_t plain = plain_prefix(text);
  const std::size_t start = out.size();
  out += '"';
  out.append(text.substr(0, plain));
  if (plain < text.size() && !append_rest(text.substr(plain), out)) {
    out.resize(start);
    return append_as_base64(text, out);
  }
  out += '"';
}

bool text_of_json(std::string& string) {
  if (!string.starts_with(kBase64Mark)) return true;
  auto bytes = parse_base64(std::string_view(string).substr(kBase64Mark.size()));
  if (!bytes) return false;
  string = std::move(*bytes);
  return true;
}

}  // namespace souk::replay
