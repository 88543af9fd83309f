// An order's lines by SKU: stock is held once a SKU, however many lines ask for it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "events/order.hpp"

namespace souk::checkout {

// The distinct SKUs in the order of their first appearance, which is the index of their step. The
// pointers point into the lines that it was made from.
struct Basket {
  struct Item {
    const Sku* sku = nullptr;
    Units units;  // summed over the lines
  };
  std::vector<Item> items;
  std::vector<std::uint32_t> item_of_line;  // one a line: an index into `items`
};

// O(n log n) in lines. Nothing if the units of one SKU sum up to more than kUnitsMax; every line's
// quantity must be positive and at most kUnitsMax.
std::optional<Basket> basket_of(const std::vector<order::Line>& lines);

}  // namespace souk::checkout
