// A table of text for a terminal.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::cli {

enum class Align { left, right };

// Columns are as wide as their widest cell; two spaces stand between them.
class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // `cells` has one text a column.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  // The titles and the rows, each line with an end of line and no trailing spaces.
  std::string text() const { return laid_out(nullptr); }

  // How a cell stands out on a terminal: the numbers of an SGR escape ("1", "31"), or "" if it does
  // not. The titles are asked about as row 0, the first row is 1.
  using Style = std::function<std::string_view(std::size_t row, std::string_view cell)>;

  // The same text, with escapes around the cells that stand out.
  std::string text(const Style& style) const { return laid_out(&style); }

 private:
  std::string laid_out(const Style* style) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace souk::cli
