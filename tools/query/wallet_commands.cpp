// `wallet ID`.
#include <algorithm>

#include <fmt/format.h>

#include "tools/query/asking.hpp"

namespace souk::query {
namespace {

constexpr const char* kWallet =
    "SELECT wallet_id, balance_minor, held_minor, charged_minor, spent_minor, refunded_minor,"
    " currency, movements, updated_at FROM wallets WHERE wallet_id = :id";

// No row without any movement.
constexpr const char* kNewest =
    "SELECT movement FROM wallet_movements WHERE wallet_id = :id ORDER BY movement DESC LIMIT 1";

// The newest ones if there are too many, but in the order in which they happened.
SqlRows statement_of(const Context& context, Answer& answer) {
  Where where;
  where.equals("wallet_id", "id", context.options.id);
  add_window(where, context, "at");
  SqlRows rows =
      listed(context, answer,
             {"SELECT movement, at, kind, amount_minor, balance_minor, held_minor, currency, cause,"
              " correlation_id FROM wallet_movements" +
                  where.text() + " ORDER BY movement DESC",
              where.parameters()});
  std::ranges::reverse(rows.rows);
  return rows;
}

// True if the wallet's balances are those after its newest movement.
bool is_after(const SqlRows& wallet, const SqlRows& newest) {
  constexpr std::size_t kMovements = 7;
  if (wallet.rows.empty() || newest.rows.empty()) return true;
  return wallet.rows[0].at(kMovements) == newest.rows[0].at(0);
}

}  // namespace

Answer show_wallet(const Context& context) {
  const std::string& id = context.options.id;
  check_id(id, "a wallet");
  Answer answer;
  SqlRows wallet, statement;
  // What was newest is asked last: if the balances are those after it, nothing moved meanwhile.
  const bool fits = context.source.at_one_moment([&] {
    answer.failure.clear();
    wallet = context.source.run({kWallet, {{"id", id}}}, 1);
    statement = statement_of(context, answer);
    return is_after(wallet, context.source.run({kNewest, {{"id", id}}}, 1));
  });
  if (wallet.rows.empty())
    throw Failure(kExitSomeFailed, fmt::format("there is no wallet '{}' in the read models", id));
  answer.notes.push_back(footer(statement, "movement", "movements"));
  if (!fits) answer.notes.emplace_back(kOfTwoMoments);
  answer.sections.push_back({"wallet", std::move(wallet), true});
  answer.sections.push_back({"statement", std::move(statement)});
  answer.main = 1;
  return answer;
}

}  // namespace souk::query
