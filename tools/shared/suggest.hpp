// "Did you mean ...?", for words of a command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace souk::cli {

// ". Did you mean 'orders'?" if one of the candidates is close to `word`, else nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace souk::cli
