// What must be true once everything has come to rest: of the logs that the machines left, of what
// clients heard, and of what the read models say. Shares no rule with the domain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/log.hpp"
#include "tests/sim/history.hpp"
#include "tests/sim/ledger.hpp"

namespace souk::sim {

// What is asked of the read models, and under which name it is spoken of.
struct ModelQuery {
  const char* name;
  const char* sql;
};
inline constexpr ModelQuery kModelQueries[] = {
    {"stock_levels", "SELECT sku, received, available, held, sold, returned FROM stock_levels"},
    {"wallets",
     "SELECT wallet_id, charged_minor, balance_minor, held_minor, spent_minor, refunded_minor "
     "FROM wallets"},
    {"orders", "SELECT order_id, status FROM orders"},
    {"coupons", "SELECT coupon_id, status FROM coupons"},
    {"parked_records", "SELECT stream, reason FROM parked_records"}};

// Of each query its rows as lines, sorted; none: it was not answered. Empty: nobody was asked.
using ModelAnswers = std::vector<std::optional<std::vector<std::string>>>;

class Auditor {
 public:
  // The history and the ledger must outlive it. `refusals_last`: for how long a refusal must be
  // remembered at least; the same command may be accepted after that.
  Auditor(const History& history, const Ledger& ledger, store::Identity identity,
          Duration refusals_last)
      : history_(history),
        ledger_(ledger),
        identity_(std::move(identity)),
        refusals_last_(refusals_last) {}

  // Returns what is wrong, in sentences.
  std::vector<std::string> judge(const ModelAnswers& models);

 private:
  void judge_answers();
  void judge_coupon(const Wish& issue, const Heard& accepted);
  void judge_order_of_answers();
  void judge_views();
  void judge_models(const ModelAnswers& models);
  std::uint64_t known_before(const Wish& about, const Heard& asked) const;
  PartitionId partition_of(const Wish& wish) const;
  void wrong(std::string what) { findings_.push_back(std::move(what)); }

  const History& history_;
  const Ledger& ledger_;
  const store::Identity identity_;
  const Duration refusals_last_;
  std::vector<std::string> findings_;
};

}  // namespace souk::sim
