// What an import sends, and how it reads what comes back.
#pragma once

#include <cstdint>
#include <string>

#include "tools/souk/import/plan.hpp"

namespace souk::cli {

struct Request {
  std::string path;
  std::string json;
};

Request register_request(const Plan& plan, const PlannedStock& stock);  // PUT
Request receipt_request(const Plan& plan, const PlannedStock& stock);   // POST
Request charge_request(const Plan& plan, const PlannedCharge& charge);  // POST
Request order_request(const PlannedOrder& order);                       // POST
std::string order_path(const std::string& order_id);

// An order as a node shows it.
struct ShownOrder {
  std::string status;  // "CONFIRMED", "CANCELLED", "PENDING"; empty: this was no order
  std::string reason_code;
  std::string reason_detail;
  std::int64_t units = 0;
  std::int64_t total_minor = 0;
  bool ended() const { return status == "CONFIRMED" || status == "CANCELLED"; }
};

// Never throws: what is missing or of another type stays at its default.
ShownOrder read_order(const std::string& json);

}  // namespace souk::cli
