// Completion of command lines in bash.
#pragma once

#include <functional>
#include <string>

#include "tools/shared/words.hpp"

namespace souk::cli {

// A script to be sourced: commands, options, the words of choices, directories for what is called
// DIR or BACKUP. Made from the parser, so that it knows what the program knows. `words_for` says
// what else may stand in a place with this name ("TABLE"); `optional` are options that need no
// word.
std::string bash_completion(
    const CLI::App& app,
    const std::function<Words(const std::string& place)>& words_for =
        [](const auto&) { return Words{}; },
    const Words& optional = {});

}  // namespace souk::cli
