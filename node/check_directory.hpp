// Whether a node's data directory fits its configuration, looked at from outside: beside a node
// that runs, and without changing anything.
#pragma once

#include <optional>
#include <string>

#include "node/config.hpp"

namespace souk::node {

// What a start would be refused for, in one sentence; nothing if it fits, or if there is none yet.
std::optional<std::string> misfit_of_directory(const Config& config);

}  // namespace souk::node
