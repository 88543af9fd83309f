#include "tools/shared/table.hpp"

#include <algorithm>

namespace souk::cli {
namespace {

// Characters, not bytes: UTF-8's continuation bytes take no room.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string styled(const std::string& cell, std::string_view sgr) {
  if (sgr.empty() || cell.empty()) return cell;
  return "\x1b[" + std::string(sgr) + 'm' + cell + "\x1b[0m";
}

}  // namespace

std::string Table::laid_out(const Style* style) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(width(column.title));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));

  std::string result;
  const auto append = [&](std::size_t row, std::size_t i, const std::string& cell) {
    const std::string padding(widths[i] - width(cell), ' ');
    const std::string shown = style == nullptr ? cell : styled(cell, (*style)(row, cell));
    if (i > 0) result += "  ";
    result += columns_[i].align == Align::right ? padding + shown : shown + padding;
  };
  const auto end_line = [&] {
    result.resize(result.find_last_not_of(' ') + 1);
    result += '\n';
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) append(0, i, columns_[i].title);
  end_line();
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    for (std::size_t i = 0; i < rows_[row].size(); ++i) append(row + 1, i, rows_[row][i]);
    end_line();
  }
  return result;
}

}  // namespace souk::cli
