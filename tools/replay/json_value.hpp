// Reads back what json_text.hpp writes: JSON to structs that list their fields. Strict: it takes
// the same forms and no others, but for times, which may have any of RFC 3339's. Members may come
// in any order.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/replay/json_reader.hpp"
#include "tools/replay/json_text.hpp"

namespace souk::replay {

// A value's JSON as a message quotes it: its beginning, if it is long.
std::string shown_json(std::string_view json);

// What is wrong with a value, and where it stands.
struct JsonFault {
  std::string path;  // "lines[2].units"; "" for the value itself
  std::string what;  // "is to be a whole number, not \"three\""; empty: it is no JSON

  // "lines[2].units is to be a whole number, not \"three\""; a path of "" is called `root`.
  std::string sentence(std::string_view root) const;
};

// Reads the object that comes next into `value`, whatever it was before. Members that are missing
// become zero, empty or none. False, and the fault, if the JSON does not fit, or is none; `value`
// is then unspecified, and nothing more can be read.
template <Reflected T>
[[nodiscard]] bool read_json(JsonReader& json, T& value, JsonFault& fault);

namespace detail {

// Always false. The value that comes next is not what is expected; the one that was just read.
bool not_expected(std::string_view what, JsonReader& json, JsonFault& fault);
bool not_that(std::string_view what, const JsonReader& json, JsonFault& fault);

// Always false: the member `name` is none of those, or comes twice.
bool unknown_member(std::string_view name, std::span<const std::string_view> known,
                    JsonFault& fault);
bool twice(std::string_view name, JsonFault& fault);

// Put a fault's path into that of what holds it. Always false.
bool inside(std::string_view member, JsonFault& fault);
bool inside(std::size_t index, JsonFault& fault);

// A whole number from `min` to `max`.
bool read_number(JsonReader& json, std::int64_t min, std::int64_t max, std::int64_t& number,
                 JsonFault& fault);
bool read_number(JsonReader& json, std::uint64_t max, std::uint64_t& number, JsonFault& fault);
bool read_text(JsonReader& json, std::string& text, JsonFault& fault);
bool read_scalar(JsonReader& json, bool& value, JsonFault& fault);
bool read_scalar(JsonReader& json, Currency& currency, JsonFault& fault);
bool read_scalar(JsonReader& json, Time& time, JsonFault& fault);

template <codec::detail::Scalar M>
bool read_scalar(JsonReader& json, M& value, JsonFault& fault) {
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
bool read_value(JsonReader& json, M& member, JsonFault& fault);

template <class E>
bool read_list(JsonReader& json, std::vector<E>& list, JsonFault& fault) {
  list.clear();
  for (json.enter(); json.next_element();)
    if (!read_value(json, list.emplace_back(), fault)) return inside(list.size() - 1, fault);
  return json.ok();
}

template <class K, class V>
bool read_list(JsonReader& json, std::map<K, V>& map, JsonFault& fault) {
  map.clear();
  std::size_t index = 0;
  for (json.enter(); json.next_element(); ++index) {
    codec::detail::MapEntry<K, V> entry;
    if (!read_value(json, entry, fault)) return inside(index, fault);
    if (!map.emplace(std::move(entry.key), std::move(entry.value)).second)
      return twice("key", fault) || inside(index, fault);
  }
  return json.ok();
}

template <class K, class V>
bool read_text_map(JsonReader& json, std::map<K, V>& map, JsonFault& fault) {
  map.clear();
  std::string_view name;
  for (json.enter(); json.next_member(name);) {
    std::string text(name);
    if (!text_of_json(text)) {
      fault.what = "is to be base64 after 'base64:'";
      return inside(text, fault);
    }
    const auto [at, is_new] = map.try_emplace(K(text));
    if (!is_new) return twice(text, fault);
    if (!read_value(json, at->second, fault)) return inside(text, fault);
  }
  return json.ok();
}

template <class T>
inline constexpr auto kMemberNames = std::apply(
    [](const auto&... one) { return std::array<std::string_view, sizeof...(one)>{one.name...}; },
    codec::detail::Members<T>::fields());

// Reads field I of a T.
template <class T, std::size_t I>
bool read_field(JsonReader& json, T& value, JsonFault& fault) {
  constexpr auto fields = codec::detail::Members<T>::fields();
  return read_value(json, value.*(std::get<I>(fields).member), fault);
}

template <class T>
bool read_struct(JsonReader& json, T& value, JsonFault& fault) {
  constexpr auto& names = kMemberNames<T>;
  using Read = bool (*)(JsonReader&, T&, JsonFault&);
  static constexpr auto kRead = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<Read, sizeof...(I)>{read_field<T, I>...};
  }
  (std::make_index_sequence<names.size()>{});

  std::bitset<names.size() + 1> seen;
  std::size_t expected = 0;  // as they are written, members come in the fields' order
  std::string_view name;
  for (json.enter(); json.next_member(name); ++expected) {
    if (expected >= names.size() || names[expected] != name) {
      const auto at = std::find(names.begin(), names.end(), name);
      if (at == names.end()) return unknown_member(name, names, fault);
      expected = static_cast<std::size_t>(at - names.begin());
    }
    if (seen[expected]) return twice(name, fault);
    seen.set(expected);
    if (!kRead[expected](json, value, fault)) return inside(names[expected], fault);
  }
  if (!json.ok()) return false;
  return codec::detail::all_members(value, [&seen](auto index, auto& member) {
    if (!seen[index]) set_absent(member);
    return true;
  });
}

template <class M>
bool read_value(JsonReader& json, M& member, JsonFault& fault) {
  using namespace codec::detail;
  using Kind = JsonReader::Kind;
  if constexpr (Scalar<M>) {
    return read_scalar(json, member, fault);
  } else if constexpr (Text<M>) {
    thread_local std::string text;
    if (!read_text(json, text, fault)) return false;
    TextOf<M>::set(member, text);
    return true;
  } else if constexpr (Optional<M>) {
    member.reset();
    if (json.kind() == Kind::null) return json.null();
    return read_value(json, member.emplace(), fault);
  } else if constexpr (kHasTextKeys<M>) {
    return json.kind() == Kind::object ? read_text_map(json, member, fault)
                                       : not_expected("an object", json, fault);
  } else if constexpr (List<M>) {
    return json.kind() == Kind::list ? read_list(json, member, fault)
                                     : not_expected("a list", json, fault);
  } else {
    return json.kind() == Kind::object ? read_struct(json, member, fault)
                                       : not_expected("an object", json, fault);
  }
}

}  // namespace detail

template <Reflected T>
bool read_json(JsonReader& json, T& value, JsonFault& fault) {
  return detail::read_value(json, value, fault);
}

}  // namespace souk::replay
