// souk cluster: what it prints, and what it asks of which node.
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "events/rfc3339.hpp"
#include "tools/shared/exit_codes.hpp"
#include "tools/souk/cluster.hpp"
#include "tools/souk/cluster_map.hpp"
#include "tools/souk/cluster_status.hpp"

namespace souk::cli {
namespace {

const std::string kLaptop = SOUK_SOURCE_DIR "/data/cluster-laptop.toml";
const char* const kNoEnvironment[] = {nullptr};

constexpr const char* kView = R"({"cluster": "shop", "node": "front", "version": "1.0", "nodes": [
  {"name": "front", "state": "self", "address": "10.0.0.1:7400", "http": "10.0.0.1:8080",
   "roles": ["gateway", "read_models"], "partitions": {}, "since": "2026-01-01T00:00:00Z",
   "version": "1.0", "draining": false, "open_sagas": 0, "live": 12, "in_flight": 3,
   "from_peers": 0, "memory_bytes": 52000000, "models_lag_ms": 1080},
  {"name": "back", "state": "up", "address": "10.0.0.2:7400", "http": "0.0.0.0:8080",
   "roles": ["order", "wallet"], "partitions": {"order": [0, 1, 2], "checkout": [0, 1, 2]},
   "since": "2026-01-01T00:00:00Z", "version": "1.0", "draining": false, "open_sagas": 4,
   "live": 12000, "in_flight": 0, "from_peers": 7, "memory_bytes": 1520000000,
   "models_lag_ms": null, "new_member": {"of": "a later version"},
   "link": {"sent_items": 1200, "sent_bytes": 99000, "received_items": 1190,
            "received_bytes": 180000, "unanswered": 10, "unanswered_bytes": 900,
            "breakers_open": []}},
  {"name": "stock-1", "state": "down", "address": "10.0.0.3:7400", "roles": ["stock"],
   "partitions": {"stock": [0, 2, 3, 4, 7]}, "since": "2026-01-01T00:02:48Z", "draining": false,
   "detail": "nothing was heard of it for 2.0 s",
   "link": {"sent_items": 5, "sent_bytes": 400, "received_items": 4, "received_bytes": 300,
            "unanswered": 0, "unanswered_bytes": 0, "breakers_open": ["stock"]}}]})";
const Time kNow = parse_rfc3339("2026-01-01T00:03:00Z").value();

TEST(ClusterStatus, SaysWhatIsWrongFirstAndFitsTheTerminal) {
  const auto view = parse_cluster(kView);
  ASSERT_TRUE(view);
  const std::string text = status_text(*view, kNow);
  std::ifstream golden(SOUK_SOURCE_DIR "/tests/cluster_cli/status.txt");
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(golden), {}));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(ClusterStatus, NodesThatDrainOrAreNotReadyAreNotWell) {
  auto view = *parse_cluster(kView);
  NodeView& back = view.nodes[1];
  EXPECT_TRUE(back.is_well());
  back.draining = true;
  EXPECT_FALSE(back.is_well());
  EXPECT_NE(status_text(view, kNow).find("back is draining: it takes no new work\n"),
            std::string::npos);
  back.draining = false;
  back.not_ready = "Partition order/1 has\x1b[31m stopped.";
  EXPECT_FALSE(back.is_well());
  EXPECT_NE(status_text(view, kNow).find("back: Partition order/1 has [31m stopped.\n"),
            std::string::npos);  // what a node says does not steer the terminal
}

TEST(ClusterStatus, SaysWhoseClockIsOff) {
  auto view = *parse_cluster(kView);
  NodeView& back = view.nodes[1];
  back.clock_ahead_ms = 1'900;
  EXPECT_TRUE(back.is_well());
  back.clock_ahead_ms = 40'120;
  EXPECT_FALSE(back.is_well());
  EXPECT_NE(status_text(view, kNow)
                .find("back's clock is 40.1 s ahead of that of front: let both machines follow the "
                      "same time server\n"),
            std::string::npos)
      << status_text(view, kNow);
  back.clock_ahead_ms = -2'500;
  EXPECT_NE(status_text(view, kNow).find("back's clock is 2.5 s behind that of front"),
            std::string::npos);
}

TEST(ClusterView, WhatIsNoSuchAnswerIsNotTaken) {
  for (const char* text : {"", "[]", "{}", R"({"cluster": 1, "nodes": []})",
                           R"({"cluster": "a", "nodes": [{}]})", R"({"cluster": "a", "nodes": 1})"})
    EXPECT_FALSE(parse_cluster(text)) << text;
}

TEST(ClusterView, ANodeThatListensEverywhereIsReachedWhereOthersReachIt) {
  const auto view = *parse_cluster(kView);
  EXPECT_EQ(url_of(*view.find("back")), "http://10.0.0.2:8080");
  EXPECT_EQ(url_of(*view.find("front")), "http://10.0.0.1:8080");
  EXPECT_EQ(url_of(*view.find("stock-1")), std::nullopt);
  EXPECT_EQ(view.find("stock-2"), nullptr);
}

TEST(ClusterMap, WritesRunsOfNumbersShort) {
  EXPECT_EQ(ranges({}), "");
  EXPECT_EQ(ranges({4}), "4");
  EXPECT_EQ(ranges({0, 1}), "0 1");
  EXPECT_EQ(ranges({0, 1, 2, 5, 7, 8, 10, 11, 12, 13}), "0-2 5 7 8 10-13");
}

// What a command printed, and its exit code.
struct Ran {
  int code;
  std::string out, err;
};
template <class Command>
Ran run(Command command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = command();
  return {code, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

TEST(ClusterMap, OfAFileIsAGolden) {
  ClusterOptions options;
  options.config = kLaptop;
  const Ran ran = run([&] { return cluster_map(options, kNoEnvironment); });
  EXPECT_EQ(ran.code, kExitDone) << ran.err;
  EXPECT_EQ(ran.out, R"(cluster souk-laptop, placement a03645b1ecb2bc09

service   partitions  node           owns  which
order              8  order             8  0-7
stock             16  stock-1           8  0 1 3 4 6 10 11 15
                      stock-2           8  2 5 7-9 12-14
wallet             8  wallet-coupon     8  0-7
coupon             8  wallet-coupon     8  0-7
campaign           8  wallet-coupon     8  0-7
checkout           8  order             8  0-7
)");
  options.json = true;
  const auto json =
      nlohmann::json::parse(run([&] { return cluster_map(options, kNoEnvironment); }).out);
  EXPECT_EQ(json["partitions"]["stock"][2], "stock-2");
  EXPECT_EQ(json["placement"], "a03645b1ecb2bc09");
}

TEST(ClusterMap, AFileWithMistakesIsExplained) {
  ClusterOptions options;
  options.config = "/nonexistent.toml";
  const Ran ran = run([&] { return cluster_map(options, kNoEnvironment); });
  EXPECT_EQ(ran.code, kExitBadInput);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err.find("souk: /nonexistent.toml: the file cannot be read"), 0u) << ran.err;
}

// --- asking -------------------------------------------------------------------------------------

// A node that answers as it is told, and counts what it was asked to do.
class FakeNode {
 public:
  FakeNode() {
    server_.Get("/v1/cluster", [this](const httplib::Request&, httplib::Response& answer) {
      if (left > 0) --left;
      nlohmann::json view = nlohmann::json::parse(kView);
      auto& nodes = view["nodes"];
      view["node"] = name;
      for (auto& node : nodes) {
        if (node["name"] == name) node["state"] = "self";
        if (node["name"] == name) node["open_sagas"] = left.load();
        if (node["name"] == name) node["in_flight"] = in_flight.load();
        if (node["name"] == name) node["from_peers"] = 0;
        if (node["name"] == "back" && !back_url.empty()) node["http"] = back_url;
      }
      answer.set_content(view.dump(), "application/json");
    });
    for (const char* what : {"drain", "undrain"})
      server_.Post(std::string("/v1/cluster/") + what,
                   [this, what](const httplib::Request&, httplib::Response& answer) {
                     asked += std::string(what) + ' ';
                     answer.set_content(kView, "application/json");
                   });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~FakeNode() {
    server_.stop();
    thread_.join();
  }
  std::string place() const { return "127.0.0.1:" + std::to_string(port_); }

  std::string name = "front";
  std::string back_url;
  std::string asked;
  std::atomic<int> in_flight = 0;
  std::atomic<int> left = 0;  // orders under way; one less at every look

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

class ClusterDrain : public ::testing::Test {
 protected:
  ClusterDrain() {
    back_.name = "back";
    front_.back_url = back_.place();
    options_.url = "http://" + front_.place();
    options_.node = "back";
  }
  FakeNode front_, back_;
  ClusterOptions options_;
  std::atomic<bool> stop_{false};
};

TEST_F(ClusterDrain, TellsTheNodeThatIsMeantAndWaitsForWhatIsUnderWay) {
  back_.left = 3;
  const Ran ran = run([&] { return cluster_drain(options_, stop_); });
  EXPECT_EQ(ran.code, kExitDone) << ran.err;
  EXPECT_EQ(back_.asked, "drain ");
  EXPECT_EQ(front_.asked, "");
  EXPECT_EQ(ran.out,
            "back is drained: nothing is under way. Stop or restart it, or let it work again with "
            "'souk cluster undrain back'.\n");
  EXPECT_NE(ran.err.find("back: 2 orders and 0 requests are still under way\n"), std::string::npos);
}

TEST_F(ClusterDrain, SaysWhatIsLeftIfTheWaitIsOver) {
  back_.left = 1'000;
  options_.wait_s = 0;
  Ran ran = run([&] { return cluster_drain(options_, stop_); });
  EXPECT_EQ(ran.code, kExitDone);
  EXPECT_EQ(ran.out.find("back is drained: its 999 open orders go on at its next start. "), 0u)
      << ran.out;
  back_.in_flight = 2;
  ran = run([&] { return cluster_drain(options_, stop_); });
  EXPECT_EQ(ran.code, kExitSomeFailed);
  EXPECT_EQ(ran.out.find("back takes no new work; 2 requests are still under way. "), 0u)
      << ran.out;
}

TEST_F(ClusterDrain, UndrainTellsIt) {
  const Ran ran = run([&] { return cluster_undrain(options_); });
  EXPECT_EQ(ran.code, kExitDone) << ran.err;
  EXPECT_EQ(ran.out, "back takes work again.\n");
  EXPECT_EQ(back_.asked, "undrain ");
}

TEST_F(ClusterDrain, ANodeThatNobodyKnowsIsBadInput) {
  options_.node = "stock-2";
  const Ran ran = run([&] { return cluster_drain(options_, stop_); });
  EXPECT_EQ(ran.code, kExitBadInput);
  EXPECT_EQ(ran.err, "souk: there is no node 'stock-2' in cluster shop. Did you mean 'stock-1'?\n");
}

TEST_F(ClusterDrain, ANodeThatHasNotSaidWhereItIsCannotBeTold) {
  options_.node = "stock-1";
  const Ran ran = run([&] { return cluster_drain(options_, stop_); });
  EXPECT_EQ(ran.code, kExitSomeFailed);
  EXPECT_NE(ran.err.find("stock-1 has not said where its HTTP API is"), std::string::npos);
}

TEST_F(ClusterDrain, StatusEndsWithOneIfANodeIsNotWell) {
  const Ran ran = run([&] { return cluster_status(options_); });
  EXPECT_EQ(ran.code, kExitSomeFailed);
  EXPECT_NE(ran.out.find("stock-1 is down"), std::string::npos);
  options_.json = true;
  EXPECT_EQ(nlohmann::json::parse(run([&] { return cluster_status(options_); }).out)["cluster"],
            "shop");
}

TEST_F(ClusterDrain, TheMapOfANodeIsThatOfItsAnswer) {
  const Ran ran = run([&] { return cluster_map(options_, kNoEnvironment); });
  EXPECT_EQ(ran.code, kExitDone);
  EXPECT_NE(ran.out.find("stock              8  nobody      3  1 5 6\n"), std::string::npos)
      << ran.out;
}

TEST(Cluster, ANodeThatIsNotThereIsUnreachable) {
  ClusterOptions options;
  options.url = "http://127.0.0.1:1";
  const Ran ran = run([&] { return cluster_status(options); });
  EXPECT_EQ(ran.code, kExitUnreachable);
  EXPECT_EQ(ran.err.find("souk: cannot reach http://127.0.0.1:1: "), 0u) << ran.err;
}

}  // namespace
}  // namespace souk::cli
