#include "tools/replay/json_value.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tools/shared/suggest.hpp"

namespace souk::replay {

std::string shown_json(std::string_view json) {
  constexpr std::size_t kShownMax = 40;
  if (json.size() <= kShownMax) return std::string(json);
  std::size_t cut = kShownMax;
  while (cut > 0 && (static_cast<unsigned char>(json[cut]) & 0xC0) == 0x80) --cut;
  return std::string(json.substr(0, cut)) + " ...";
}

std::string JsonFault::sentence(std::string_view root) const {
  if (what.empty()) return fmt::format("{} is no JSON", root);
  return fmt::format("{} {}", path.empty() ? root : std::string_view(path), what);
}

namespace detail {

bool not_expected(std::string_view what, JsonReader& json, JsonFault& fault) {
  const std::string_view found = json.skip();
  if (json.ok()) fault.what = fmt::format("is to be {}, not {}", what, shown_json(found));
  return false;
}

bool not_that(std::string_view what, const JsonReader& json, JsonFault& fault) {
  fault.what = fmt::format("is to be {}, not {}", what, shown_json(json.value_text()));
  return false;
}

bool unknown_member(std::string_view name, std::span<const std::string_view> known,
                    JsonFault& fault) {
  fault.what =
      fmt::format("is not known here{}", cli::did_you_mean(name, {known.begin(), known.end()}));
  return inside(name, fault);
}

bool twice(std::string_view name, JsonFault& fault) {
  fault.what = "is there twice";
  return inside(name, fault);
}

bool inside(std::string_view member, JsonFault& fault) {
  const bool direct = fault.path.empty() || fault.path.front() == '[';
  fault.path = fmt::format("{}{}{}", member, direct ? "" : ".", fault.path);
  return false;
}

bool inside(std::size_t index, JsonFault& fault) {
  const bool direct = fault.path.empty() || fault.path.front() == '[';
  fault.path = fmt::format("[{}]{}{}", index, direct ? "" : ".", fault.path);
  return false;
}

bool read_number(JsonReader& json, std::int64_t min, std::int64_t max, std::int64_t& number,
                 JsonFault& fault) {
  if (json.kind() != JsonReader::Kind::number) return not_expected("a whole number", json, fault);
  const auto read = json.number();
  if (!read) return false;
  if (!read->whole) return not_that("a whole number", json, fault);
  // -(2^63) has no positive counterpart; unsigned arithmetic gets there all the same.
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
  number = static_cast<std::int64_t>(read->negative ? 0 - read->magnitude : read->magnitude);
  const bool fits =
      read->fits && (read->magnitude < kLimit || (read->negative && read->magnitude == kLimit));
  if (fits && number >= min && number <= max) return true;
  return not_that(fmt::format("a number from {} to {}", min, max), json, fault);
}

bool read_number(JsonReader& json, std::uint64_t max, std::uint64_t& number, JsonFault& fault) {
  if (json.kind() != JsonReader::Kind::number)
    return not_expected(fmt::format("a number from 0 to {}", max), json, fault);
  const auto read = json.number();
  if (!read) return false;
  number = read->magnitude;
  if (read->whole && read->fits && number <= max && !(read->negative && number > 0)) return true;
  return not_that(fmt::format("a number from 0 to {}", max), json, fault);
}

bool read_text(JsonReader& json, std::string& text, JsonFault& fault) {
  if (json.kind() != JsonReader::Kind::text) return not_expected("a text", json, fault);
  const auto read = json.text();
  if (!read) return false;
  text = *read;
  return text_of_json(text) || not_that("base64 after 'base64:'", json, fault);
}

bool read_scalar(JsonReader& json, bool& value, JsonFault& fault) {
  if (json.kind() != JsonReader::Kind::boolean) return not_expected("true or false", json, fault);
  const auto read = json.boolean();
  if (read) value = *read;
  return read.has_value();
}

bool read_scalar(JsonReader& json, Currency& currency, JsonFault& fault) {
  constexpr std::string_view kWhat = "a currency's three letters or null";
  currency = {};
  switch (json.kind()) {
    case JsonReader::Kind::null: return json.null();
    case JsonReader::Kind::number: {
      std::int64_t stored = 0;
      if (!read_number(json, 0, std::numeric_limits<std::uint32_t>::max(), stored, fault))
        return false;
      currency = Currency::from_stored(static_cast<std::uint32_t>(stored));
      return true;
    }
    case JsonReader::Kind::text: break;
    default: return not_expected(kWhat, json, fault);
  }
  const auto code = json.text();
  if (!code) return false;
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (code->size() != 3 || !std::ranges::all_of(*code, is_letter))
    return not_that(kWhat, json, fault);
  const auto letter = [&](std::size_t i) { return static_cast<std::uint32_t>((*code)[i]); };
  currency = Currency::from_stored(letter(0) | letter(1) << 8 | letter(2) << 16);
  return true;
}

bool read_scalar(JsonReader& json, Time& time, JsonFault& fault) {
  constexpr std::string_view kWhat = "a time such as 2010-12-01T08:26:00.000000Z";
  time = {};
  switch (json.kind()) {
    case JsonReader::Kind::null: return json.null();
    case JsonReader::Kind::number:
      return read_number(json, std::numeric_limits<std::int64_t>::min(),
                         std::numeric_limits<std::int64_t>::max(), time.micros, fault);
    case JsonReader::Kind::text: break;
    default: return not_expected(kWhat, json, fault);
  }
  const auto text = json.text();
  if (!text) return false;
  const auto parsed = parse_rfc3339(*text);
  if (!parsed) return not_that(kWhat, json, fault);
  time = *parsed;
  return true;
}

}  // namespace detail
}  // namespace souk::replay
