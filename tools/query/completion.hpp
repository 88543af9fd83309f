// Completion of command lines in bash.
#pragma once

#include <string>

namespace souk::query {

// A script to be sourced: commands, options, the words of choices, tables, directories. Made from
// the parser, so that it knows what the program knows.
std::string bash_completion();

}  // namespace souk::query
