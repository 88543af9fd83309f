// What all sagas share in their events.
#pragma once

#include <compare>
#include <cstdint>

#include "events/fields.hpp"

namespace souk {

// One command of a saga: the row of its table, and which of several side by side.
struct StepRef {
  std::uint16_t step = 0;
  std::uint32_t index = 0;
  auto operator<=>(const StepRef&) const = default;
  bool operator==(const StepRef&) const = default;
  static constexpr auto fields() {
    return std::tuple{field("step", &StepRef::step), field("index", &StepRef::index)};
  }
};

}  // namespace souk
