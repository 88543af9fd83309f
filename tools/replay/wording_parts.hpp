// What the words for events and commands have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/ids.hpp"
#include "events/order.hpp"
#include "events/saga.hpp"
#include "tools/shared/printable.hpp"

namespace souk::replay::wording {

// "6 units"; "3 lines, 16 units"; "15.30 GBP (17.00 less 1.70)".
std::string units_text(Units units);
std::string lines_text(const std::vector<order::Line>& lines);
std::string total_text(const order::Totals& totals);

// "place_order", "hold_stock of 3 SKUs and hold_wallet".
std::string steps_text(const std::vector<StepRef>& steps);

// ", coupon welcome-ada", or nothing.
inline std::string with_coupon(const CouponId& id) {
  return id.empty() ? "" : ", coupon " + cli::printable(id.str());
}

// " (top-up-1)", or nothing.
template <class Tag>
std::string in_brackets(const StringId<Tag>& id) {
  return id.empty() ? "" : " (" + cli::printable(id.str()) + ")";
}

// " for 536365", or nothing if that goes without saying.
template <class Tag>
std::string beside(const char* word, const StringId<Tag>& id, std::string_view own) {
  return id.str() == own ? "" : word + cli::printable(id.str());
}

}  // namespace souk::replay::wording
