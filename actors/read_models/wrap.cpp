#include "actors/read_models/wrap.hpp"

#include <algorithm>

namespace souk::read_models {

void append_wrapped(std::string& out, std::string_view prefix, std::string_view text) {
  const std::size_t width = kLineWidth - prefix.size();
  while (!text.empty()) {
    std::size_t size = text.size();
    if (size > width) {
      const std::size_t space = text.rfind(' ', width);
      size = std::min(space == std::string_view::npos ? text.find(' ') : space, text.size());
    }
    out.append(prefix).append(text.substr(0, size)).append("\n");
    text.remove_prefix(std::min(size + 1, text.size()));
  }
}

}  // namespace souk::read_models
