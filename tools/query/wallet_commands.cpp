// `wallet ID`.
#include <algorithm>

#include <fmt/format.h>

#include "tools/query/asking.hpp"

namespace souk::query {

Answer show_wallet(const Context& context) {
  const Options& options = context.options;
  check_id(options.id, "a wallet");
  Answer answer;
  answer.sections.push_back(
      {"wallet",
       context.source.run(
           {"SELECT wallet_id, balance_minor, held_minor, charged_minor, spent_minor,"
            " refunded_minor, currency, movements, updated_at FROM wallets WHERE wallet_id = :id",
            {{"id", options.id}}},
           1),
       true});
  if (answer.sections[0].rows.rows.empty())
    throw Failure(kExitSomeFailed,
                  fmt::format("there is no wallet '{}' in the read models", options.id));

  Where where;
  where.equals("wallet_id", "id", options.id);
  add_window(where, context, "at");
  // The newest ones if there are too many, but in the order in which they happened.
  SqlRows statement =
      listed(context, answer,
             {"SELECT movement, at, kind, amount_minor, balance_minor, held_minor, currency, cause,"
              " correlation_id FROM wallet_movements" +
                  where.text() + " ORDER BY movement DESC",
              where.parameters()});
  std::ranges::reverse(statement.rows);
  answer.notes.push_back(footer(statement, "movement", "movements"));
  answer.sections.push_back({"statement", std::move(statement)});
  answer.main = 1;
  return answer;
}

}  // namespace souk::query
