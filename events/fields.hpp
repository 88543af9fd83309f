// Reflection, as little as the codec and the printers need: a struct lists its fields once, with
// their names.
//
//   struct Held {
//     static constexpr std::string_view name = "held";
//     HoldId hold_id; Units units;
//     bool operator==(const Held&) const = default;
//     static constexpr auto fields() { return std::tuple{field("hold_id", &Held::hold_id), ...}; }
//   };
//
// The order is the order of the schema's ordinals; the codec checks names and types against the
// schema at start-up.
#pragma once

#include <concepts>
#include <string_view>
#include <tuple>

namespace souk {

template <class Struct, class Member>
struct Field {
  using struct_type = Struct;
  using member_type = Member;
  std::string_view name;  // snake_case; the schema's camelCase name is derived from it
  Member Struct::*member;
};

template <class Struct, class Member>
constexpr Field<Struct, Member> field(std::string_view name, Member Struct::*member) {
  return {name, member};
}

// A struct that lists its fields.
template <class T>
concept Reflected = requires {
  T::fields();
};

}  // namespace souk
