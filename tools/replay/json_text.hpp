// Any struct that lists its fields (events/fields.hpp) as one JSON object on one line: commands,
// events, states, replies. json_value.hpp reads it back.
//
//   a field       a member of that name, in the struct's order, always there
//   a bool        true or false
//   a number      a number; so are quantities, enums, and durations, in microseconds
//   money         {"minor":255,"currency":"GBP"}, a struct like others
//   a currency    its code; null for none; a number if it is no three letters A to Z
//   a time        "2010-12-01T08:26:00.000000Z"; null if not set; its number of microseconds since
//                 1970 if it has no such form (events/rfc3339.hpp)
//   a text        a string, an id too; json_string.hpp says what becomes of bytes that are no UTF-8
//   an optional   null if there is none
//   a list        an array
//   a map         an object if its keys are texts, else an array of {"key":...,"value":...}
//
// Nothing is lost: two values that differ are written differently.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/codec_shape.hpp"
#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"
#include "events/rfc3339.hpp"
#include "tools/replay/json_string.hpp"

namespace souk::replay {

// Appends the object.
template <Reflected T>
void append_json(const T& value, std::string& out);

namespace detail {

// True for a map that is written as an object.
template <class M>
inline constexpr bool kHasTextKeys = false;
template <codec::detail::Text K, class V>
inline constexpr bool kHasTextKeys<std::map<K, V>> = true;

template <class Number>
void append_number(Number number, std::string& out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  out.append(text, static_cast<std::size_t>(end - text));
}

inline void append_scalar(bool value, std::string& out) { out += value ? "true" : "false"; }

inline void append_scalar(Currency currency, std::string& out) {
  const std::uint32_t stored = currency.stored();
  const std::array<char, 3> code{static_cast<char>(stored), static_cast<char>(stored >> 8),
                                 static_cast<char>(stored >> 16)};
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!currency.is_set())
    out += "null";
  else if (stored >> 24 == 0 && is_letter(code[0]) && is_letter(code[1]) && is_letter(code[2]))
    out.append(1, '"').append(code.data(), code.size()).append(1, '"');
  else
    append_number(stored, out);
}

inline void append_scalar(Time time, std::string& out) {
  if (!time.is_set()) {
    out += "null";
  } else if (time.micros < 0 || time > kIsoTimeMax) {
    append_number(time.micros, out);
  } else {
    out += '"';
    append_iso(out, time);
    out += '"';
  }
}

template <codec::detail::Scalar M>
void append_scalar(M value, std::string& out) {
  append_number(codec::detail::ScalarOf<M>::get(value), out);
}

// What stands before the value of field I: `{"hold_id":` or `,"units":`.
template <class T, std::size_t I>
inline constexpr auto kMemberStart = [] {
  constexpr std::string_view name = std::get<I>(codec::detail::Members<T>::fields()).name;
  std::array<char, name.size() + 4> text{I == 0 ? '{' : ',', '"'};
  std::size_t at = 2;
  for (const char c : name) text[at++] = c;
  text[at++] = '"';
  text[at] = ':';
  return text;
}();

template <class M>
void append_value(const M& member, std::string& out) {
  using namespace codec::detail;
  if constexpr (Scalar<M>) {
    append_scalar(member, out);
  } else if constexpr (Text<M>) {
    append_json_string(TextOf<M>::get(member), out);
  } else if constexpr (Optional<M>) {
    if (member)
      append_json(*member, out);
    else
      out += "null";
  } else if constexpr (kHasTextKeys<M>) {
    char before = '{';
    for (const auto& [key, value] : member) {
      out += before;
      append_value(key, out);
      out += ':';
      append_value(value, out);
      before = ',';
    }
    out += before == '{' ? "{}" : "}";
  } else if constexpr (List<M>) {
    char before = '[';
    for (const auto& element : member) {
      out += before;
      append_value(element, out);
      before = ',';
    }
    out += before == '[' ? "[]" : "]";
  } else {
    using T = std::remove_const_t<M>;
    all_members(member, [&out](auto index, const auto& one) {
      constexpr auto& start = kMemberStart<T, index>;
      out.append(start.data(), start.size());
      append_value(one, out);
      return true;
    });
    out += kFieldCount<T> == 0 ? "{}" : "}";
  }
}

}  // namespace detail

template <Reflected T>
void append_json(const T& value, std::string& out) {
  detail::append_value(value, out);
}

}  // namespace souk::replay
