// A value as it comes back from its saved form, or nothing if it does not come back at all.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "events/codec.hpp"

namespace souk::test {

template <class T>
std::optional<T> round_trip(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  T back;
  if (!codec::decode(bytes, back)) return std::nullopt;
  return back;
}

template <class... Ts>
std::optional<std::variant<Ts...>> round_trip(const std::variant<Ts...>& value) {
  std::string bytes;
  const codec::Tag tag = codec::encode_variant(value, bytes);
  std::variant<Ts...> back;
  if (!codec::decode_variant(tag, bytes, back)) return std::nullopt;
  return back;
}

}  // namespace souk::test
