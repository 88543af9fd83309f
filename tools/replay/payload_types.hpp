// From a payload's tag to its type.
#pragma once

#include <cstdint>
#include <variant>

#include "tools/replay/payload_names.hpp"
#include "tools/replay/services.hpp"

namespace souk::replay {

// Calls `f(Type<alternative>())` for the variant's alternative of that tag; `otherwise` is the
// result if it has none.
template <class... Ts, class F, class Result>
Result for_alternative(Type<std::variant<Ts...>>, std::uint16_t tag, F&& f, Result otherwise) {
  using Function = Result (*)(F&);
  static constexpr Function kFunctions[] = {[](F& f) -> Result { return f(Type<Ts>()); }...};
  return tag < sizeof...(Ts) ? kFunctions[tag](f) : otherwise;
}

// The same for a service's commands or events.
template <class F, class Result>
Result for_payload(Service service, PayloadKind kind, std::uint16_t tag, F&& f, Result otherwise) {
  return for_service(
      service,
      [&]<class A>(Type<A>) {
        return kind == PayloadKind::command
                   ? for_alternative(Type<typename A::Command>(), tag, f, otherwise)
                   : for_alternative(Type<typename A::Event>(), tag, f, otherwise);
      },
      otherwise);
}

}  // namespace souk::replay
