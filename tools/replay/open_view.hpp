// The log that the command line names.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/log_view.hpp"
#include "tools/replay/options.hpp"

namespace souk::replay {

// A directory or a node's log. Throws Failure with what to do.
std::unique_ptr<store::LogView> open_view(const Options& options);

// The log of these directories, at least one, whatever else the command line says. Throws Failure.
std::unique_ptr<store::LogView> open_directories(const std::vector<std::string>& paths);

// The Failure for what could not be opened.
[[noreturn]] void fail_to_open(const store::Status& status);

}  // namespace souk::replay
