#include "tools/replay/verify/row_bytes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace souk::replay {
namespace {

std::int64_t integer_of(std::string_view bytes) {
  std::uint64_t ordered = 0;
  std::memcpy(&ordered, bytes.data(), 8);
  return static_cast<std::int64_t>(__builtin_bswap64(ordered) ^ (std::uint64_t{1} << 63));
}

// Takes an escaped text and its end from the front.
std::string take_escaped(std::string_view& bytes) {
  std::string text;
  while (bytes[0] != 0 || bytes[1] != 0) {
    text += bytes[0];
    bytes.remove_prefix(bytes[0] == 0 ? 2 : 1);
  }
  bytes.remove_prefix(2);
  return text;
}

}  // namespace

std::vector<std::string> texts_of_row(std::string_view bytes) {
  std::vector<std::string> texts;
  while (!bytes.empty()) {
    const char kind = bytes[0];
    bytes.remove_prefix(1);
    if (kind == 0) {
      texts.emplace_back("NULL");
    } else if (kind == 1) {
      texts.push_back(std::to_string(integer_of(bytes)));
      bytes.remove_prefix(8);
    } else {
      texts.push_back(take_escaped(bytes));
    }
  }
  return texts;
}

std::string text_of_row(std::string_view bytes) {
  return fmt::format("({})", fmt::join(texts_of_row(bytes), ", "));
}

}  // namespace souk::replay
