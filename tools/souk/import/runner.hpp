// Carries a plan out on a node.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/shared/progress.hpp"
#include "tools/souk/import/plan.hpp"
#include "tools/souk/patient_client.hpp"

namespace souk::cli {

struct RunOptions {
  std::string url;
  int connections = 16;
  RetryPolicy retry;
};

enum class OrderEnd {
  not_sent,   // the import was stopped before
  confirmed,  // by the node, with the total that the file says
  cancelled,  // by the node, with a reason
  pending,    // the node had not decided when the time for retries was over
  failed,     // refused, or not answered
};

struct OrderOutcome {
  OrderEnd end = OrderEnd::not_sent;
  bool was_there = false;        // the node knew the order before this run sent it
  std::int64_t units = 0;        // of a confirmed order as the node says, else as planned
  std::int64_t total_minor = 0;  // likewise
  std::string reason;            // of cancelled: the reason's code
  std::string explanation;       // of cancelled, pending and failed: one sentence
};

// A request other than an order's that the node refused.
struct SetupFailure {
  std::string what;  // "stock 85123A"
  std::string explanation;
};

struct ImportResult {
  std::vector<OrderOutcome> orders;  // one for each of the plan's
  std::vector<SetupFailure> setup_failures;
  std::string unreachable;  // why the node could not be reached; empty if it could
  bool stopped = false;
  std::int64_t retries = 0;
  double seconds = 0;         // all of it
  double orders_seconds = 0;  // the orders' phase
};

// Registers and receives the stock, charges the wallets, then places the orders, each phase over
// `connections` connections at once. Stops early, with what it has, when `stop` is set or when the
// node stays unreachable for longer than the retry policy allows; what has been sent stays sent and
// a second run goes on from there.
ImportResult run_import(const Plan& plan, const RunOptions& options, const std::atomic<bool>& stop,
                        Progress& progress);

}  // namespace souk::cli
