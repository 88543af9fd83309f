// What an import did and left out, added up for people and for programs.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tools/souk/import/plan.hpp"
#include "tools/souk/import/runner.hpp"

namespace souk::cli {

// `total_minor` in the plan's currency.
struct OrderSums {
  std::int64_t orders = 0;
  std::int64_t lines = 0;
  std::int64_t units = 0;
  std::int64_t total_minor = 0;
  bool operator==(const OrderSums&) const = default;
};

struct Summary {
  std::string file;
  std::string url;                             // empty: a dry run, nothing was sent
  std::map<std::string, OrderSums> by_status;  // CONFIRMED, CANCELLED, PENDING, FAILED, NOT_SENT
  std::map<std::string, OrderSums> cancelled_by_reason;
  OrderSums all;
  std::int64_t was_there = 0;  // orders that the node knew before
  std::int64_t customers = 0;
  std::int64_t skus = 0;
};

// Adds up. `result` has one outcome for each order of the plan.
Summary summarize(const Plan& plan, const ImportResult& result, std::string file, std::string url);

// The names of by_status.
std::string_view status_name(OrderEnd end);

// The tables that the command prints; lists at most ten failures.
std::string summary_text(const Summary& summary, const Plan& plan, const ImportResult& result);

// One object; see the README for its members. `skipped_rows`: with every skipped row.
std::string summary_json(const Summary& summary, const Plan& plan, const ImportResult& result,
                         bool skipped_rows);

// CSV with a header: line,invoice,stock_code,reason,detail.
std::string skipped_csv(const Plan& plan);

// CSV with a header, a row for every order of the plan:
// order_id,customer_id,status,lines,units,total_minor,reason,explanation.
std::string orders_csv(const Plan& plan, const ImportResult& result);

// The status that the command exits with.
int exit_code(const Plan& plan, const ImportResult& result);

}  // namespace souk::cli
