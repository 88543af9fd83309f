// Any command, event, state or decision as one line of text, for the messages of failed tests.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "actors/model/decision.hpp"
#include "events/fields.hpp"
#include "events/ids.hpp"
#include "events/money.hpp"

namespace souk::test {

template <class T>
requires std::integral<T> || std::is_enum_v<T> std::string describe(T value) {
  if constexpr (std::is_same_v<T, bool>) return value ? "true" : "false";
  if constexpr (std::is_enum_v<T>)
    return std::string(1, '#').append(
        std::to_string(static_cast<std::underlying_type_t<T>>(value)));
  else
    return std::to_string(value);
}
inline std::string describe(const std::string& text) { return '"' + text + '"'; }
inline std::string describe(Time time) {
  return std::string("t=").append(std::to_string(time.micros));
}
inline std::string describe(Currency currency) { return currency.code(); }
inline std::string describe(Money money) { return to_string(money); }

template <class Tag>
std::string describe(const StringId<Tag>& id) {
  return describe(id.str());
}
template <class Tag>
std::string describe(Quantity<Tag> quantity) {
  return std::to_string(quantity.value);
}

// Containers name each other, so all of them are declared before any is defined.
template <Reflected T>
std::string describe(const T& object);
template <class T>
std::string describe(const std::optional<T>& value);
template <class T>
std::string describe(const std::vector<T>& values);
template <class K, class V>
std::string describe(const std::map<K, V>& values);
template <class... Ts>
std::string describe(const std::variant<Ts...>& value);

template <Reflected T>
std::string describe(const T& object) {
  std::string text;
  if constexpr (requires { T::name; }) text = T::name;
  text += '{';
  const auto add = [&](const auto& field) {
    if (text.back() != '{') text += ", ";
    text += std::string(field.name) + ": " + describe(object.*(field.member));
  };
  std::apply([&](const auto&... fields) { (add(fields), ...); }, T::fields());
  return text + '}';
}

template <class T>
std::string describe(const std::optional<T>& value) {
  return value ? describe(*value) : "none";
}

template <class T>
std::string describe(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() > 1 ? ", " : "") + describe(value);
  return text + ']';
}

template <class K, class V>
std::string describe(const std::map<K, V>& values) {
  std::string text = "{";
  for (const auto& [key, value] : values)
    text += (text.size() > 1 ? ", " : "") + describe(key) + ": " + describe(value);
  return text + '}';
}

template <class... Ts>
std::string describe(const std::variant<Ts...>& value) {
  return std::visit([](const auto& one) { return describe(one); }, value);
}

// With the refusal's name, which only the aggregate knows.
template <class A>
std::string describe_decision(const Decision<typename A::Event, typename A::Refusal>& decision) {
  if (decision.accepted()) return "accepted " + describe(decision.events());
  return "refused " + std::string(A::refusal_name(decision.refusal()));
}

}  // namespace souk::test
