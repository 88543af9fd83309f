// Reads back what json_text.hpp writes: JSON to structs that list their fields. Strict: it takes
// the same forms and no others, but for times, which may have any of RFC 3339's.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tools/replay/json_text.hpp"

namespace souk::replay {

// A value as a message quotes it: its beginning, if it is long.
std::string shown_json(const nlohmann::json& json);

// What is wrong with a value, and where it stands.
struct JsonFault {
  std::string path;  // "lines[2].units"; "" for the value itself
  std::string what;  // "is to be a whole number, not \"three\""

  // "lines[2].units is to be a whole number, not \"three\""; a path of "" is called `root`.
  std::string sentence(std::string_view root) const;
};

// Fills in `value`, whatever it was before. Members that are missing become zero, empty or none.
// False, and the fault, if the JSON does not fit; `value` is then unspecified.
template <Reflected T>
[[nodiscard]] bool read_json(const nlohmann::json& json, T& value, JsonFault& fault);

namespace detail {

using nlohmann::json;

// Always false.
bool expected(std::string_view what, const json& found, JsonFault& fault);
bool unknown_member(const json& object, const std::string_view* names, std::size_t count,
                    JsonFault& fault);

// Put a fault's path into that of what holds it. Always false.
bool inside(std::string_view member, JsonFault& fault);
bool inside(std::size_t index, JsonFault& fault);

// A whole number from `min` to `max`.
bool read_number(const json& json, std::int64_t min, std::int64_t max, std::int64_t& number,
                 JsonFault& fault);
bool read_text(const json& json, std::string& text, JsonFault& fault);
bool read_scalar(const json& json, bool& value, JsonFault& fault);
bool read_scalar(const json& json, Currency& currency, JsonFault& fault);
bool read_scalar(const json& json, Time& time, JsonFault& fault);

template <codec::detail::Scalar M>
bool read_scalar(const json& json, M& value, JsonFault& fault) {
  using Number = decltype(codec::detail::ScalarOf<M>::get(value));
  using Limits = std::numeric_limits<Number>;
  std::int64_t number = 0;
  if (!read_number(json, Limits::min(), Limits::max(), number, fault)) return false;
  value = codec::detail::ScalarOf<M>::make(static_cast<Number>(number));
  return true;
}

// Makes the member what the codec makes of one that the bytes do not mention.
template <class M>
void set_absent(M& member) {
  using namespace codec::detail;
  if constexpr (Scalar<M>) {
    member = ScalarOf<M>::make({});
  } else if constexpr (Text<M>) {
    TextOf<M>::set(member, {});
  } else if constexpr (Optional<M>) {
    member.reset();
  } else if constexpr (List<M>) {
    member.clear();
  } else {
    all_members(member, [](auto, auto& one) {
      set_absent(one);
      return true;
    });
  }
}

template <class M>
bool read_value(const json& json, M& member, JsonFault& fault);

template <class E>
bool read_list(const json& json, std::vector<E>& list, JsonFault& fault) {
  list.clear();
  list.resize(json.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!read_value(json[i], list[i], fault)) return inside(i, fault);
  return true;
}

template <class K, class V>
bool read_list(const json& json, std::map<K, V>& map, JsonFault& fault) {
  map.clear();
  for (std::size_t i = 0; i < json.size(); ++i) {
    codec::detail::MapEntry<K, V> entry;
    if (!read_value(json[i], entry, fault)) return inside(i, fault);
    if (map.emplace(std::move(entry.key), std::move(entry.value)).second) continue;
    fault = {"key", "is there twice"};
    return inside(i, fault);
  }
  return true;
}

template <class K, class V>
bool read_text_map(const json& json, std::map<K, V>& map, JsonFault& fault) {
  map.clear();
  for (const auto& [name, value] : json.items()) {
    std::string text = name;
    if (!text_of_json(text)) {
      fault.what = "is to be base64 after 'base64:'";
      return inside(name, fault);
    }
    if (!read_value(value, map[K(std::move(text))], fault)) return inside(name, fault);
  }
  return true;
}

template <class T>
bool read_struct(const json& json, T& value, JsonFault& fault) {
  std::size_t found = 0;
  constexpr auto fields = codec::detail::Members<T>::fields();
  const bool good = codec::detail::all_members(value, [&](auto index, auto& member) {
    constexpr std::string_view name = std::get<index>(fields).name;
    const auto at = json.find(name);
    if (at == json.end()) {
      set_absent(member);
      return true;
    }
    ++found;
    return read_value(*at, member, fault) || inside(name, fault);
  });
  if (!good || found == json.size()) return good;
  const auto names = std::apply(
      [](const auto&... one) { return std::array<std::string_view, sizeof...(one)>{one.name...}; },
      fields);
  return unknown_member(json, names.data(), names.size(), fault);
}

template <class M>
bool read_value(const json& json, M& member, JsonFault& fault) {
  using namespace codec::detail;
  if constexpr (Scalar<M>) {
    return read_scalar(json, member, fault);
  } else if constexpr (Text<M>) {
    std::string text;
    if (!read_text(json, text, fault)) return false;
    TextOf<M>::set(member, text);
    return true;
  } else if constexpr (Optional<M>) {
    member.reset();
    return json.is_null() || read_value(json, member.emplace(), fault);
  } else if constexpr (kHasTextKeys<M>) {
    return json.is_object() ? read_text_map(json, member, fault)
                            : expected("an object", json, fault);
  } else if constexpr (List<M>) {
    return json.is_array() ? read_list(json, member, fault) : expected("a list", json, fault);
  } else {
    return json.is_object() ? read_struct(json, member, fault) : expected("an object", json, fault);
  }
}

}  // namespace detail

template <Reflected T>
bool read_json(const nlohmann::json& json, T& value, JsonFault& fault) {
  return detail::read_value(json, value, fault);
}

}  // namespace souk::replay
