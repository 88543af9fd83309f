// Prose, broken into lines.
#pragma once

#include <string>
#include <string_view>

namespace souk::read_models {

inline constexpr std::size_t kLineWidth = 100;

// Appends `text` in lines of at most kLineWidth characters, each with `prefix` and a line feed.
void append_wrapped(std::string& out, std::string_view prefix, std::string_view text);

// One column of a view: calls `f(name, comment)` for each line of "name  comment".
template <class F>
void for_each_column(std::string_view columns, F&& f) {
  while (!columns.empty()) {
    const std::string_view line = columns.substr(0, columns.find('\n'));
    columns.remove_prefix(line.size() == columns.size() ? line.size() : line.size() + 1);
    const std::size_t gap = line.find(' ');
    if (gap == std::string_view::npos) continue;
    f(line.substr(0, gap), line.substr(line.find_first_not_of(' ', gap)));
  }
}

}  // namespace souk::read_models
