// souk-node's command line, and what --check prints.
#include "node/config.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/placement_note.hpp"
#include "store/rocks_kv.hpp"

namespace souk::node {
namespace {

const std::string kLaptop = SOUK_SOURCE_DIR "/data/cluster-laptop.toml";

// What one start of souk-node made of its arguments.
struct Start {
  std::optional<Config> config;
  int exit_code = -1;
  std::string out, err;
};

Start start(std::vector<std::string> arguments, std::vector<std::string> variables = {}) {
  std::vector<const char*> argv = {"souk-node"}, environment;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  for (const std::string& variable : variables) environment.push_back(variable.c_str());
  environment.push_back(nullptr);
  Start result;
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  result.config = parse_config(static_cast<int>(argv.size()), argv.data(), environment.data(),
                               result.exit_code);
  result.out = ::testing::internal::GetCapturedStdout();
  result.err = ::testing::internal::GetCapturedStderr();
  return result;
}

TEST(NodeConfig, WithoutAFileItIsAClusterOfOneNode) {
  const Start started = start({});
  ASSERT_TRUE(started.config) << started.err;
  const Config& config = *started.config;
  EXPECT_EQ(config.name, "souk");
  EXPECT_EQ(config.cluster.id, "souk");
  EXPECT_EQ(config.self().http, (cluster::Address{"127.0.0.1", 8080}));
  EXPECT_EQ(config.self().data, "souk-data");
  EXPECT_EQ(config.placement.owned_by("souk").size(), 8 * kServices.size());
  EXPECT_EQ(config.node.read_models.data, "souk-data");
  EXPECT_EQ(started.err, "");
}

TEST(NodeConfig, TheFlagsOfBeforeMeanWhatTheyMeant) {
  const Start started = start({"--data",
                               "/tmp/d",
                               "--http",
                               "localhost:0",
                               "--cluster-id",
                               "c",
                               "--partitions",
                               "3",
                               "--threads",
                               "2",
                               "--max-live",
                               "500",
                               "--idle-seconds",
                               "0.5",
                               "--checkout-seconds",
                               "7",
                               "--no-command-log",
                               "--no-read-models",
                               "--log-format",
                               "json",
                               "--log-level",
                               "warn"});
  ASSERT_TRUE(started.config) << started.err;
  const Config& config = *started.config;
  EXPECT_EQ(config.node.data, "/tmp/d");
  EXPECT_EQ(config.self().http, (cluster::Address{"127.0.0.1", 0}));
  EXPECT_EQ(config.cluster.id, "c");
  EXPECT_EQ(config.cluster.partitions.at(Service::campaign), 3);
  EXPECT_EQ(config.node.threads, 2);
  EXPECT_EQ(config.node.core.live_aggregates_max, 500u);
  EXPECT_EQ(config.node.core.idle_after, milliseconds(500));
  EXPECT_EQ(config.node.core.checkout_window, seconds(7));
  EXPECT_FALSE(config.node.core.log_commands);
  EXPECT_EQ(config.node.read_models.data, "");
  EXPECT_EQ(config.self().tunables.log_format, "json");
  EXPECT_EQ(config.self().tunables.log_level, "warn");
}

TEST(NodeConfig, TheWiringGetsWhatTheFileSays) {
  const Start started = start({"--config", kLaptop, "--node", "stock-1", "--heartbeat-ms", "100",
                               "--window-bytes", "1 MiB", "--breaker-after-ms", "900",
                               "--in-flight-max", "1000", "--service-share-percent", "30"});
  ASSERT_TRUE(started.config) << started.err;
  const NodeOptions& node = started.config->node;
  EXPECT_EQ(node.name, "stock-1");
  EXPECT_EQ(node.cluster.nodes.size(), 5u);
  EXPECT_EQ(node.placement, cluster::Placement::of(node.cluster));
  EXPECT_EQ(node.link.heartbeat, milliseconds(100));
  EXPECT_EQ(node.link.silence_max, seconds(2));
  EXPECT_EQ(node.link.unanswered.window_bytes, std::size_t{1} << 20);
  EXPECT_EQ(node.link.unanswered.breaker_after, milliseconds(900));
  EXPECT_EQ(node.waiting_max, 300u);
  EXPECT_GT(
      start({"--in-flight-max", "1", "--redial-max-ms", "50"}).config.value().node.waiting_max,
      1u);  // a share for each front
}

TEST(NodeConfig, FlagStandsAboveEnvironmentAboveFileAboveDefault) {
  const std::vector<std::string> file = {"--config", kLaptop, "--node", "stock-1"};
  const auto threads = [&](const std::vector<std::string>& more,
                           const std::vector<std::string>& variables) {
    std::vector<std::string> arguments = file;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return start(arguments, variables).config.value().node.threads;
  };
  EXPECT_EQ(start({}).config.value().node.threads, 0);
  EXPECT_EQ(threads({}, {}), 2);
  EXPECT_EQ(threads({}, {"SOUK_TUNABLES_THREADS=3"}), 3);
  EXPECT_EQ(threads({"--threads", "4"}, {"SOUK_TUNABLES_THREADS=3"}), 4);
}

TEST(NodeConfig, TheEnvironmentNamesFileAndNode) {
  const Start started =
      start({}, {"SOUK_CONFIG=" + kLaptop, "SOUK_NODE=order", "SOUK_HTTP=127.0.0.1:9999"});
  ASSERT_TRUE(started.config) << started.err;
  EXPECT_EQ(started.config->name, "order");
  EXPECT_EQ(started.config->self().http.port, 9999);
  EXPECT_EQ(started.config->node.read_models.data, "");  // it has not the role
  EXPECT_EQ(start({"--node", "gateway"}, {"SOUK_CONFIG=" + kLaptop, "SOUK_NODE=order"})
                .config.value()
                .name,
            "gateway");
}

TEST(NodeConfig, WhichNodeMustBeSaidAndBeThere) {
  Start started = start({"--config", kLaptop});
  EXPECT_FALSE(started.config);
  EXPECT_EQ(started.exit_code, 2);
  EXPECT_EQ(started.err,
            "souk-node: --node: the configuration has several nodes; say which one this is: "
            "gateway, order, stock-1, stock-2, wallet-coupon\n");
  started = start({"--config", kLaptop, "--node", "stok-1", "--threads", "999"});
  EXPECT_EQ(started.exit_code, 2);
  EXPECT_EQ(started.err,
            "souk-node: " + kLaptop +
                ": node: there is no node \"stok-1\"; did you mean \"stock-1\"?\n"
                "souk-node: --threads: tunables.threads: 999 is not a whole number from 0 to 256; "
                "it means worker threads; 0: one a core\n");
}

TEST(NodeConfig, AMistakeOnTheCommandLineIsSaidAndEndsWithTwo) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--http", "8080"},
                                                                     {"--partitions", "0"},
                                                                     {"--partitions", "1025"},
                                                                     {"--log-level", "loud"},
                                                                     {"--idle-seconds", "nan"},
                                                                     {"--no-such-flag"},
                                                                     {"--cluster-id", "a b"},
                                                                     {"--data", ""},
                                                                     {"--config", "/nonexistent"},
                                                                     {"--json"}}) {
    const Start started = start(arguments);
    EXPECT_FALSE(started.config) << arguments[0];
    EXPECT_EQ(started.exit_code, 2) << arguments[0];
    EXPECT_NE(started.err, "") << arguments[0];
  }
  EXPECT_EQ(start({"--help"}).exit_code, 0);
}

TEST(NodeConfig, AStrangeVariableIsAWarningForTheLog) {
  const Start started = start({}, {"SOUK_TUNABLES_THRAEDS=2"});
  ASSERT_TRUE(started.config);
  ASSERT_EQ(started.config->warnings.size(), 1u);
  EXPECT_NE(started.config->warnings[0].find("SOUK_TUNABLES_THREADS"), std::string::npos);
}

// --- check --------------------------------------------------------------------------------------

TEST(NodeCheck, SaysWhatWouldRunAndWhereItComesFrom) {
  const Start started =
      start({"--check", "--config", kLaptop, "--node", "stock-1", "--max-live", "200"},
            {"SOUK_TUNABLES_THREADS=3"});
  EXPECT_FALSE(started.config);
  EXPECT_EQ(started.exit_code, 0) << started.err;
  for (const char* line :
       {"cluster-laptop.toml: fine. Cluster souk-laptop, 5 nodes, placement a03645b1ecb2bc09\n",
        "  wallet-coupon  127.0.0.1:7404  127.0.0.1:8084  wallet coupon        wallet 8, coupon "
        "8\n",
        "  tunables.max_live               200                   --max-live\n",
        "  tunables.threads                3                     SOUK_TUNABLES_THREADS\n",
        "  tunables.heartbeat_ms           500                   default\n",
        "    stock 0 1 3 4 6 10 11 15\n"})
    EXPECT_NE(started.out.find(line), std::string::npos) << line << "in\n" << started.out;
}

TEST(NodeCheck, LooksAtTheDataDirectory) {
  const std::string data = ::testing::TempDir() + "check-data";
  std::filesystem::remove_all(data);
  const std::vector<std::string> asked = {"--check", "--config", kLaptop, "--node",
                                          "stock-1", "--data",   data};
  EXPECT_EQ(start(asked).exit_code, 0);  // it does not exist yet
  {
    const auto config = start({"--config", kLaptop, "--node", "stock-2"}).config.value();
    auto kv = store::open_rocks_kv({.path = data});
    ASSERT_TRUE(kv.ok());
    auto log = store::Log::open(std::move(*kv), {config.cluster.id, config.cluster.partitions});
    ASSERT_TRUE(log.ok());
    ASSERT_TRUE(take_place(**log, config.name, config.placement).ok());
    ASSERT_TRUE((*log)->flush().ok());
  }
  const Start started = start(asked);
  EXPECT_EQ(started.exit_code, 2);
  EXPECT_EQ(started.out, "");
  EXPECT_EQ(started.err, "souk-node: " + data +
                             ": node.data: The data directory is node \"stock-2\"'s, and this is "
                             "node \"stock-1\"; start it with --node stock-2, or give node stock-1 "
                             "a directory of its own.\n");
  EXPECT_NE(start({"--check", "--data", data}).err.find("belongs to cluster \"souk-laptop\""),
            std::string::npos);
  EXPECT_NE(start({"--check", "--data", data, "--cluster-id", "souk-laptop"})
                .err.find("16 partitions of service stock, and the configuration says 8"),
            std::string::npos);
}

TEST(NodeCheck, WritesJsonForPrograms) {
  const Start started = start({"--check", "--json", "--config", kLaptop});
  EXPECT_EQ(started.exit_code, 0);
  const auto report = nlohmann::json::parse(started.out);
  EXPECT_EQ(report["ok"], true);
  EXPECT_EQ(report["nodes"].size(), 5u);
  EXPECT_EQ(report["nodes"][2]["name"], "stock-1");
  EXPECT_EQ(report["nodes"][2]["partitions"]["stock"],
            nlohmann::json::parse("[0, 1, 3, 4, 6, 10, 11, 15]"));
  EXPECT_EQ(report["nodes"][2]["tunables"]["threads"]["value"], 2);
  EXPECT_EQ(report["nodes"][2]["tunables"]["threads"]["from"], kLaptop + ":12:11");
  EXPECT_EQ(report["partitions"]["stock"], 16);
  EXPECT_EQ(report["findings"].size(), 0u);
}

TEST(NodeCheck, ListsEveryMistakeInBothForms) {
  const std::string path = ::testing::TempDir() + "wrong.toml";
  std::ofstream(path) << "[cluster]\nid = \"a\"\nx = 1\n[[node]]\nname = \"n\"\n";
  Start started = start({"--check", "--config", path});
  EXPECT_EQ(started.exit_code, 2);
  EXPECT_EQ(started.out, "");
  const auto lines = std::count(started.err.begin(), started.err.end(), '\n');
  EXPECT_GE(lines, 5) << started.err;
  started = start({"--check", "--json", "--config", path});
  EXPECT_EQ(started.exit_code, 2);
  const auto report = nlohmann::json::parse(started.out);
  EXPECT_EQ(report["ok"], false);
  EXPECT_EQ(report["findings"].size(), static_cast<std::size_t>(lines));
  EXPECT_EQ(report["findings"][0]["line"], 3);
  EXPECT_EQ(report["findings"][0]["key"], "cluster.x");
}

}  // namespace
}  // namespace souk::node
