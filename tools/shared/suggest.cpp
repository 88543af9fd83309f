#include "tools/shared/suggest.hpp"

#include <fmt/format.h>

#include "events/nearest.hpp"

namespace souk::cli {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  const std::string_view meant = nearest(word, views);
  return meant.empty() ? "" : fmt::format(". Did you mean '{}'?", meant);
}

}  // namespace souk::cli
