// What an order held, and what became of it.
#pragma once

#include <string>
#include <vector>

#include "events/money.hpp"
#include "tools/replay/entry.hpp"

namespace souk::replay {

// One hold of an order. Regular value.
struct HoldSeen {
  Service service = Service::stock;
  std::string id;          // the SKU, coupon or wallet
  std::int64_t units = 0;  // of stock
  Money amount;            // of a wallet
  bool held = false;
  bool settled = false;
  bool released = false;
  bool open() const { return held && !settled && !released; }
};

// The holds of `order_id` in these records, in the order in which they were made.
std::vector<HoldSeen> holds_in(const std::vector<Entry>& entries, std::string_view order_id);

// "6 units of SKU 85123A", "coupon welcome-ada", "15.30 GBP of wallet 17850".
std::string hold_words(const HoldSeen& hold);

}  // namespace souk::replay
