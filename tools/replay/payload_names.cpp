#include "tools/replay/payload_names.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "actors/model/refusals.hpp"
#include "actors/model/saga.hpp"
#include "tools/replay/services.hpp"

namespace souk::replay {
namespace {

using Names = std::span<const std::string_view>;

template <class Variant>
struct NamesOf;
template <class... Ts>
struct NamesOf<std::variant<Ts...>> {
  static constexpr std::array<std::string_view, sizeof...(Ts)> value{Ts::name...};
};

constexpr std::array<std::string_view, 4> kIntents = [] {
  std::array<std::string_view, 4> names;
  names[static_cast<std::size_t>(Intent::request)] = "request";
  names[static_cast<std::size_t>(Intent::attempt)] = "attempt";
  names[static_cast<std::size_t>(Intent::settle)] = "settle";
  names[static_cast<std::size_t>(Intent::undo)] = "undo";
  return names;
}();

template <class Number>
std::optional<Number> position(Names names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Number>(found - names.begin());
}

}  // namespace

Names payload_names(Service service, PayloadKind kind) {
  return for_service(
      service,
      [kind]<class A>(Type<A>) -> Names {
        if (kind == PayloadKind::command) return NamesOf<typename A::Command>::value;
        return NamesOf<typename A::Event>::value;
      },
      Names());
}

std::string_view payload_name(Service service, PayloadKind kind, std::uint16_t tag) {
  const Names names = payload_names(service, kind);
  return tag < names.size() ? names[tag] : std::string_view();
}

std::optional<std::uint16_t> payload_tag(Service service, PayloadKind kind, std::string_view name) {
  return position<std::uint16_t>(payload_names(service, kind), name);
}

std::string_view refusal_text(Service service, std::uint16_t refusal) {
  if (refusal == 0) return {};
  return for_service(
      service, [refusal]<class A>(Type<A>) { return refusal_name<A>(refusal); },
      std::string_view());
}

std::string_view intent_name(std::uint8_t intent) {
  return intent < kIntents.size() ? kIntents[intent] : std::string_view();
}

std::optional<std::uint8_t> parse_intent(std::string_view name) {
  return position<std::uint8_t>(kIntents, name);
}

}  // namespace souk::replay
