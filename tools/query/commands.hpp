// The commands: what each asks of a source, and what it makes of the answer.
#pragma once

#include <string>
#include <string_view>

#include "tools/query/answer.hpp"
#include "tools/query/options.hpp"
#include "tools/query/source.hpp"

namespace souk::query {

struct Context {
  const Options& options;
  Source& source;
  Time now;
};

// Each throws Failure.
Answer show_orders(const Context& context);
Answer show_order(const Context& context);
Answer show_wallet(const Context& context);
Answer show_stock(const Context& context);
Answer show_coupons(const Context& context);
Answer show_campaigns(const Context& context);
Answer show_best_sellers(const Context& context);
Answer show_revenue(const Context& context);
Answer show_sagas(const Context& context);
Answer show_lag(const Context& context);
Answer show_parked(const Context& context);
Answer show_sql(const Context& context);

using Command = Answer (*)(const Context&);

// The command of this name; null for those that change something (operator_commands.hpp) or ask no
// source (schema, completion).
Command command_named(std::string_view name);

}  // namespace souk::query
