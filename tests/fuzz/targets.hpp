// The fuzz targets: each takes one input, any bytes at all, and returns; or says which property
// does not hold, and ends the process (require.hpp). The first byte of most inputs says what the
// others are; each target's file begins with the table.
#pragma once

#include <array>
#include <string_view>

namespace souk::fuzz {

void codec(std::string_view input);    // saved forms of everything that is stored or sent
void log(std::string_view input);      // records, batches, whole logs as they lie in the database
void frame(std::string_view input);    // what comes from another node
void request(std::string_view input);  // what comes from HTTP clients

struct Target {
  std::string_view name;  // of its folder in corpus/, too
  void (*run)(std::string_view input);
};
inline constexpr std::array kTargets = {Target{"codec", codec}, Target{"log", log},
                                        Target{"frame", frame}, Target{"request", request}};

}  // namespace souk::fuzz
