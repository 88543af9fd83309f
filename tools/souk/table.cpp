#include "tools/souk/table.hpp"

#include <algorithm>

namespace souk::cli {
namespace {

// Characters, not bytes: UTF-8's continuation bytes take no room.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(width(column.title));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));

  std::string result;
  const auto append = [&](std::size_t i, const std::string& cell) {
    const std::string padding(widths[i] - width(cell), ' ');
    if (i > 0) result += "  ";
    result += columns_[i].align == Align::right ? padding + cell : cell + padding;
  };
  const auto end_line = [&] {
    result.resize(result.find_last_not_of(' ') + 1);
    result += '\n';
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) append(i, columns_[i].title);
  end_line();
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) append(i, row[i]);
    end_line();
  }
  return result;
}

}  // namespace souk::cli
