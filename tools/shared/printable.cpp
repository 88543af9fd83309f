#include "tools/shared/printable.hpp"

#include <algorithm>

namespace souk::cli {

std::string printable(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return result;
}

std::string shortened(std::string_view text, std::size_t width) {
  constexpr std::string_view kMore = "...";
  const auto begins_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  };
  const auto characters =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
  if (characters <= width) return printable(text);
  std::size_t bytes = 0;
  for (std::size_t left = width < kMore.size() ? 0 : width - kMore.size(); bytes < text.size();
       ++bytes)
    if (begins_character(text[bytes]) && left-- == 0) break;
  return printable(text.substr(0, bytes)).append(kMore);
}

}  // namespace souk::cli
