// The saved form of commands, events and states: Cap'n Proto, behind one generic codec. Cap'n Proto
// types do not leak past it.
//
// A struct that lists its fields (events/fields.hpp) is matched to a schema struct by name and
// order: field i of the C++ struct is the schema's field with ordinal @i, its camelCase name, and a
// type that fits. The match is made once a type, at start-up (`check_schemas`), and yields a plan
// of offsets; encoding and decoding only follow the plan.
//
// The saved form of one value is one Cap'n Proto segment without a segment table: its first word is
// the root pointer. It is deterministic: equal values give equal bytes. Evolution: fields may be
// added at the end of a struct (old bytes decode with the default, old code ignores new fields),
// alternatives at the end of a variant; see schemas/README.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "events/fields.hpp"

namespace souk::codec {

// Number of the alternative as stored; the same as the schema union's discriminant. stored: never
// reuse
using Tag = std::uint16_t;

// Appends the saved form of `value` to `out`; a multiple of 8 bytes. T is a Reflected struct with a
// schema.
template <class T>
void encode(const T& value, std::string& out);

// Reads a value from its saved form. False if the bytes are not a valid message of that shape:
// nothing is thrown, nothing is read out of bounds, whatever the bytes are (they need not be
// aligned).
template <class T>
[[nodiscard]] bool decode(std::string_view bytes, T& value);

// The same for a variant of commands or events: the alternative's tag travels outside of the bytes.
template <class... Ts>
Tag encode_variant(const std::variant<Ts...>& value, std::string& out);
template <class... Ts>
[[nodiscard]] bool decode_variant(Tag tag, std::string_view bytes, std::variant<Ts...>& value);

// Checks every struct and variant that souk stores or sends against the schemas. Throws
// std::logic_error with a sentence that names the struct, the field and the mismatch. Called once
// by every program's main and by a test.
void check_schemas();

}  // namespace souk::codec
