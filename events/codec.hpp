// The saved form of commands, events and states: Cap'n Proto, behind one generic codec. Cap'n Proto
// types do not leak past it.
//
// A struct that lists its fields (events/fields.hpp) is matched to a schema struct by name and
// order: field i of the C++ struct is the schema's field with ordinal @i, its camelCase name, and a
// type that fits. The match is made once, at start-up (`check_schemas`) or at first use, and yields
// a plan of offsets (codec_shape.hpp); encoding and decoding only follow the plan. The table of
// what is stored as what is codec_schemas.cpp.
//
// The saved form of one value is one Cap'n Proto segment without a segment table, in canonical
// form: its first word is the root pointer, objects follow in the order of the pointers to them,
// and trailing zeros of a struct are left out. So equal values give equal bytes, and go on doing so
// when a later build knows more fields. (One exception to the canonical form: an element of a list
// of structs takes at least one word, so that no message can claim more elements than it has
// words.)
//
// Evolution: fields may be added at the end of a struct (old bytes decode with zero, empty or none;
// old code ignores new fields), alternatives at the end of a variant; see schemas/README.md.
//
// All functions may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "events/codec_decode.hpp"
#include "events/codec_encode.hpp"
#include "events/codec_shape.hpp"
#include "events/fields.hpp"

namespace souk::codec {

// Number of the alternative as stored; the same as the schema union's discriminant. stored: never
// reuse
using Tag = std::uint16_t;

// Appends the saved form of `value` to `out`; a multiple of 8 bytes. T is a Reflected struct with a
// schema. Throws std::length_error, and leaves `out` alone, if that is more than kMessageBytesMax;
// std::logic_error if T has no schema.
template <Reflected T>
void encode(const T& value, std::string& out) {
  detail::plan_of<T>();
  detail::append_message(value, out);
}

// Reads a value from its saved form. False if the bytes are not a valid message of that shape:
// nothing is read out of bounds, and no more memory is used than a small multiple of the bytes,
// whatever they are (they need not be aligned). `value` is then unspecified. Whatever the bytes do
// not mention becomes zero, empty or none, not what the struct's member initialisers say.
template <Reflected T>
[[nodiscard]] bool decode(std::string_view bytes, T& value) {
  detail::plan_of<T>();
  return detail::read_message(bytes, value);
}

// The same for a variant of commands or events: the alternative's tag travels outside of the bytes.
template <class... Ts>
Tag encode_variant(const std::variant<Ts...>& value, std::string& out) {
  std::visit([&out](const auto& alternative) { encode(alternative, out); }, value);
  return static_cast<Tag>(value.index());
}

// False also for a tag that the variant does not have: a newer build wrote it.
template <class... Ts>
[[nodiscard]] bool decode_variant(Tag tag, std::string_view bytes, std::variant<Ts...>& value) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    bool decoded = false;
    (void)((tag == I && (decoded = decode(bytes, value.template emplace<I>()), true)) || ...);
    return decoded;
  }
  (std::index_sequence_for<Ts...>{});
}

// Checks every struct and variant that souk stores or sends against the schemas. Throws
// std::logic_error with a sentence that names the struct, the field and the mismatch. Called once
// by every program's main and by a test.
void check_schemas();

}  // namespace souk::codec
