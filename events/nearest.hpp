// "Did you mean ...?"
#pragma once

#include <span>
#include <string_view>

namespace souk {

// How many single characters must be inserted, deleted or replaced to get from one to the other
// (Levenshtein 1966). Cost is the product of the lengths: cut what strangers send before.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `word` was most likely meant to be; empty if none is close.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace souk
