#include "actors/checkout/basket.hpp"

#include <algorithm>
#include <numeric>

namespace souk::checkout {
namespace {

// For every line, the first line of the same SKU.
std::vector<std::uint32_t> first_line_of(const std::vector<order::Line>& lines) {
  std::vector<std::uint32_t> by_sku(lines.size());
  std::iota(by_sku.begin(), by_sku.end(), 0U);
  std::sort(by_sku.begin(), by_sku.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = lines[a].sku.str().compare(lines[b].sku.str());
    return order != 0 ? order < 0 : a < b;
  });
  std::vector<std::uint32_t> first(lines.size());
  for (std::size_t at = 0; at < by_sku.size(); ++at) {
    const bool same = at > 0 && lines[by_sku[at]].sku == lines[by_sku[at - 1]].sku;
    first[by_sku[at]] = same ? first[by_sku[at - 1]] : by_sku[at];
  }
  return first;
}

}  // namespace

std::optional<Basket> basket_of(const std::vector<order::Line>& lines) {
  Basket basket;
  basket.items.reserve(lines.size());
  basket.item_of_line = first_line_of(lines);
  for (std::uint32_t line = 0; line < lines.size(); ++line) {
    std::uint32_t& item = basket.item_of_line[line];
    if (item == line) {
      item = static_cast<std::uint32_t>(basket.items.size());
      basket.items.push_back({&lines[line].sku, lines[line].quantity});
      continue;
    }
    item = basket.item_of_line[item];  // the first line's item, known by now
    Units& units = basket.items[item].units;
    units += lines[line].quantity;
    if (units.value > kUnitsMax) return std::nullopt;
  }
  return basket;
}

}  // namespace souk::checkout
