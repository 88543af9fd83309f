// Carrying a plan out on a node that behaves, and on nodes that do not.
#include "tools/souk/import/runner.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "tests/import/fake_node.hpp"
#include "tools/shared/exit_codes.hpp"
#include "tools/souk/import/summary.hpp"

namespace souk::cli {
namespace {

using std::chrono::milliseconds;
using testing::FakeNode;

// `count` orders of two lines by five customers.
Plan make_plan(int count) {
  PlanBuilder builder(Currency::parse("GBP").value());
  for (int i = 0; i < count * 2; ++i) {
    RetailRow row;
    row.line = static_cast<std::size_t>(i) + 2;
    row.invoice = fmt::format("{}", 1001 + i / 2);
    row.customer = fmt::format("{}", 1 + i / 2 % 5);
    row.stock_code = fmt::format("SKU {}", i % 3);
    row.description = "A THING";
    row.quantity = 1 + i % 4;
    row.price = parse_price("2.55", 2);
    row.invoiced_at = Time{1'291'191'960'000'000} + seconds(i / 2);
    builder.add(std::move(row));
  }
  return builder.finish(1'000'000);
}

ImportResult import(const Plan& plan, const std::string& url,
                    milliseconds retry_for = milliseconds(5'000),
                    const std::atomic<bool>& stop = std::atomic<bool>(false), int connections = 8) {
  Progress progress(stderr, false);
  return run_import(plan, {url, connections, {retry_for, milliseconds(2), milliseconds(20)}}, stop,
                    progress);
}

std::size_t count(const ImportResult& result, OrderEnd end) {
  std::size_t found = 0;
  for (const OrderOutcome& outcome : result.orders) found += outcome.end == end ? 1 : 0;
  return found;
}

TEST(Run, PlacesEveryOrderAndBringsWhatTheyNeed) {
  FakeNode node;
  const Plan plan = make_plan(40);
  const ImportResult result = import(plan, node.url());
  EXPECT_EQ(count(result, OrderEnd::confirmed), 40u);
  EXPECT_EQ(exit_code(plan, result), kExitDone);
  EXPECT_EQ(node.orders.size(), 40u);
  EXPECT_EQ(node.orders.at("1001")["lines"].size(), 2u);
  EXPECT_EQ(node.orders.at("1001")["ordered_at"], "2010-12-01T08:26:00Z");
  EXPECT_EQ(node.orders.at("1040")["ordered_at"], "2010-12-01T08:26:39Z");
  std::int64_t units = 0, charged = 0;
  for (const auto& [sku, receipts] : node.receipts) units += receipts.at(plan.import_id);
  for (const auto& [wallet, charges] : node.charges) charged += charges.at(plan.import_id);
  const Summary summary = summarize(plan, result, "f", node.url());
  EXPECT_EQ(units, summary.all.units);
  EXPECT_EQ(charged, summary.all.total_minor);
}

TEST(Run, ASecondTimeChangesNothingAndSaysSo) {
  FakeNode node;
  const Plan plan = make_plan(10);
  import(plan, node.url());
  const auto orders = node.orders;
  const auto receipts = node.receipts;
  const auto charges = node.charges;
  const ImportResult again = import(make_plan(10), node.url());
  EXPECT_EQ(node.orders, orders);
  EXPECT_EQ(node.receipts, receipts);
  EXPECT_EQ(node.charges, charges);
  const Summary summary = summarize(plan, again, "f", node.url());
  EXPECT_EQ(summary.was_there, 10);
  EXPECT_EQ(summary.by_status.at("CONFIRMED").orders, 10);
}

TEST(Run, AnOverloadedNodeIsAskedAgainWithTheSameIds) {
  std::atomic<int> asked{0};
  FakeNode node([&](const httplib::Request& request, httplib::Response& response) {
    if (request.method == "GET" || ++asked % 3 != 0) return false;
    response.set_header("Retry-After", "0");
    FakeNode::answer(response, asked % 2 == 0 ? 503 : 504, {{"detail", "too busy"}});
    return true;
  });
  const ImportResult result = import(make_plan(30), node.url());
  EXPECT_EQ(count(result, OrderEnd::confirmed), 30u);
  EXPECT_GT(result.retries, 10);
  for (const auto& [sku, receipts] : node.receipts) EXPECT_EQ(receipts.size(), 1u) << sku;
}

TEST(Run, RetryAfterIsWaitedFor) {
  std::atomic<int> asked{0};
  FakeNode node([&](const httplib::Request& request, httplib::Response& response) {
    if (request.path != "/v1/orders" || ++asked > 1) return false;
    response.set_header("Retry-After", "1");
    FakeNode::answer(response, 503, {{"detail", "too busy"}});
    return true;
  });
  const ImportResult result = import(make_plan(1), node.url());
  EXPECT_EQ(count(result, OrderEnd::confirmed), 1u);
  EXPECT_GE(result.seconds, 1.0);
}

TEST(Run, APendingOrderIsFollowedUntilItHasEnded) {
  std::atomic<int> polled{0};
  FakeNode node([&](const httplib::Request& request, httplib::Response& response) {
    if (request.path == "/v1/orders") {
      response.set_header("Location", "/v1/orders/1001");
      FakeNode::answer(response, 202, {{"status", "PENDING"}});
      return true;
    }
    if (request.path != "/v1/orders/1001" || ++polled == 1) return false;  // 404 before it is sent
    const FakeNode::Json order{{"order_id", "1001"},
                               {"lines",
                                {{{"sku", "SKU_0"}, {"quantity", 1}, {"unit_price_minor", 255}},
                                 {{"sku", "SKU_1"}, {"quantity", 2}, {"unit_price_minor", 255}}}}};
    FakeNode::answer(response, 200, FakeNode::shown(order, polled < 5 ? "PENDING" : "CONFIRMED"));
    return true;
  });
  const ImportResult result = import(make_plan(1), node.url());
  EXPECT_EQ(result.orders.at(0).end, OrderEnd::confirmed);
  EXPECT_GE(polled, 5);
}

TEST(Run, AnOrderThatStaysPendingIsReportedAsSuch) {
  FakeNode node([](const httplib::Request& request, httplib::Response& response) {
    if (request.path.find("/v1/orders") != 0) return false;
    response.set_header("Location", "/v1/orders/1001");
    FakeNode::answer(response, 202, {{"status", "PENDING"}});
    return true;
  });
  const Plan plan = make_plan(1);
  const ImportResult result = import(plan, node.url(), milliseconds(200));
  EXPECT_EQ(result.orders.at(0).end, OrderEnd::pending);
  EXPECT_EQ(exit_code(plan, result), kExitSomeFailed);
}

TEST(Run, ACancelledOrderKeepsItsReason) {
  FakeNode node([](const httplib::Request& request, httplib::Response& response) {
    if (request.path != "/v1/orders") return false;
    FakeNode::Json order = FakeNode::shown(FakeNode::Json::parse(request.body), "CANCELLED");
    order["reason"] = {{"code", "stock.out_of_stock"}, {"detail", "SKU_0 is out of stock"}};
    FakeNode::answer(response, 201, order);
    return true;
  });
  const Plan plan = make_plan(3);
  const ImportResult result = import(plan, node.url());
  EXPECT_EQ(exit_code(plan, result), kExitDone);  // an answer like any other
  const Summary summary = summarize(plan, result, "f", node.url());
  EXPECT_EQ(summary.cancelled_by_reason.at("stock.out_of_stock").orders, 3);
}

TEST(Run, AnotherBodyUnderTheSameIdFailsThatOrderOnly) {
  FakeNode node;
  node.orders["1002"] = {{"order_id", "1002"}, {"lines", FakeNode::Json::array()}};
  const Plan plan = make_plan(4);
  const ImportResult result = import(plan, node.url());
  EXPECT_EQ(result.orders.at(1).end, OrderEnd::failed);
  EXPECT_EQ(result.orders.at(1).explanation, "this order was placed with another body (409)");
  EXPECT_EQ(count(result, OrderEnd::confirmed), 3u);
  EXPECT_EQ(exit_code(plan, result), kExitSomeFailed);
}

TEST(Run, ATotalThatDiffersFromTheFilesIsAFailure) {
  FakeNode node([](const httplib::Request& request, httplib::Response& response) {
    if (request.path != "/v1/orders") return false;
    FakeNode::Json order = FakeNode::shown(FakeNode::Json::parse(request.body), "CONFIRMED");
    order["total_minor"] = order["total_minor"].get<std::int64_t>() + 1;
    FakeNode::answer(response, 201, order);
    return true;
  });
  const ImportResult result = import(make_plan(1), node.url());
  EXPECT_EQ(result.orders.at(0).end, OrderEnd::failed);
}

TEST(Run, ARefusedReceiptIsToldAndTheRestGoesOn) {
  FakeNode node([](const httplib::Request& request, httplib::Response& response) {
    if (request.path != "/v1/stock/SKU_1/receipts") return false;
    FakeNode::answer(response, 409, {{"detail", "that is too much"}});
    return true;
  });
  const Plan plan = make_plan(5);
  const ImportResult result = import(plan, node.url());
  ASSERT_EQ(result.setup_failures.size(), 1u);
  EXPECT_EQ(result.setup_failures[0].what, "stock SKU_1");
  EXPECT_EQ(result.setup_failures[0].explanation, "that is too much (409)");
  EXPECT_EQ(count(result, OrderEnd::confirmed), 5u);
  EXPECT_EQ(exit_code(plan, result), kExitSomeFailed);
}

TEST(Run, ANodeThatIsNotThereIsReportedSoon) {
  int port = 0;
  { port = FakeNode().port(); }
  const Plan plan = make_plan(3);
  const ImportResult result =
      import(plan, fmt::format("http://127.0.0.1:{}", port), milliseconds(60'000));
  EXPECT_LT(result.seconds, 10);
  EXPECT_FALSE(result.unreachable.empty());
  EXPECT_EQ(exit_code(plan, result), kExitUnreachable);
  EXPECT_EQ(count(result, OrderEnd::not_sent), 3u);
}

TEST(Run, ANodeThatDiesAndComesBackIsWaitedFor) {
  std::atomic<int> placed{0};
  const FakeNode::Trick count_placed = [&](const httplib::Request& request, httplib::Response&) {
    if (request.path == "/v1/orders") {
      ++placed;
      std::this_thread::sleep_for(milliseconds(2));
    }
    return false;
  };
  auto node = std::make_unique<FakeNode>(count_placed);
  const int port = node->port();
  const Plan plan = make_plan(200);
  ImportResult result;
  std::jthread importer(
      [&, url = node->url()] { result = import(plan, url, milliseconds(20'000)); });
  while (placed < 20) std::this_thread::sleep_for(milliseconds(1));
  node.reset();
  std::this_thread::sleep_for(milliseconds(150));
  FakeNode back(count_placed, port);
  importer.join();
  EXPECT_EQ(count(result, OrderEnd::confirmed), 200u);
  EXPECT_GT(result.retries, 0);
}

TEST(Run, ANodeThatDiesForGoodEndsTheImport) {
  std::atomic<int> placed{0};
  auto node = std::make_unique<FakeNode>([&](const httplib::Request& request, httplib::Response&) {
    if (request.path == "/v1/orders") ++placed;
    std::this_thread::sleep_for(milliseconds(1));
    return false;
  });
  const Plan plan = make_plan(2'000);
  ImportResult result;
  std::jthread importer([&, url = node->url()] { result = import(plan, url, milliseconds(300)); });
  while (placed < 20) std::this_thread::sleep_for(milliseconds(1));
  node.reset();
  importer.join();
  EXPECT_EQ(exit_code(plan, result), kExitUnreachable);
  EXPECT_GE(count(result, OrderEnd::confirmed), 12u);
  EXPECT_GT(count(result, OrderEnd::not_sent), 0u);
}

TEST(Run, StopsCleanlyWhenAskedTo) {
  std::atomic<bool> stop{false};
  std::atomic<int> placed{0};
  FakeNode node([&](const httplib::Request& request, httplib::Response&) {
    if (request.path == "/v1/orders" && ++placed == 10) stop = true;
    return false;
  });
  const Plan plan = make_plan(5'000);
  const ImportResult result = import(plan, node.url(), milliseconds(5'000), stop);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(exit_code(plan, result), kExitInterrupted);
  const std::size_t confirmed = count(result, OrderEnd::confirmed);
  EXPECT_GE(confirmed, 10u);
  EXPECT_LT(confirmed, 5'000u);
  EXPECT_EQ(confirmed, node.orders.size());  // nothing was sent that is not told of
}

}  // namespace
}  // namespace souk::cli
