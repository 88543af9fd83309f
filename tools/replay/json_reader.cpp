#include "tools/replay/json_reader.hpp"

#include <limits>

#include "tools/replay/json_string.hpp"

namespace souk::replay {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::uint32_t point, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  const auto tail = [&](int shift) { put(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    put(0xF0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

void JsonReader::pass_space() {
  while (at_ != end_ && is_space(*at_)) ++at_;
}

bool JsonReader::take(char c) {
  pass_space();
  if (at_ == end_ || *at_ != c) return false;
  ++at_;
  return true;
}

bool JsonReader::take_word(std::string_view word) {
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return fail();
  at_ += word.size();
  return true;
}

JsonReader::Kind JsonReader::kind() {
  pass_space();
  value_ = at_;
  if (at_ == end_) return Kind::nothing;
  switch (*at_) {
    case '{': return Kind::object;
    case '[': return Kind::list;
    case '"': return Kind::text;
    case 't':
    case 'f': return Kind::boolean;
    case 'n': return Kind::null;
    default: return *at_ == '-' || is_digit(*at_) ? Kind::number : Kind::nothing;
  }
}

// --- objects and lists -----------------------------------------------------------------------

void JsonReader::enter() {
  pass_space();
  if (at_ == end_ || (*at_ != '{' && *at_ != '[')) {
    fail();
    return;
  }
  ++at_;
  entered_ = true;
}

bool JsonReader::next_member(std::string_view& name) {
  const bool first = entered_;
  entered_ = false;
  if (take('}')) return false;
  if (!first && !take(',')) return fail();
  const auto found = text();
  if (!found || !take(':')) return fail();
  name = *found;
  return true;
}

bool JsonReader::next_element() {
  const bool first = entered_;
  entered_ = false;
  if (take(']')) return false;
  if (!first && !take(',')) return fail();
  return kind() != Kind::nothing || fail();
}

// --- texts -----------------------------------------------------------------------------------

std::optional<std::string_view> JsonReader::text() {
  if (!take('"')) {
    fail();
    return std::nullopt;
  }
  const char* const start = at_;
  while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20)
    ++at_;
  std::string_view plain(start, static_cast<std::size_t>(at_ - start));
  if (at_ != end_ && *at_ == '\\') {
    scratch_ = plain;
    while (at_ != end_ && *at_ != '"') {
      const char c = *at_++;
      if (static_cast<unsigned char>(c) < 0x20 || (c == '\\' && !resolve_escape(scratch_))) {
        fail();
        return std::nullopt;
      }
      if (c != '\\') scratch_ += c;
    }
    plain = scratch_;
  }
  if (at_ == end_ || *at_ != '"' || !is_utf8(plain)) {
    fail();
    return std::nullopt;
  }
  ++at_;
  return plain;
}

// The four digits after "\u".
bool JsonReader::hex_unit(std::uint32_t& unit) {
  unit = 0;
  if (end_ - at_ < 4) return false;
  for (int i = 0; i < 4; ++i) {
    const char c = *at_++;
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c))
      unit = unit << 4 | static_cast<std::uint32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      unit = unit << 4 | static_cast<std::uint32_t>(lower - 'a' + 10);
    else
      return false;
  }
  return true;
}

// What stands after a backslash.
bool JsonReader::resolve_escape(std::string& out) {
  if (at_ == end_) return false;
  switch (*at_++) {
    case '"': out += '"'; return true;
    case '\\': out += '\\'; return true;
    case '/': out += '/'; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case 'u': break;
    default: return false;
  }
  std::uint32_t unit, low;
  if (!hex_unit(unit) || (unit >= 0xDC00 && unit <= 0xDFFF)) return false;
  if (unit < 0xD800 || unit > 0xDBFF) {
    append_utf8(unit, out);
    return true;
  }
  if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return false;
  at_ += 2;
  if (!hex_unit(low) || low < 0xDC00 || low > 0xDFFF) return false;
  append_utf8(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
  return true;
}

// --- the other values ------------------------------------------------------------------------

// One or more digits. False if there is none.
bool JsonReader::take_digits(Number& number) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  if (at_ == end_ || !is_digit(*at_)) return false;
  for (; at_ != end_ && is_digit(*at_); ++at_) {
    const auto digit = static_cast<std::uint64_t>(*at_ - '0');
    if (number.magnitude > (kMax - digit) / 10) number.fits = false;
    number.magnitude = number.magnitude * 10 + digit;
  }
  return true;
}

std::optional<JsonReader::Number> JsonReader::number() {
  pass_space();
  Number number, rest;
  const auto take_one = [this](std::string_view any) {
    if (at_ == end_ || any.find(*at_) == std::string_view::npos) return false;
    ++at_;
    return true;
  };
  number.negative = take_one("-");
  const bool zero = at_ != end_ && *at_ == '0';
  const char* const start = at_;
  bool good = take_digits(number) && (!zero || at_ == start + 1);  // no zeros before a number
  if (good && take_one(".")) {
    number.whole = false;
    good = take_digits(rest);
  }
  if (good && take_one("eE")) {
    number.whole = false;
    take_one("+-");
    good = take_digits(rest);
  }
  if (good) return number;
  fail();
  return std::nullopt;
}

std::optional<bool> JsonReader::boolean() {
  pass_space();
  const bool value = at_ != end_ && *at_ == 't';
  if (!take_word(value ? "true" : "false")) return std::nullopt;
  return value;
}

bool JsonReader::null() {
  pass_space();
  return take_word("null");
}

std::string_view JsonReader::skip() {
  const Kind found = kind();
  const char* const start = at_;
  if (found == Kind::nothing || !pass_value(0)) {
    fail();
    return {};
  }
  value_ = start;
  return {start, static_cast<std::size_t>(at_ - start)};
}

bool JsonReader::pass_value(int depth) {
  if (depth > kDepthMax) return fail();
  std::string_view name;
  switch (kind()) {
    case Kind::object:
      for (enter(); next_member(name);)
        if (!pass_value(depth + 1)) return false;
      return ok_;
    case Kind::list:
      for (enter(); next_element();)
        if (!pass_value(depth + 1)) return false;
      return ok_;
    case Kind::text: return text().has_value();
    case Kind::number: return number().has_value();
    case Kind::boolean: return boolean().has_value();
    case Kind::null: return null();
    case Kind::nothing: return fail();
  }
  return fail();
}

bool JsonReader::finished() {
  pass_space();
  return ok_ && at_ == end_;
}

bool is_json(std::string_view text) {
  JsonReader reader(text);
  reader.skip();
  return reader.finished();
}

}  // namespace souk::replay
