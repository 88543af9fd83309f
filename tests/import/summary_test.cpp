// The summary: sums by status and reason, text and JSON.
#include "tools/souk/import/summary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tools/shared/exit_codes.hpp"

namespace souk::cli {
namespace {

using nlohmann::json;

RetailRow row(std::string invoice, std::int64_t quantity, const char* price) {
  RetailRow row;
  row.invoice = std::move(invoice);
  row.customer = "7";
  row.stock_code = "A";
  row.quantity = quantity;
  row.price = parse_price(price, 2);
  return row;
}

// Four orders: 1,000 units at 1.00, then 2 at 3.00, 1 at 5.00 and 1 at 7.00; two rows are skipped.
Plan make_plan() {
  PlanBuilder builder(Currency::parse("GBP").value());
  builder.add(row("1", 1'000, "1.00"));
  builder.add(row("2", 2, "3.00"));
  builder.add(row("3", 1, "5.00"));
  builder.add(row("4", 1, "7.00"));
  RetailRow cancelled = row("C5", -3, "2.50");
  cancelled.reason = Skip::cancellation;
  cancelled.line = 6;
  builder.add(cancelled);
  RetailRow fine = row("6", 10, "0.125");
  fine.reason = Skip::fraction_of_minor_unit;
  fine.line = 7;
  fine.detail = "a \"fine\" price, too fine";
  builder.add(fine);
  return builder.finish(100);
}

ImportResult make_result(const Plan& plan) {
  ImportResult result;
  for (const PlannedOrder& order : plan.orders)
    result.orders.push_back({OrderEnd::confirmed, false, order.units, order.total_minor, "", ""});
  result.seconds = 2;
  result.orders_seconds = 1;
  return result;
}

TEST(Summary, AddsUpByStatusAndReason) {
  const Plan plan = make_plan();
  ImportResult result = make_result(plan);
  result.orders[1].end = OrderEnd::cancelled;
  result.orders[1].reason = "wallet.insufficient_funds";
  result.orders[2].end = OrderEnd::failed;
  result.orders[3] = {};  // not sent
  const Summary summary = summarize(plan, result, "f.csv", "http://n");
  EXPECT_EQ(summary.by_status.at("CONFIRMED"), (OrderSums{1, 1, 1'000, 100'000}));
  EXPECT_EQ(summary.by_status.at("CANCELLED"), (OrderSums{1, 1, 2, 600}));
  EXPECT_EQ(summary.by_status.at("FAILED"), (OrderSums{1, 1, 1, 500}));
  EXPECT_EQ(summary.by_status.at("NOT_SENT"), (OrderSums{1, 1, 1, 700}));
  EXPECT_EQ(summary.all, (OrderSums{4, 4, 1'004, 101'800}));
  EXPECT_EQ(summary.cancelled_by_reason.at("wallet.insufficient_funds").total_minor, 600);
}

TEST(Summary, TextShowsMoneyToThePenny) {
  const Plan plan = make_plan();
  const ImportResult result = make_result(plan);
  const std::string text = summary_text(summarize(plan, result, "f.csv", "http://n"), plan, result);
  EXPECT_NE(text.find("4 orders in 2.0 s (4 orders/s)"), std::string::npos) << text;
  EXPECT_NE(text.find("CONFIRMED       4      4  1,004  GBP 1,018.00\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("cancellation (invoice C...)         1     -3  GBP -7.50\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("price has a fraction of a penny     1     10   GBP 1.25\n"),
            std::string::npos)
      << text;
}

TEST(Summary, SaysWhenNothingWasNew) {
  const Plan plan = make_plan();
  ImportResult result = make_result(plan);
  for (OrderOutcome& outcome : result.orders) outcome.was_there = true;
  std::string text = summary_text(summarize(plan, result, "f", "http://n"), plan, result);
  EXPECT_NE(text.find("every order was there already"), std::string::npos) << text;
  result.orders[0].was_there = false;
  text = summary_text(summarize(plan, result, "f", "http://n"), plan, result);
  EXPECT_NE(text.find("3 of them were there already"), std::string::npos) << text;
}

TEST(Summary, JsonHasEveryNumber) {
  const Plan plan = make_plan();
  ImportResult result = make_result(plan);
  result.orders[2].end = OrderEnd::failed;
  result.orders[2].explanation = "because";
  const json body =
      json::parse(summary_json(summarize(plan, result, "f.csv", "http://n"), plan, result, true));
  EXPECT_EQ(body["orders"]["CONFIRMED"],
            (json{{"orders", 3}, {"lines", 3}, {"units", 1'003}, {"total_minor", 101'300}}));
  EXPECT_EQ(body["invoices"]["in_file"], 6);
  EXPECT_EQ(body["skipped"]["fraction_of_minor_unit"],
            (json{{"rows", 1}, {"units", 10}, {"amount", "1.25"}}));
  EXPECT_EQ(body["skipped_rows"][1]["line"], 7);
  EXPECT_EQ(body["failures"][0], (json{{"what", "order 3"}, {"explanation", "because"}}));
}

TEST(Summary, OfADryRunSaysNothingOfOrders) {
  const Plan plan = make_plan();
  ImportResult nothing;
  nothing.orders.resize(plan.orders.size());
  const Summary summary = summarize(plan, nothing, "f.csv", "");
  const json body = json::parse(summary_json(summary, plan, nothing, false));
  EXPECT_EQ(body["dry_run"], true);
  EXPECT_EQ(body["planned"]["total_minor"], 101'800);
  EXPECT_FALSE(body.contains("orders"));
  EXPECT_NE(summary_text(summary, plan, nothing).find("nothing was sent"), std::string::npos);
}

TEST(SkippedCsv, QuotesWhatNeedsQuotes) {
  EXPECT_EQ(skipped_csv(make_plan()),
            "line,invoice,stock_code,reason,detail\n"
            "6,C5,A,cancellation,\n"
            "7,6,A,fraction_of_minor_unit,\"a \"\"fine\"\" price, too fine\"\n");
}

TEST(ExitCode, TellsTheWorst) {
  const Plan plan = make_plan();
  ImportResult result = make_result(plan);
  EXPECT_EQ(exit_code(plan, result), kExitDone);
  result.orders[0].end = OrderEnd::cancelled;
  EXPECT_EQ(exit_code(plan, result), kExitDone);
  result.orders[0].end = OrderEnd::pending;
  EXPECT_EQ(exit_code(plan, result), kExitSomeFailed);
  result.unreachable = "gone";
  EXPECT_EQ(exit_code(plan, result), kExitUnreachable);
  result.stopped = true;
  EXPECT_EQ(exit_code(plan, result), kExitInterrupted);
}

}  // namespace
}  // namespace souk::cli
