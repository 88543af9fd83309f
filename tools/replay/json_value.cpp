#include "tools/replay/json_value.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tools/shared/suggest.hpp"

namespace souk::replay {
std::string shown_json(const nlohmann::json& json) {
  constexpr std::size_t kShownMax = 40;
  std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() > kShownMax) {
    std::size_t cut = kShownMax;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    text = text.substr(0, cut) + " ...";
  }
  return text;
}

std::string JsonFault::sentence(std::string_view root) const {
  return fmt::format("{} {}", path.empty() ? root : std::string_view(path), what);
}

namespace detail {

bool expected(std::string_view what, const json& found, JsonFault& fault) {
  fault.what = fmt::format("is to be {}, not {}", what, shown_json(found));
  return false;
}

bool unknown_member(const json& object, const std::string_view* names, std::size_t count,
                    JsonFault& fault) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(names, names + count, name) != names + count) continue;
    fault.what =
        fmt::format("is not known here{}", cli::did_you_mean(name, {names, names + count}));
    return inside(name, fault);
  }
  return false;
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

bool read_number(const json& json, std::int64_t min, std::int64_t max, std::int64_t& number,
                 JsonFault& fault) {
  if (!json.is_number_integer()) return expected("a whole number", json, fault);
  const bool too_large =
      json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(max);
  if (!too_large) number = json.get<std::int64_t>();
  if (too_large || number < min || number > max)
    return expected(fmt::format("a number from {} to {}", min, max), json, fault);
  return true;
}

bool read_text(const json& json, std::string& text, JsonFault& fault) {
  if (!json.is_string()) return expected("a text", json, fault);
  text = json.get_ref<const std::string&>();
  return text_of_json(text) || expected("base64 after 'base64:'", json, fault);
}

bool read_scalar(const json& json, bool& value, JsonFault& fault) {
  if (!json.is_boolean()) return expected("true or false", json, fault);
  value = json.get<bool>();
  return true;
}

bool read_scalar(const json& json, Currency& currency, JsonFault& fault) {
  currency = {};
  if (json.is_null()) return true;
  if (json.is_number_integer()) {
    std::int64_t stored = 0;
    if (!read_number(json, 0, std::numeric_limits<std::uint32_t>::max(), stored, fault))
      return false;
    currency = Currency::from_stored(static_cast<std::uint32_t>(stored));
    return true;
  }
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto* code = json.get_ptr<const std::string*>();
  if (code == nullptr || code->size() != 3 || !std::all_of(code->begin(), code->end(), is_letter))
    return expected("a currency's three letters or null", json, fault);
  std::uint32_t stored = 0;
  for (int i = 2; i >= 0; --i)
    stored = stored << 8 | static_cast<std::uint8_t>((*code)[static_cast<std::size_t>(i)]);
  currency = Currency::from_stored(stored);
  return true;
}

bool read_scalar(const json& json, Time& time, JsonFault& fault) {
  time = {};
  if (json.is_null()) return true;
  if (json.is_number())
    return read_number(json, std::numeric_limits<std::int64_t>::min(),
                       std::numeric_limits<std::int64_t>::max(), time.micros, fault);
  const auto* text = json.get_ptr<const std::string*>();
  const auto parsed = text == nullptr ? std::nullopt : parse_rfc3339(*text);
  if (!parsed) return expected("a time such as 2010-12-01T08:26:00.000000Z", json, fault);
  time = *parsed;
  return true;
}

}  // namespace detail
}  // namespace souk::replay
