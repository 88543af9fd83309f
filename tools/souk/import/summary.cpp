#include "tools/souk/import/summary.hpp"

#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/shared/exit_codes.hpp"

namespace souk::cli {
namespace {

using nlohmann::json;

void add(OrderSums& sums, const PlannedOrder& order, const OrderOutcome& outcome) {
  ++sums.orders;
  sums.lines += static_cast<std::int64_t>(order.lines.size());
  sums.units += outcome.units;
  sums.total_minor += outcome.total_minor;
}

json to_json(const OrderSums& sums) {
  return {{"orders", sums.orders},
          {"lines", sums.lines},
          {"units", sums.units},
          {"total_minor", sums.total_minor}};
}

json to_json(const std::map<std::string, OrderSums>& by_name) {
  json result = json::object();
  for (const auto& [name, sums] : by_name) result[name] = to_json(sums);
  return result;
}

json skipped_to_json(const Plan& plan) {
  json result = json::object();
  for (std::size_t i = 0; i < plan.skipped.size(); ++i) {
    const SkipTally& tally = plan.skipped[i];
    if (tally.rows == 0) continue;
    result[std::string(kSkipTexts[i].code)] = {
        {"rows", tally.rows},
        {"units", tally.units},
        {"amount", decimal_text(tally.amount_parts, plan.currency.minor_digits())}};
  }
  return result;
}

json skipped_rows_to_json(const Plan& plan) {
  json result = json::array();
  for (const SkippedRow& row : plan.skipped_rows)
    result.push_back({{"line", row.line},
                      {"invoice", row.invoice},
                      {"stock_code", row.stock_code},
                      {"reason", text_of(row.reason).code},
                      {"detail", row.detail}});
  return result;
}

json failures_to_json(const Plan& plan, const ImportResult& result) {
  json failures = json::array();
  for (const SetupFailure& failure : result.setup_failures)
    failures.push_back({{"what", failure.what}, {"explanation", failure.explanation}});
  for (std::size_t i = 0; i < plan.orders.size(); ++i) {
    const OrderOutcome& outcome = result.orders[i];
    if (outcome.end == OrderEnd::failed || outcome.end == OrderEnd::pending)
      failures.push_back(
          {{"what", "order " + plan.orders[i].order_id}, {"explanation", outcome.explanation}});
  }
  return failures;
}

// A field of CSV, quoted where RFC 4180 asks for it.
std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::string_view status_name(OrderEnd end) {
  switch (end) {
    case OrderEnd::confirmed: return "CONFIRMED";
    case OrderEnd::cancelled: return "CANCELLED";
    case OrderEnd::pending: return "PENDING";
    case OrderEnd::failed: return "FAILED";
    case OrderEnd::not_sent: break;
  }
  return "NOT_SENT";
}

Summary summarize(const Plan& plan, const ImportResult& result, std::string file, std::string url) {
  Summary summary;
  summary.file = std::move(file);
  summary.url = std::move(url);
  summary.skus = static_cast<std::int64_t>(plan.stock.size());
  std::unordered_set<std::string_view> customers;
  for (std::size_t i = 0; i < plan.orders.size(); ++i) {
    const PlannedOrder& order = plan.orders[i];
    OrderOutcome outcome = result.orders[i];
    if (outcome.end == OrderEnd::not_sent) {  // nobody has filled it in
      outcome.units = order.units;
      outcome.total_minor = order.total_minor;
    }
    customers.insert(order.customer_id);
    add(summary.all, order, outcome);
    add(summary.by_status[std::string(status_name(outcome.end))], order, outcome);
    if (outcome.end == OrderEnd::cancelled)
      add(summary.cancelled_by_reason[outcome.reason], order, outcome);
    summary.was_there += outcome.was_there ? 1 : 0;
  }
  summary.customers = static_cast<std::int64_t>(customers.size());
  return summary;
}

std::string summary_json(const Summary& summary, const Plan& plan, const ImportResult& result,
                         bool skipped_rows) {
  json body{{"file", summary.file},
            {"import_id", plan.import_id},
            {"dry_run", summary.url.empty()},
            {"currency", plan.currency.code()},
            {"rows", plan.rows},
            {"invoices",
             {{"in_file", plan.invoices},
              {"planned", summary.all.orders},
              {"without_importable_lines", plan.invoices_without_lines},
              {"over_limit", plan.orders_over_limit},
              {"short_of_lines", plan.orders_short_of_lines}}},
            {"planned", to_json(summary.all)},
            {"customers", summary.customers},
            {"skus", summary.skus},
            {"skipped", skipped_to_json(plan)}};
  if (!summary.url.empty()) {
    body["url"] = summary.url;
    body["orders"] = to_json(summary.by_status);
    body["cancelled_by_reason"] = to_json(summary.cancelled_by_reason);
    body["orders_known_before"] = summary.was_there;
    body["failures"] = failures_to_json(plan, result);
    body["unreachable"] = result.unreachable;
    body["stopped"] = result.stopped;
    body["retries"] = result.retries;
    body["seconds"] = result.seconds;
    body["orders_seconds"] = result.orders_seconds;
  }
  if (skipped_rows) body["skipped_rows"] = skipped_rows_to_json(plan);
  return body.dump(2) + "\n";
}

std::string skipped_csv(const Plan& plan) {
  std::string text = "line,invoice,stock_code,reason,detail\n";
  for (const SkippedRow& row : plan.skipped_rows)
    text += fmt::format("{},{},{},{},{}\n", row.line, csv_field(row.invoice),
                        csv_field(row.stock_code), text_of(row.reason).code, csv_field(row.detail));
  return text;
}

std::string orders_csv(const Plan& plan, const ImportResult& result) {
  std::string text = "order_id,customer_id,status,lines,units,total_minor,reason,explanation\n";
  for (std::size_t i = 0; i < plan.orders.size(); ++i) {
    const PlannedOrder& order = plan.orders[i];
    const OrderOutcome& outcome = result.orders[i];
    const bool sent = outcome.end != OrderEnd::not_sent;
    text += fmt::format("{},{},{},{},{},{},{},{}\n", order.order_id, order.customer_id,
                        status_name(outcome.end), order.lines.size(),
                        sent ? outcome.units : order.units,
                        sent ? outcome.total_minor : order.total_minor, csv_field(outcome.reason),
                        csv_field(outcome.explanation));
  }
  return text;
}

int exit_code(const Plan& plan, const ImportResult& result) {
  if (result.stopped) return kExitInterrupted;
  if (!result.unreachable.empty()) return kExitUnreachable;
  if (!result.setup_failures.empty()) return kExitSomeFailed;
  for (std::size_t i = 0; i < plan.orders.size(); ++i)
    if (result.orders[i].end != OrderEnd::confirmed && result.orders[i].end != OrderEnd::cancelled)
      return kExitSomeFailed;
  return kExitDone;
}

}  // namespace souk::cli
