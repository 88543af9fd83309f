// Balances and statements.
#include <string_view>
#include <variant>

#include "actors/model/decision.hpp"
#include "actors/read_models/fit.hpp"
#include "actors/read_models/project.hpp"

namespace souk::read_models {
namespace {

// What an event says, in the statement's words.
struct Movement {
  std::string_view kind;
  Money amount;
  std::string_view cause;
};

// Only the first charge finds no wallet.
WalletRow& wallet_of(const RecordInfo& record, const Movement& movement, Tables& tables) {
  if (movement.kind != kCharge)
    return existing<WalletRow>(record, tables, "something moved, but nothing was ever charged");
  return tables.of<WalletRow>().find_or_insert(
      {record.stream},
      [&] {
        WalletRow fresh;
        fresh.wallet_id = record.stream;
        fresh.currency = movement.amount.currency.code();
        return fresh;
      },
      stored_before(record));
}

// Every event moves an amount from one place to another, so that the row's sum goes on to hold.
void note(const RecordInfo& record, const Movement& movement, WalletRow& wallet, Tables& tables) {
  expect(movement.amount.currency.code() == wallet.currency, record,
         "an amount in another currency than the wallet's");
  expect(movement.amount.minor >= 0, record, "an amount is negative");
  expect(wallet.balance_minor >= 0 && wallet.held_minor >= 0, record,
         "the balance or what is held would be negative");
  expect(wallet.refunded_minor <= wallet.spent_minor, record, "more refunded than was spent");
  wallet.updated_at = record.time;
  WalletMovementRow row;
  row.wallet_id = wallet.wallet_id;
  row.movement = ++wallet.movements;
  row.at = record.time;
  row.kind = movement.kind;
  row.amount_minor = movement.amount.minor;
  row.balance_minor = wallet.balance_minor;
  row.held_minor = wallet.held_minor;
  row.currency = wallet.currency;
  row.cause = movement.cause;
  row.correlation_id = record.correlation_id;
  tables.of<WalletMovementRow>().append(std::move(row));
}

Movement movement_of(const wallet::Event& event) {
  return std::visit(Overload{
                        [](const wallet::Charged& e) {
                          return Movement{kCharge, e.amount, e.charge_id.str()};
                        },
                        [](const wallet::Held& e) {
                          return Movement{kHold, e.amount, e.hold_id.str()};
                        },
                        [](const wallet::Settled& e) {
                          return Movement{kSpend, e.amount, e.hold_id.str()};
                        },
                        [](const wallet::Released& e) {
                          return Movement{kRelease, e.amount, e.hold_id.str()};
                        },
                        [](const wallet::Refunded& e) {
                          return Movement{kRefund, e.amount, e.refund_id.str()};
                        },
                    },
                    event);
}

void move(const RecordInfo& record, const wallet::Event& event, WalletRow& w) {
  std::visit(Overload{
                 [&](const wallet::Charged& e) {
                   add(w.charged_minor, e.amount.minor, record);
                   add(w.balance_minor, e.amount.minor, record);
                 },
                 [&](const wallet::Held& e) {
                   add(w.balance_minor, -e.amount.minor, record);
                   add(w.held_minor, e.amount.minor, record);
                 },
                 [&](const wallet::Settled& e) {
                   add(w.held_minor, -e.amount.minor, record);
                   add(w.spent_minor, e.amount.minor, record);
                 },
                 [&](const wallet::Released& e) {
                   add(w.held_minor, -e.amount.minor, record);
                   add(w.balance_minor, e.amount.minor, record);
                 },
                 [&](const wallet::Refunded& e) {
                   add(w.refunded_minor, e.amount.minor, record);
                   add(w.balance_minor, e.amount.minor, record);
                 },
             },
             event);
}

}  // namespace

void project(const RecordInfo& record, const wallet::Event& event, Tables& tables) {
  const Movement movement = movement_of(event);
  WalletRow& wallet = wallet_of(record, movement, tables);
  move(record, event, wallet);
  note(record, movement, wallet, tables);
}

}  // namespace souk::read_models
