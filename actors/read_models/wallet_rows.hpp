// Wallets and their statements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/columns.hpp"
#include "events/ids.hpp"

namespace souk::read_models {

// The words of wallet_movements.kind.
inline constexpr std::string_view kCharge = "CHARGE";
inline constexpr std::string_view kHold = "HOLD";
inline constexpr std::string_view kSpend = "SPEND";
inline constexpr std::string_view kRelease = "RELEASE";
inline constexpr std::string_view kRefund = "REFUND";

struct WalletRow {
  static constexpr TableText kTable{
      "wallets",
      "One row a wallet. charged_minor = balance_minor + held_minor + spent_minor - refunded_minor "
      "holds in every row."};
  static constexpr std::size_t kKeyColumns = 1;

  std::string wallet_id;
  std::string currency;
  std::int64_t balance_minor = 0;
  std::int64_t held_minor = 0;
  std::int64_t charged_minor = 0;
  std::int64_t spent_minor = 0;
  std::int64_t refunded_minor = 0;
  std::int64_t movements = 0;
  Time updated_at;

  bool operator==(const WalletRow&) const = default;
  static constexpr auto columns() {
    using R = WalletRow;
    return std::tuple{
        column("wallet_id", &R::wallet_id, "the customer's id"),
        column("currency", &R::currency, "ISO 4217, of all its amounts"),
        column("balance_minor", &R::balance_minor, "free to be spent, in minor units (pence)"),
        column("held_minor", &R::held_minor, "set aside for orders that are under way"),
        column("charged_minor", &R::charged_minor, "all that ever came in"),
        column("spent_minor", &R::spent_minor, "all that orders took"),
        column("refunded_minor", &R::refunded_minor, "all that came back of it"),
        column("movements", &R::movements, "rows in wallet_movements"),
        column("updated_at", &R::updated_at, "time of the last movement")};
  }
};

struct WalletMovementRow {
  static constexpr TableText kTable{
      "wallet_movements",
      "One row for each movement of a wallet, with the balances after it: the wallet's statement."};
  static constexpr std::size_t kKeyColumns = 2;

  std::string wallet_id;
  std::int64_t movement = 0;
  Time at;
  std::string kind;
  std::int64_t amount_minor = 0;
  std::int64_t balance_minor = 0;
  std::int64_t held_minor = 0;
  std::string currency;
  std::string cause;
  std::string correlation_id;

  bool operator==(const WalletMovementRow&) const = default;
  static constexpr auto columns() {
    using R = WalletMovementRow;
    return std::tuple{
        column("wallet_id", &R::wallet_id, "see wallets"),
        column("movement", &R::movement, "1, 2, 3 ... within the wallet"),
        column("at", &R::at, "when"),
        column("kind", &R::kind,
               "CHARGE (money in), HOLD (set aside), SPEND (taken), RELEASE (free again), REFUND"),
        column("amount_minor", &R::amount_minor, "never negative, in minor units"),
        column("balance_minor", &R::balance_minor, "free balance after it"),
        column("held_minor", &R::held_minor, "set aside after it"),
        column("currency", &R::currency, "ISO 4217"),
        column("cause", &R::cause,
               "the order of a HOLD, SPEND or RELEASE; the id of the charge or refund"),
        column("correlation_id", &R::correlation_id, "of the request that led to it")};
  }
};

}  // namespace souk::read_models
