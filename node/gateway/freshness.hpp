// How fresh an answer must be: the parameters at_least and wait_ms, which all reads take.
#pragma once

#include <array>
#include <string_view>

#include "events/ids.hpp"
#include "events/positions.hpp"
#include "node/gateway/target.hpp"

namespace souk::gateway {

inline constexpr std::array<std::string_view, 2> kFreshnessParameters = {"at_least", "wait_ms"};

inline constexpr std::int64_t kFreshWaitMillisecondsMax = 60'000;
inline constexpr std::int64_t kFreshWaitMillisecondsDefault = 5'000;

struct Freshness {
  Positions at_least;  // empty: whatever there is
  Duration wait = milliseconds(kFreshWaitMillisecondsDefault);
};

// Of a request whose query knows kFreshnessParameters. Throws a Problem.
Freshness read_freshness(const Query& query);

// What a Souk-Position header says. Throws a Problem (400) that names `field` and shows an example.
Positions read_positions(std::string_view text, std::string_view field);

}  // namespace souk::gateway
