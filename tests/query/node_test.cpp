// The commands over HTTP, against a node that answers as docs/openapi.yaml says.
#include <algorithm>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "tests/query/support.hpp"
#include "tools/query/failure.hpp"
#include "tools/query/node_source.hpp"
#include "tools/query/operator_commands.hpp"

namespace souk::query {
namespace {

using nlohmann::json;
using testing::Outcome;

// Answers every POST with `status` and `body`, and GET /v1/read-models with `models`.
class FakeNode {
 public:
  FakeNode() {
    server_.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard lock(mutex);
      asked.emplace_back(request.path, json::parse(request.body, nullptr, false));
      response.status = status;
      if (!bodies.empty()) {
        body = bodies.front();
        bodies.erase(bodies.begin());
      }
      response.set_content(body, status >= 400 ? "application/problem+json" : "application/json");
    });
    server_.Get("/v1/read-models", [this](const httplib::Request&, httplib::Response& response) {
      const std::lock_guard lock(mutex);
      const std::string text = models.size() > 1 ? models.front() : models.at(0);
      if (models.size() > 1) models.erase(models.begin());
      response.set_content(text, "application/json");
    });
    server_.set_keep_alive_timeout(1);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~FakeNode() { server_.stop(); }

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

  std::mutex mutex;
  int status = 200;
  std::string body = "{}";
  std::vector<std::string> bodies;        // instead, one after the other; the last one stays
  std::vector<std::string> models{"{}"};  // one after the other; the last one stays
  std::vector<std::pair<std::string, json>> asked;

 private:
  httplib::Server server_;
  int port_ = 0;
  std::jthread thread_;
};

constexpr const char* kRows =
    R"({"columns":["order_id","total_minor","currency"],
        "rows":[["o1",124000,"GBP"],["o2",null,null]],"truncated":true,"position":"order/0@3"})";

constexpr const char* kModels = R"({"state":"LIVE","detail":null,"version":1,"file":"f.sqlite",
  "records_behind":2,"seconds_behind":0.25,
  "partitions":[{"service":"order","partition":0,"position":1,"end":3,"records_behind":2,
                 "seconds_behind":0.25},
                {"service":"stock","partition":1,"position":4,"end":4,"records_behind":0,
                 "seconds_behind":0}],
  "parked":[{"service":"stock","partition":1,"stream":"pot","offset":7,"records":2,
             "reason":"no fit","since":"2026-03-01T11:00:00Z"},
            {"service":"order","partition":0,"stream":"pot","offset":2,"records":1,
             "reason":"no fit","since":"2026-03-01T11:00:00Z"},
            {"service":"order","partition":0,"stream":"jug","offset":3,"records":1,
             "reason":"no fit","since":"2026-03-01T11:00:00Z"}],
  "rebuild":null})";

class Node : public ::testing::Test {
 protected:
  Outcome ask(const std::vector<std::string>& words) {
    return testing::query(words, "", node_.url());
  }
  void problem(int status, const char* code, const char* detail) {
    node_.status = status;
    node_.body = json{{"status", status}, {"code", code}, {"detail", detail}}.dump();
  }

  FakeNode node_;
};

TEST_F(Node, IsAskedInSqlWithItsParameters) {
  node_.body = kRows;
  const Outcome outcome = ask({"orders", "--customer", "17850", "--limit", "2"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out, "order_id         total\no1        1,240.00 GBP\no2\n");
  EXPECT_EQ(outcome.err, "2 orders; there are more: see --limit, --all and the filters\n");
  ASSERT_EQ(node_.asked.size(), 1u);
  EXPECT_EQ(node_.asked[0].first, "/v1/read-models/sql");
  const json& body = node_.asked[0].second;
  EXPECT_EQ(body["parameters"], json::parse(R"({"customer":"17850"})"));
  EXPECT_EQ(body["rows_max"], 2);
  EXPECT_NE(body["sql"].get<std::string>().find("FROM orders"), std::string::npos);
  EXPECT_FALSE(body.contains("at_least"));
}

// An answer of `count` rows with more behind them.
std::string cut_answer(std::size_t count) {
  return json{
      {"columns", {"n"}}, {"rows", std::vector<json>(count, json::array({1}))}, {"truncated", true}}
      .dump();
}

TEST_F(Node, WhatItCutsOffThoughAllWasAskedForEndsWithOne) {
  node_.body = cut_answer(10'000);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"orders", "--all"}, {"orders", "--limit", "10001"}}) {
    const Outcome cut = ask(words);
    EXPECT_EQ(cut.exit_code, 1);
    EXPECT_EQ(std::ranges::count(cut.out, '\n'), 10'001);
    EXPECT_EQ(cut.err,
              "10,000 orders\n"
              "souk-query: the node gives 10,000 rows at most; use --data for all of them\n");
  }
  EXPECT_EQ(ask({"sql", "SELECT 1 AS n", "--all"}).exit_code, 1);
  EXPECT_EQ(ask({"orders", "--limit", "10000"}).exit_code, 0);
  EXPECT_EQ(ask({"sql", "SELECT 1 AS n"}).exit_code, 0);
  node_.body = cut_answer(3);
  const Outcome large = ask({"orders", "--limit", "5"});
  EXPECT_EQ(large.exit_code, 1);
  EXPECT_NE(large.err.find("ends after 3 rows; use --data"), std::string::npos) << large.err;
}

TEST_F(Node, ListsAskForOneRowMoreThanTheyShowAndNoFurther) {
  node_.body = kRows;
  ask({"coupons"});
  ask({"coupons", "--limit", "7"});
  ask({"coupons", "--all"});
  ask({"best-sellers"});
  ask({"sql", "SELECT 1"});
  ASSERT_EQ(node_.asked.size(), 5u);
  const auto sql = [&](std::size_t at) { return node_.asked[at].second["sql"].get<std::string>(); };
  EXPECT_TRUE(sql(0).ends_with(" LIMIT 51")) << sql(0);
  EXPECT_TRUE(sql(1).ends_with(" LIMIT 8")) << sql(1);
  EXPECT_TRUE(sql(2).ends_with(" LIMIT 10001")) << sql(2);
  EXPECT_TRUE(sql(3).ends_with(" LIMIT 21")) << sql(3);
  EXPECT_EQ(sql(4), "SELECT 1");
}

std::string one_row(const std::vector<std::string>& columns, const json& row) {
  return json{{"columns", columns}, {"rows", json::array({row})}, {"truncated", false}}.dump();
}

// A look at a wallet: its head, its statement, and what was its newest movement by then.
std::vector<std::string> wallet_look(int movements, int newest) {
  return {one_row({"wallet_id", "a", "b", "c", "d", "e", "currency", "movements", "updated_at"},
                  {"w", 0, 0, 0, 0, 0, "GBP", movements, "2026-03-01T10:00:00Z"}),
          one_row({"movement"}, json::array({newest})),
          one_row({"movement"}, json::array({newest}))};
}

TEST_F(Node, AWalletThatMovedWhileItWasReadIsReadAgain) {
  for (const auto& look : {wallet_look(3, 4), wallet_look(4, 5), wallet_look(6, 6)})
    node_.bodies.insert(node_.bodies.end(), look.begin(), look.end());
  const Outcome outcome = ask({"--format", "json", "wallet", "w"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "1 movement\n");
  EXPECT_EQ(node_.asked.size(), 9u);
  EXPECT_EQ(json::parse(outcome.out)["wallet"]["movements"], 6);
  EXPECT_EQ(json::parse(outcome.out)["statement"][0]["movement"], 6);
}

TEST_F(Node, AWalletThatNeverRestsIsShownWithANote) {
  for (int look = 0; look < 5; ++look)
    for (const std::string& body : wallet_look(look, look + 1)) node_.bodies.push_back(body);
  const Outcome outcome = ask({"wallet", "w"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(node_.asked.size(), 15u);
  EXPECT_NE(outcome.err.find("of different moments"), std::string::npos) << outcome.err;
}

TEST_F(Node, AnOrderThatWentOnWhileItWasReadIsReadAgain) {
  const auto head = [](const char* status) {
    return one_row({"order_id", "customer_id", "status"}, {"o1", "c", status});
  };
  const std::string none = json{{"columns", json::array()}, {"rows", json::array()}}.dump();
  const std::string confirmed =
      one_row({"at", "status", "reason"}, {"2026-03-01T10:00:00Z", "CONFIRMED", nullptr});
  node_.bodies = {head("PLACED"), none, none, confirmed, head("CONFIRMED"), none, none, confirmed};
  const Outcome outcome = ask({"--format", "json", "order", "o1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(node_.asked.size(), 8u);
  EXPECT_EQ(json::parse(outcome.out)["order"]["status"], "CONFIRMED");
}

TEST_F(Node, EveryQuestionCarriesThePositionThatIsWaitedFor) {
  node_.body = kRows;
  EXPECT_EQ(ask({"--at-least", "order/0@3", "--wait", "1.5", "orders"}).exit_code, 0);
  ASSERT_EQ(node_.asked.size(), 2u);
  for (const auto& [path, body] : node_.asked) {
    EXPECT_EQ(body["at_least"], "order/0@3");
    EXPECT_EQ(body["wait_ms"], 1'500);
  }
}

TEST_F(Node, ProblemsBecomeExitCodes) {
  problem(422, "invalid_sql", "There is no column totl_minor; did you mean total_minor?");
  const Outcome typo = ask({"sql", "SELECT totl_minor FROM orders"});
  EXPECT_EQ(typo.exit_code, 1);
  EXPECT_NE(typo.err.find("did you mean total_minor?"), std::string::npos);
  problem(503, "unavailable", "The read models are being built");
  EXPECT_EQ(ask({"orders"}).exit_code, 3);
  EXPECT_EQ(typo.err.find("422"), std::string::npos) << typo.err;
  problem(504, "behind", "did not come as far as at_least in time (wait_ms)");
  {
    json body = json::parse(node_.body);
    body["position"] = "order/0@1";
    node_.body = body.dump();
  }
  const Outcome behind = ask({"--at-least", "order/0@3", "orders"});
  EXPECT_EQ(behind.exit_code, 4);
  EXPECT_NE(behind.err.find("order/0 is at 1, not at 3; give it longer with --wait, or see "
                            "souk-query lag\n"),
            std::string::npos)
      << behind.err;
  EXPECT_EQ(behind.err.find("wait_ms"), std::string::npos) << behind.err;
}

TEST_F(Node, ThatIsNotThereEndsWithThree) {
  const Outcome outcome = testing::query({"orders"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_NE(outcome.err.find("Is souk-node running there?"), std::string::npos);
}

TEST_F(Node, AnAnswerOfSomethingElseIsNoCrash) {
  for (const char* body : {"<html>", "[]", "{}", R"({"columns":["a"],"rows":[[1,2]]})",
                           R"({"columns":["a"],"rows":[3]})"}) {
    node_.body = body;
    EXPECT_EQ(ask({"orders"}).exit_code, 1) << body;
  }
  node_.models = {R"({"state":"LIVE","partitions":[{"service":"moon","partition":0}]})"};
  EXPECT_EQ(ask({"lag"}).exit_code, 1);
}

TEST_F(Node, LagListsPartitionsThatAreBehind) {
  node_.models = {kModels};
  const Outcome outcome = ask({"lag", "--format", "json"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "1 of 2 partitions behind\n");
  const json lag = json::parse(outcome.out);
  EXPECT_EQ(lag["models"]["state"], "LIVE");
  EXPECT_EQ(lag["models"]["records_behind"], 2);
  EXPECT_EQ(lag["partitions"].size(), 1u);
  EXPECT_EQ(lag["parked"].size(), 3u);
}

TEST_F(Node, ParkedStreamsAreRetriedAndSkippedByName) {
  node_.models = {kModels};
  const Outcome retried = ask({"parked", "retry", "jug"});
  EXPECT_EQ(retried.exit_code, 0);
  EXPECT_EQ(retried.err, "order/0/jug: taken in, 1 record\n");
  EXPECT_EQ(node_.asked.at(0).first, "/v1/read-models/parked/order/0/jug/retry");
  EXPECT_EQ(ask({"parked", "skip", "stock/1/pot", "--reason", "a \"test\""}).exit_code, 0);
  EXPECT_EQ(node_.asked.at(1).first, "/v1/read-models/parked/stock/1/pot/skip");
  EXPECT_EQ(node_.asked.at(1).second, (json{{"offset", 7}, {"reason", "a \"test\""}}));
}

TEST_F(Node, AParkedStreamMustBeTheOnlyOneOfItsName) {
  node_.models = {kModels};
  const Outcome both = ask({"parked", "retry", "pot"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_NE(both.err.find("say stock/1/pot or order/0/pot"), std::string::npos) << both.err;
  const Outcome none = ask({"parked", "retry", "juk"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("Did you mean 'jug'?"), std::string::npos) << none.err;
  EXPECT_TRUE(node_.asked.empty());
}

TEST_F(Node, AParkedStreamThatStillDoesNotFitEndsWithOne) {
  node_.models = {kModels};
  problem(409, "still_unfit", "It still does not fit");
  EXPECT_EQ(ask({"parked", "retry", "jug"}).exit_code, 1);
}

TEST_F(Node, ARebuildIsFollowedToItsEndAndNotTakenForTheOneBefore) {
  const auto models = [](bool running, const char* ended_at, const char* failure) {
    return json{{"state", "LIVE"},
                {"rebuild",
                 {{"running", running},
                  {"records", 1'400},
                  {"records_total", 1'400},
                  {"seconds", 0.5},
                  {"lag_at_switch_seconds", 0.012},
                  {"ended_at", ended_at},
                  {"failure", failure}}}}
        .dump();
  };
  node_.status = 202;
  const std::string before = models(false, "2026-03-01T11:00:00Z", "");
  node_.models = {before, before, models(true, "", ""), models(false, "2026-03-01T12:00:00Z", "")};
  const Outcome good = ask({"rebuild", "--follow"});
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_EQ(node_.models.size(), 1u);
  node_.models = {before, models(false, "2026-03-01T12:00:00Z", "the disk is full")};
  const Outcome bad = ask({"rebuild", "--follow"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_NE(bad.err.find("the disk is full"), std::string::npos) << bad.err;
}

}  // namespace
}  // namespace souk::query
