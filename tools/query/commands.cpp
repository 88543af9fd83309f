#include "tools/query/commands.hpp"

#include <array>
#include <utility>

namespace souk::query {

Command command_named(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Command>, 12> kCommands{{
      {"orders", show_orders},
      {"order", show_order},
      {"wallet", show_wallet},
      {"stock", show_stock},
      {"coupons", show_coupons},
      {"campaigns", show_campaigns},
      {"best-sellers", show_best_sellers},
      {"revenue", show_revenue},
      {"sagas", show_sagas},
      {"lag", show_lag},
      {"parked", show_parked},
      {"sql", show_sql},
  }};
  for (const auto& [known, command] : kCommands)
    if (known == name) return command;
  return nullptr;
}

}  // namespace souk::query
