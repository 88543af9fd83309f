// Refusals that a host gives on behalf of every aggregate.
#pragma once

#include <cstdint>
#include <string_view>

namespace souk {

// stored: never reuse
inline constexpr std::uint16_t kRefusalDeadlinePassed = 0xff01;  // an attempt came too late
inline constexpr std::uint16_t kRefusalUndone = 0xff02;  // an attempt came after its undo (rule 3)

// The refusal's name, an aggregate's own or one of the host's.
template <class A>
std::string_view refusal_name(std::uint16_t refusal) {
  if (refusal == kRefusalDeadlinePassed) return "deadline_passed";
  if (refusal == kRefusalUndone) return "undone";
  return A::refusal_name(static_cast<typename A::Refusal>(refusal));
}

}  // namespace souk
