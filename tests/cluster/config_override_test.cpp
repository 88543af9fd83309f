// The environment and the command line, above the file.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/cluster/config_fixture.hpp"

namespace souk::cluster {
namespace {

using testing::kTwoNodes;
using testing::said;

ConfigDraft two_nodes() { return read_config(kTwoNodes, "c.toml"); }

ConfigDraft under(std::vector<const char*> environment) {
  environment.push_back(nullptr);
  ConfigDraft draft = two_nodes();
  override_from_environment(draft, draft.config.find("back"), environment.data());
  return draft;
}

TEST(ConfigOverride, TheEnvironmentStandsAboveTheFile) {
  const ConfigDraft draft =
      under({"PATH=/bin", "SOUK_CLUSTER_ID=other", "SOUK_PARTITIONS_STOCK=32",
             "SOUK_NODE_DATA=/mnt/souk", "SOUK_NODE_HTTP=10.0.0.2:9090", "SOUK_TUNABLES_THREADS=7",
             "SOUK_TUNABLES_WINDOW_BYTES=1 MiB", "SOUK_TUNABLES_COMMAND_LOG=false",
             "SOUK_TUNABLES_CHECKOUT_SECONDS=2.5"});
  EXPECT_EQ(said(draft), "");
  EXPECT_EQ(draft.config.id, "other");
  EXPECT_EQ(draft.config.partitions.at(Service::stock), 32);
  const NodeConfig& back = *draft.config.find("back");
  EXPECT_EQ(back.data, "/mnt/souk");
  EXPECT_EQ(back.http, (Address{"10.0.0.2", 9090}));
  EXPECT_EQ(back.tunables.threads, 7);
  EXPECT_EQ(back.tunables.window_bytes, 1 << 20);
  EXPECT_FALSE(back.tunables.command_log);
  EXPECT_EQ(back.tunables.checkout_seconds, 2.5);
  EXPECT_EQ(to_string(back.origins.at("tunables.threads")), "SOUK_TUNABLES_THREADS");
  // The other node is another process, with an environment of its own.
  EXPECT_EQ(draft.config.find("front")->tunables, two_nodes().config.find("front")->tunables);
}

TEST(ConfigOverride, AWrongValueIsSaidAndLeavesTheOldOne) {
  const ConfigDraft draft = under({"SOUK_TUNABLES_THREADS=many", "SOUK_PARTITIONS_STOCK=-1",
                                   "SOUK_NODE_HTTP=8080", "SOUK_TUNABLES_COMMAND_LOG=yes"});
  EXPECT_EQ(said(draft),
            "SOUK_TUNABLES_THREADS: tunables.threads: \"many\" is not a whole number from 0 to "
            "256; it means worker threads; 0: one a core\n"
            "SOUK_PARTITIONS_STOCK: partitions.stock: -1 is not a number of partitions; take 1 to "
            "1024\n"
            "SOUK_NODE_HTTP: node.http: \"8080\" is not IP:PORT; write an IP address and a port, "
            "as in 127.0.0.1:8080, not a name\n"
            "SOUK_TUNABLES_COMMAND_LOG: tunables.command_log: \"yes\" is not true or false; it "
            "means records keep the command as it came, so that its decision can be made again\n");
  EXPECT_EQ(draft.config.find("back")->tunables.threads, 2);
  EXPECT_EQ(draft.config.partitions.at(Service::stock), 16);
}

TEST(ConfigOverride, AVariableThatNobodyKnowsIsAWarning) {
  const ConfigDraft draft = under({"SOUK_TUNABLES_THRAEDS=2", "SOUK_NODE_SERVICE_HOST=10.1.2.3",
                                   "SOUK_NODE=back", "SOUKERY=1"});
  EXPECT_FALSE(has_errors(draft.findings));
  ASSERT_EQ(draft.findings.size(), 2u) << said(draft);
  EXPECT_EQ(to_string(draft.findings[0]),
            "SOUK_TUNABLES_THRAEDS: warning: the environment sets it, and souk knows no such "
            "setting; did you mean \"SOUK_TUNABLES_THREADS\"?");
}

TEST(ConfigOverride, TheDefaultCountDoesNotTouchWhatWasSaidOfAService) {
  ConfigDraft draft = two_nodes();
  override_setting(draft, nullptr, "partitions.default", "4", {"--partitions"});
  EXPECT_EQ(draft.config.partitions.at(Service::stock), 16);
  EXPECT_EQ(draft.config.partitions.at(Service::order), 4);
  EXPECT_EQ(draft.config.partitions.at(Service::campaign), 4);
}

TEST(ConfigOverride, WithoutANodeItsSettingsAreLeftAlone) {
  ConfigDraft draft = two_nodes();
  override_setting(draft, nullptr, "node.data", "/x", {"--data"});
  override_setting(draft, nullptr, "tunables.threads", "9", {"--threads"});
  EXPECT_EQ(draft.config.nodes[1].data, "souk");
  EXPECT_EQ(draft.config.nodes[1].tunables.threads, 2);
}

TEST(Tunables, TextOfAValueIsReadAsThatValueAgain) {
  EXPECT_TRUE(rc::check([] {
    Tunables tunables;
    tunables.window_bytes = *rc::gen::inRange<std::int64_t>(1 << 16, 1 << 30);
    tunables.threads = *rc::gen::inRange(0, 257);
    tunables.idle_seconds = *rc::gen::inRange(1, 1'000) / 8.0;
    tunables.command_log = *rc::gen::arbitrary<bool>();
    tunables.log_level = *rc::gen::element<std::string>("debug", "info", "warn", "error");
    Tunables read;
    for (const Tunable& tunable : all_tunables())
      RC_ASSERT(set_tunable_from_text(read, tunable, value_text(tunables, tunable)).empty());
    RC_ASSERT(read == tunables);
  }));
}

TEST(Tunables, DefaultsAreWithinTheirLimits) {
  const Tunables defaults;
  for (const Tunable& tunable : all_tunables()) {
    Tunables same;
    EXPECT_EQ(set_tunable_from_text(same, tunable, value_text(defaults, tunable)), "")
        << tunable.key;
    EXPECT_EQ(find_tunable(tunable.key), &tunable);
  }
  EXPECT_EQ(find_tunable("no_such"), nullptr);
}

TEST(Tunables, SizesMayHaveUnits) {
  const Tunable& window = *find_tunable("window_bytes");
  Tunables tunables;
  for (const auto& [text, bytes] :
       std::vector<std::pair<std::string, std::int64_t>>{{"65536", 65'536},
                                                         {"64 KiB", 65'536},
                                                         {"2MiB", 2 << 20},
                                                         {"1 GiB", 1 << 30},
                                                         {"70000 B", 70'000}}) {
    EXPECT_EQ(set_tunable_from_text(tunables, window, text), "");
    EXPECT_EQ(tunables.window_bytes, bytes) << text;
  }
  for (const char* text : {"", "MiB", "8 MB", "8.5 MiB", "-1", "9999999999 GiB", "2 GiB", "8 MiB "})
    EXPECT_NE(set_tunable_from_text(tunables, window, text), "") << text;
  EXPECT_EQ(tunables.window_bytes, 70'000);
}

}  // namespace
}  // namespace souk::cluster
