// What the codec knows about a C++ struct: which kind of thing each of its fields is, and the plan
// that says where each lies in the saved form. A shape is a constant made by the compiler from
// `fields()`; a plan is filled in once, when the shape is linked with its schema (codec_link.hpp).
#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::codec::detail {

// --- kinds of fields -------------------------------------------------------------------------

enum class Kind : std::uint8_t {
  boolean,
  uint16,
  enumerant,  // enum class : std::uint16_t
  uint32,
  int64,
  text,
  structure,
  list,
};

// Scalars lie in a struct's data section. ScalarOf<M> says as which number an M is stored.
template <class M>
struct ScalarOf;

template <class M, class Number, Kind K>
struct NumberAs {
  static constexpr Kind kKind = K;
  static constexpr Number get(M value) { return static_cast<Number>(value); }
  static constexpr M make(Number number) { return static_cast<M>(number); }
};
template <>
struct ScalarOf<bool> : NumberAs<bool, bool, Kind::boolean> {};
template <>
struct ScalarOf<std::uint16_t> : NumberAs<std::uint16_t, std::uint16_t, Kind::uint16> {};
template <>
struct ScalarOf<std::uint32_t> : NumberAs<std::uint32_t, std::uint32_t, Kind::uint32> {};
template <>
struct ScalarOf<std::int64_t> : NumberAs<std::int64_t, std::int64_t, Kind::int64> {};
template <class E>
requires std::is_enum_v<E> && std::same_as<std::underlying_type_t<E>, std::uint16_t>
struct ScalarOf<E> : NumberAs<E, std::uint16_t, Kind::enumerant> {
};
template <>
struct ScalarOf<Currency> {
  static constexpr Kind kKind = Kind::uint32;
  static constexpr std::uint32_t get(Currency currency) { return currency.stored(); }
  static constexpr Currency make(std::uint32_t number) { return Currency::from_stored(number); }
};
template <class Tag>
struct ScalarOf<Quantity<Tag>> {
  static constexpr Kind kKind = Kind::int64;
  static constexpr std::int64_t get(Quantity<Tag> quantity) { return quantity.value; }
  static constexpr Quantity<Tag> make(std::int64_t number) { return {number}; }
};
template <class T>
requires std::same_as<T, Time> || std::same_as<T, Duration>
struct ScalarOf<T> {
  static constexpr Kind kKind = Kind::int64;
  static constexpr std::int64_t get(T time) { return time.micros; }
  static constexpr T make(std::int64_t number) { return {number}; }
};

// Texts, and everything below, lie behind a pointer.
template <class M>
struct TextOf;
template <>
struct TextOf<std::string> {
  static std::string_view get(const std::string& text) { return text; }
  static void set(std::string& text, std::string_view value) { text.assign(value); }
};
template <class Tag>
struct TextOf<StringId<Tag>> {
  static std::string_view get(const StringId<Tag>& id) { return id.str(); }
  static void set(StringId<Tag>& id, std::string_view value) { id = StringId<Tag>(value); }
};

// A map is stored as a list of its entries.
template <class K, class V>
struct MapEntry {
  K key{};
  V value{};
  static constexpr auto fields() {
    return std::tuple{field("key", &MapEntry::key), field("value", &MapEntry::value)};
  }
};

template <class M>
struct ElementOf;
template <class E>
struct ElementOf<std::vector<E>> {
  using type = E;
};
template <class K, class V>
struct ElementOf<std::map<K, V>> {
  using type = MapEntry<K, V>;
};

template <class M>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class M>
concept Scalar = requires {
  ScalarOf<M>::kKind;
};
template <class M>
concept Text = requires(const M& text) {
  TextOf<M>::get(text);
};
template <class M>
concept Optional = kIsOptional<M>;  // of a struct: a null pointer is none
template <class M>
concept List = requires {
  typename ElementOf<M>::type;
};

// --- members ---------------------------------------------------------------------------------

// The fields of a T, and the struct whose plan they follow: T itself, but for a map's own entries.
template <class T>
struct Members {
  using planned = T;
  static constexpr auto fields() { return T::fields(); }
};
template <class K, class V>
struct Members<std::pair<const K, V>> {
  using planned = MapEntry<K, V>;
  using Pair = std::pair<const K, V>;
  static constexpr auto fields() {
    return std::tuple{field("key", &Pair::first), field("value", &Pair::second)};
  }
};

template <class T>
inline constexpr std::size_t kFieldCount = std::tuple_size_v<decltype(Members<T>::fields())>;

// Calls `f(index, member)` for the members of `object` in order, while it returns true.
template <class T, class F>
constexpr bool all_members(T& object, F&& f) {
  constexpr auto fields = Members<std::remove_const_t<T>>::fields();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (f(std::integral_constant<std::size_t, I>{}, object.*(std::get<I>(fields).member)) &&
            ...);
  }
  (std::make_index_sequence<kFieldCount<std::remove_const_t<T>>>{});
}

// --- plans and shapes ------------------------------------------------------------------------

// Where each field of a struct lies: a scalar's offset in the data section in bits, or a pointer's
// index in the pointer section. `linked` is the schema's id once `slots` may be read, else 0.
template <std::size_t N>
struct Plan {
  std::atomic<std::uint64_t> linked{0};
  std::array<std::uint32_t, N> slots{};
};
template <class T>
inline constinit Plan<kFieldCount<T>> kPlan{};

struct StructShape;
struct TypeShape {
  Kind kind;
  const StructShape* structure = nullptr;  // of kind structure
  const TypeShape* element = nullptr;      // of kind list
};
struct FieldShape {
  std::string_view name;  // snake_case
  TypeShape type;
};
struct StructShape {
  std::string_view name;  // with its namespaces
  std::span<const FieldShape> fields;
  std::span<std::uint32_t> slots;      // the plan's
  std::atomic<std::uint64_t>* linked;  // the plan's
};
struct AlternativeShape {
  std::string_view name;  // snake_case
  const StructShape* structure;
};
struct VariantShape {
  std::string_view name;
  std::span<const AlternativeShape> alternatives;
};

// The name of T as the compiler spells it.
template <class T>
constexpr std::string_view type_name() {
  constexpr std::string_view spelled = __PRETTY_FUNCTION__;
  constexpr std::size_t start = spelled.find("T = ") + 4;
  return spelled.substr(start, spelled.find_first_of(";]", start) - start);
}

template <class T>
constexpr TypeShape type_shape();
template <class T>
inline constexpr TypeShape kTypeShape = type_shape<T>();

// True if fields() lists all members of T, in the order of their declaration.
template <class T>
constexpr bool lists_every_member() {
  return std::apply(
      [](auto... one) {
        return requires { T{std::declval<typename decltype(one)::member_type>()...}; }
        &&!requires { T{std::declval<typename decltype(one)::member_type>()..., {}}; };
      },
      T::fields());
}

template <class T>
inline constexpr auto kFieldShapes = std::apply(
    [](auto... one) {
      static_assert(lists_every_member<T>(), "fields() must list every member, in their order");
      return std::array<FieldShape, sizeof...(one)>{
          FieldShape{one.name, type_shape<typename decltype(one)::member_type>()}...};
    },
    T::fields());

template <class T>
inline constexpr StructShape kStructShape{type_name<T>(), kFieldShapes<T>, kPlan<T>.slots,
                                          &kPlan<T>.linked};

template <class T>
constexpr TypeShape type_shape() {
  if constexpr (Scalar<T>) {
    return {ScalarOf<T>::kKind};
  } else if constexpr (Text<T>) {
    return {Kind::text};
  } else if constexpr (Reflected<T>) {
    return {Kind::structure, &kStructShape<T>};
  } else if constexpr (Optional<T>) {
    static_assert(Reflected<typename T::value_type>, "only a struct can be told from none");
    return {Kind::structure, &kStructShape<typename T::value_type>};
  } else {
    static_assert(List<T>, "the codec does not know how to store a field of this type");
    using Element = typename ElementOf<T>::type;
    static_assert(
        (Scalar<Element> && !std::same_as<Element, bool>) || Text<Element> || Reflected<Element>,
        "the codec does not know how to store a list of this type");
    return {Kind::list, nullptr, &kTypeShape<Element>};
  }
}

template <class V>
struct ShapeOfVariant;
template <class... Ts>
struct ShapeOfVariant<std::variant<Ts...>> {
  static constexpr std::array alternatives{AlternativeShape{Ts::name, &kStructShape<Ts>}...};
  static constexpr VariantShape value{type_name<std::variant<Ts...>>(), alternatives};
};

// Links everything in the table of codec_schemas.cpp, if that has not been done. Throws
// std::logic_error if anything does not match its schema, or if `shape` is not in the table.
void require_linked(const StructShape& shape);

// T's plan, linked.
template <class T>
const auto& plan_of() {
  if (kPlan<T>.linked.load(std::memory_order_acquire) == 0) [[unlikely]]
    require_linked(kStructShape<T>);
  return kPlan<T>;
}

}  // namespace souk::codec::detail
