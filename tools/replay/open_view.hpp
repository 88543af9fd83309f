// The log that the command line names.
#pragma once

#include <memory>

#include "store/log_view.hpp"
#include "tools/replay/options.hpp"

namespace souk::replay {

// A directory or a node's log. Throws Failure with what to do.
std::unique_ptr<store::LogView> open_view(const Options& options);

}  // namespace souk::replay
