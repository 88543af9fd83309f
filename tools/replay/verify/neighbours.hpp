// Whether things come in order: what a b-tree must hold them in for a lookup to find them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "tools/replay/verify/row_bytes.hpp"

namespace souk::replay {

class Neighbours {
 public:
  // `unique`: no two may be equal.
  explicit Neighbours(bool unique) : least_(unique ? 1 : 0) {}

  // The next one's RowBytes.
  void next(std::string_view bytes) {
    if (bytes.compare(last_) < least_ && wrong_++ == 0)
      first_wrong_ = fmt::format("{} stands behind {}", text_of_row(bytes), text_of_row(last_));
    last_.assign(bytes);
  }

  std::uint64_t wrong() const { return wrong_; }
  // Of the first that is wrong, and how many more are.
  std::string sentence() const {
    return fmt::format(
        "it is out of order, so that lookups may miss rows: {}{}", first_wrong_,
        wrong_ > 1 ? fmt::format(", and {} more do not belong where they stand", wrong_ - 1) : "");
  }

 private:
  int least_;  // that a comparison with the one before must give
  std::string last_, first_wrong_;
  std::uint64_t wrong_ = 0;
};

}  // namespace souk::replay
