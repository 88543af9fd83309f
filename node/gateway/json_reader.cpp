#include "node/gateway/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "events/ids.hpp"
#include "events/nearest.hpp"
#include "events/rfc3339.hpp"
#include "node/gateway/utf8.hpp"

namespace souk::gateway {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

bool is_identifier(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= 64 && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || is_digit(c); });
}

std::string quoted(std::string_view name) {
  std::string text(1, '"');
  text += name.substr(0, 64);
  text += name.size() > 64 ? "...\"" : "\"";
  return text;
}

std::string list_of(std::span<const Member> members) {
  std::string list;
  for (const Member& member : members) {
    if (!list.empty()) list += ", ";
    list += member.name;
  }
  return list;
}

}  // namespace

JsonReader::JsonReader(std::string_view text) : text_(text) {
  if (text_.starts_with("\xef\xbb\xbf"))
    at_ = 3;  // a byte order mark may be ignored (RFC 8259, 8.1)
}

// --- objects and arrays ------------------------------------------------------------------------

void JsonReader::begin_object(std::span<const Member> members) {
  const char c = peek();
  if (c == 0 && depth_ == 0 && at_ == text_.size())
    fail(400, "empty_body", "The body is empty; send a JSON object with " + list_of(members) + ".");
  if (c != '{') wrong_type("an object");
  ++at_;
  first_ = true;
}

// Moves to the value of the next member and gives its name, valid until `decoded` goes; nothing
// after the last.
std::optional<std::string_view> JsonReader::next_name(std::string& decoded) {
  const bool first = first_;
  first_ = false;
  if (peek() == '}') {
    ++at_;
    return std::nullopt;
  }
  if (!first) {
    if (peek() != ',') not_json("',' or '}'");
    ++at_;
  }
  if (peek() != '"') not_json("a member's name in double quotes");
  const std::string_view name = string(decoded);
  if (peek() != ':') not_json("':'");
  ++at_;
  return name;
}

// The index of the next member; -1 after the last.
int JsonReader::next_member(std::span<const Member> members, std::uint32_t& seen) {
  std::string decoded;
  const auto next = next_name(decoded);
  if (!next) return -1;
  const std::string_view name = *next;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].name != name) continue;
    const std::uint32_t bit = std::uint32_t{1} << i;
    if ((seen & bit) != 0)
      fail(400, "duplicate_field", "The field " + quoted(name) + " stands there twice; keep one.");
    seen |= bit;
    return static_cast<int>(i);
  }
  unknown_member(members, name);
}

// The name of the next member, kept in `names`; nothing after the last.
std::optional<std::string_view> JsonReader::next_identifier(
    std::set<std::string, std::less<>>& names) {
  std::string decoded;
  const auto name = next_name(decoded);
  if (!name) return std::nullopt;
  if (!is_identifier(*name))
    fail(422, "invalid_name",
         quoted(*name) + " is no name; use 1 to 64 letters, digits and _, and no digit first.");
  const auto [kept, is_new] = names.emplace(*name);
  if (!is_new)
    fail(400, "duplicate_field", "The field " + quoted(*name) + " stands there twice; keep one.");
  return *kept;
}

void JsonReader::unknown_member(std::span<const Member> members, std::string_view name) const {
  std::vector<std::string_view> names;
  for (const Member& member : members) names.push_back(member.name);
  std::string sentence = "There is no field " + quoted(name) + " here";
  if (const std::string_view meant = nearest(name, names); !meant.empty())
    sentence += "; did you mean \"" + std::string(meant) + "\"? Known";
  else
    sentence += "; known";
  fail(400, "unknown_field", sentence + " fields: " + list_of(members) + ".");
}

void JsonReader::require(std::span<const Member> members, std::uint32_t seen) const {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!members[i].required || (seen >> i & 1) != 0) continue;
    const std::string at = path();
    const std::string field = (at.empty() ? "" : at + ".") + std::string(members[i].name);
    throw Problem{.status = 400,
                  .code = "missing_field",
                  .detail = "The field \"" + field + "\" is missing.",
                  .field = field};
  }
}

void JsonReader::begin_array() {
  if (peek() != '[') wrong_type("an array");
  ++at_;
}

bool JsonReader::next_element(std::size_t index) {
  if (peek() == ']') {
    ++at_;
    return false;
  }
  if (index > 0) {
    if (peek() != ',') not_json("',' or ']'");
    ++at_;
    if (peek() == ']') not_json("a value after ','");
  }
  return true;
}

void JsonReader::too_many(std::size_t size_max) const {
  fail(422, "too_many", "There may be at most " + std::to_string(size_max) + " here.");
}

// --- values ------------------------------------------------------------------------------------

std::int64_t JsonReader::integer(std::int64_t min, std::int64_t max) {
  const char c = peek();
  if (c == '"') wrong_type("a whole number, without quotes");
  if (c != '-' && !is_digit(c)) wrong_type("a whole number");
  const std::string_view token = number();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  const std::size_t used = static_cast<std::size_t>(end - token.data());
  if (used < token.size()) {
    const std::string_view rest = token.substr(used);
    const bool is_whole =
        rest.starts_with('.') && rest.find_first_not_of('0', 1) == std::string_view::npos;
    fail(400, "not_an_integer",
         quoted(token) + " is not written as a whole number" +
             (is_whole ? "; write " + std::string(token.substr(0, used)) + "." : "."));
  }
  if (error != std::errc{} || value < min || value > max)
    fail(422, "out_of_range",
         "The number must be " + std::to_string(min) + " to " + std::to_string(max) + ".");
  return value;
}

std::string_view JsonReader::number() {
  const char c = peek();
  if (c != '-' && !is_digit(c)) wrong_type("a number");
  const std::size_t start = at_;
  const auto here = [&] { return at_ < text_.size() ? text_[at_] : '\0'; };
  const auto digits = [&] {
    if (!is_digit(here())) not_json("a digit");
    while (is_digit(here())) ++at_;
  };
  if (here() == '-') ++at_;
  if (here() == '0')
    ++at_;
  else
    digits();
  if (is_digit(here())) not_json("a number without leading zeros");
  if (here() == '.') {
    ++at_;
    digits();
  }
  if (here() == 'e' || here() == 'E') {
    ++at_;
    if (here() == '+' || here() == '-') ++at_;
    digits();
  }
  return text_.substr(start, at_ - start);
}

std::string JsonReader::text(std::size_t bytes_max) {
  if (peek() != '"') wrong_type("a string");
  std::string decoded;
  const std::string_view value = string(decoded);
  if (value.empty() || value.size() > bytes_max)
    fail(422, "out_of_range",
         "The text must be 1 to " + std::to_string(bytes_max) + " bytes long.");
  for (const char c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      fail(422, "control_character", "The text must not hold control characters.");
  return std::string(value);
}

std::string JsonReader::any_text(std::size_t bytes_max) {
  if (peek() != '"') wrong_type("a string");
  std::string decoded;
  const std::string_view value = string(decoded);
  if (value.size() > bytes_max)
    fail(422, "out_of_range",
         "The text must be at most " + std::to_string(bytes_max) + " bytes long.");
  return std::string(value);
}

SqlValue JsonReader::scalar(std::size_t bytes_max) {
  const char c = peek();
  if (c == '"') return any_text(bytes_max);
  if (c == '-' || is_digit(c)) return numeric(number());
  if (skip_null()) return {};
  for (const std::string_view word : {"true", "false"}) {
    if (text_.substr(at_, word.size()) != word) continue;
    at_ += word.size();
    return std::int64_t{word == "true"};
  }
  wrong_type("a string, a number, true, false or null");
}

SqlValue JsonReader::numeric(std::string_view token) const {
  const char* const end = token.data() + token.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(token.data(), end, whole);
      read.ec == std::errc{} && read.ptr == end)
    return whole;
  double real = 0;
  if (std::from_chars(token.data(), end, real).ec != std::errc{} ||
      token.find_first_of(".eE") == std::string_view::npos)
    fail(422, "out_of_range", "The number does not fit into 64 bits.");
  return real;
}

Time JsonReader::time() {
  const std::string written = text(64);
  const auto time = parse_rfc3339(written);
  if (!time)
    fail(422, "invalid_time",
         quoted(std::string_view(written)) +
             " is no time since 1970; write it like 2026-03-01T08:30:00Z (RFC 3339).");
  return *time;
}

std::string JsonReader::id() {
  const char c = peek();
  if (c == '-' || is_digit(c)) {
    const std::string_view token = number();
    if (token.find_first_of(".eE") != std::string_view::npos)
      fail(400, "not_an_integer",
           quoted(token) + " is no id: write a whole number, or a string in quotes.");
    if (!valid_id(token)) fail(422, "invalid_id", "An id has 1 to 128 characters.");
    return std::string(token);
  }
  if (c != '"') wrong_type("an id (a string, or a whole number)");
  std::string decoded;
  const std::string_view value = string(decoded);
  if (!valid_id(value))
    fail(422, "invalid_id",
         "An id has 1 to 128 of these characters: letters A-Z a-z, digits, and - _ . ~ : @ +");
  return std::string(value);
}

void JsonReader::end() {
  if (peek() != 0 || at_ < text_.size()) not_json("nothing more");
}

// --- tokens ------------------------------------------------------------------------------------

char JsonReader::peek() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    ++at_;
  }
  return 0;
}

bool JsonReader::skip_null() {
  if (peek() != 'n' || text_.substr(at_, 4) != "null") return false;
  at_ += 4;
  return true;
}

std::string_view JsonReader::string(std::string& decoded) {
  const std::size_t start = ++at_;
  while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
         static_cast<unsigned char>(text_[at_]) >= 0x20 &&
         static_cast<unsigned char>(text_[at_]) < 0x80)
    ++at_;
  if (at_ < text_.size() && text_[at_] == '"') return text_.substr(start, at_++ - start);

  decoded = text_.substr(start, at_ - start);
  while (true) {
    if (at_ == text_.size()) not_json("the string's closing quote");
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '"') {
      ++at_;
      return decoded;
    }
    if (c < 0x20) not_json("an escape (\\n, \\u0009) instead of a raw control character");
    if (c == '\\') {
      decode_escape(decoded);
      continue;
    }
    const std::size_t length = utf8_length(text_.substr(at_));
    if (length == 0)
      fail(400, "not_utf8", "Byte " + std::to_string(at_) + " of the body is not UTF-8.");
    decoded.append(text_.substr(at_, length));
    at_ += length;
  }
}

void JsonReader::decode_escape(std::string& decoded) {
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
  ++at_;
  const char letter = at_ < text_.size() ? text_[at_] : '\0';
  if (letter != 'u') {
    const std::size_t which = letter == 0 ? std::string_view::npos : kLetters.find(letter);
    if (which == std::string_view::npos) not_json("an escape such as \\n or \\u00e9");
    decoded += kMeaning[which];
    ++at_;
    return;
  }
  ++at_;
  std::uint32_t code = hex4();
  if (code >= 0xd800 && code <= 0xdfff) {
    if (code >= 0xdc00 || text_.substr(at_, 2) != "\\u") not_json("a pair of surrogates");
    at_ += 2;
    const std::uint32_t low = hex4();
    if (low < 0xdc00 || low > 0xdfff) not_json("a pair of surrogates");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  append_utf8(decoded, code);
}

std::uint32_t JsonReader::hex4() {
  std::uint32_t code = 0;
  const std::string_view digits = text_.substr(at_, 4);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (error != std::errc{} || digits.size() < 4 || end != digits.data() + 4)
    not_json("four hexadecimal digits");
  at_ += 4;
  return code;
}

// --- what is wrong -----------------------------------------------------------------------------

std::string_view JsonReader::found() {
  switch (peek()) {
    case 0: return {};
    case '{': return "an object";
    case '[': return "an array";
    case '"': return "a string";
    case 't': return text_.substr(at_, 4) == "true" ? "true" : "";
    case 'f': return text_.substr(at_, 5) == "false" ? "false" : "";
    case 'n': return text_.substr(at_, 4) == "null" ? "null" : "";
    default: return text_[at_] == '-' || is_digit(text_[at_]) ? "a number" : "";
  }
}

void JsonReader::wrong_type(std::string_view wanted) {
  const std::string_view here = found();
  if (here.empty()) not_json(wanted);
  fail(400, "wrong_type",
       "This must be " + std::string(wanted) + ", and it is " + std::string(here) + ".");
}

void JsonReader::not_json(std::string_view wanted) const {
  std::size_t line = 1;
  std::size_t column = 1;
  const std::size_t stop = std::min(at_, text_.size());
  for (std::size_t i = 0; i < stop; ++i) {
    column = text_[i] == '\n' ? 1 : column + 1;
    line += text_[i] == '\n' ? 1 : 0;
  }
  fail(400, "not_json",
       "The body is not JSON: expected " + std::string(wanted) + " at byte " +
           std::to_string(stop) + " (line " + std::to_string(line) + ", column " +
           std::to_string(column) + ")" + (stop == text_.size() ? ", where it ends." : "."));
}

std::string JsonReader::path() const {
  std::string path;
  for (std::size_t i = 0; i < depth_; ++i) {
    if (frames_[i].name.empty()) {
      path += '[';
      path += std::to_string(frames_[i].index);
      path += ']';
    } else {
      if (!path.empty()) path += '.';
      path += frames_[i].name;
    }
  }
  return path;
}

void JsonReader::fail(int status, std::string code, std::string_view sentence) const {
  const std::string field = path();
  std::string detail = field.empty() ? "" : "Field " + field + ": ";
  detail += sentence;
  throw Problem{
      .status = status, .code = std::move(code), .detail = std::move(detail), .field = field};
}

}  // namespace souk::gateway
