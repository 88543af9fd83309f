#include "tools/souk/import/requests.hpp"

#include <nlohmann/json.hpp>

#include "events/rfc3339.hpp"

namespace souk::cli {
namespace {

using nlohmann::json;

std::string string_at(const json& object, const char* member) {
  const auto at = object.find(member);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::int64_t integer_at(const json& object, const char* member) {
  const auto at = object.find(member);
  return at != object.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

}  // namespace

Request register_request(const Plan& plan, const PlannedStock& stock) {
  return {"/v1/stock/" + stock.sku, json{{"name", stock.title},
                                         {"unit_price_minor", stock.unit_price_minor},
                                         {"currency", plan.currency.code()}}
                                        .dump()};
}

Request receipt_request(const Plan& plan, const PlannedStock& stock) {
  return {"/v1/stock/" + stock.sku + "/receipts",
          json{{"receipt_id", plan.import_id}, {"units", stock.units}}.dump()};
}

Request charge_request(const Plan& plan, const PlannedCharge& charge) {
  return {"/v1/wallets/" + charge.customer_id + "/charges",
          json{{"charge_id", plan.import_id},
               {"amount_minor", charge.amount_minor},
               {"currency", plan.currency.code()}}
              .dump()};
}

Request order_request(const PlannedOrder& order) {
  json lines = json::array();
  for (const PlannedLine& line : order.lines)
    lines.push_back({{"sku", line.sku},
                     {"quantity", line.quantity},
                     {"unit_price_minor", line.unit_price_minor}});
  return {"/v1/orders", json{{"order_id", order.order_id},
                             {"customer_id", order.customer_id},
                             {"ordered_at", to_rfc3339(order.ordered_at)},
                             {"lines", std::move(lines)}}
                            .dump()};
}

std::string order_path(const std::string& order_id) { return "/v1/orders/" + order_id; }

ShownOrder read_order(const std::string& text) {
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object()) return {};
  ShownOrder order;
  order.status = string_at(body, "status");
  order.total_minor = integer_at(body, "total_minor");
  if (const auto reason = body.find("reason"); reason != body.end() && reason->is_object()) {
    order.reason_code = string_at(*reason, "code");
    order.reason_detail = string_at(*reason, "detail");
  }
  if (const auto lines = body.find("lines"); lines != body.end() && lines->is_array())
    for (const json& line : *lines)
      if (line.is_object()) order.units += integer_at(line, "quantity");
  return order;
}

}  // namespace souk::cli
