// The program: from words to an exit code.
#pragma once

#include <string>
#include <vector>

#include "tools/shared/console.hpp"

namespace souk::replay {

// `words` without the program's name; `url` is where the node is unless --url says so.
int run(const std::vector<std::string>& words, const std::string& url, cli::Console console);

}  // namespace souk::replay
