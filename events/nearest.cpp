#include "events/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace souk {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  word = word.substr(0, 64);
  std::string_view best;
  std::size_t best_distance = 1 + std::max<std::size_t>(2, word.size() / 2);
  for (const std::string_view candidate : candidates) {
    // "sku" for "sku_id", "quantity" for "qty"'s longer cousins: one inside the other is close.
    const bool inside = word.size() >= 3 && (candidate.find(word) != std::string_view::npos ||
                                             word.find(candidate) != std::string_view::npos);
    const std::size_t distance = inside ? 1 : edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace souk
