// The node's log lines: text for people, JSON lines for machines, to stderr.
#pragma once

#include <string>

namespace souk::node {

// `format`: "text" (coloured on a terminal) or "json". `level`: "debug", "info", "warn", "error".
void set_up_logging(const std::string& format, const std::string& level);

}  // namespace souk::node
