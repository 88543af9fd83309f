// What the file says, and what is said of each mistake in it.
#include <gtest/gtest.h>

#include "tests/cluster/config_fixture.hpp"

namespace souk::cluster {
namespace {

using testing::config_of;
using testing::findings_in;
using testing::kTwoNodes;
using testing::slurp;
using testing::with;

TEST(ConfigFile, SaysWhoThereIsAndWhatTheyDo) {
  const ClusterConfig config = config_of(kTwoNodes);
  EXPECT_EQ(config.id, "shop");
  EXPECT_EQ(config.partitions.at(Service::stock), 16);
  EXPECT_EQ(config.partitions.at(Service::checkout), 8);
  ASSERT_EQ(config.nodes.size(), 2u);
  const NodeConfig& front = config.nodes[0];
  EXPECT_EQ(front.name, "front");
  EXPECT_EQ(front.address, (Address{"10.0.0.1", 7400}));
  EXPECT_EQ(front.http, (Address{"10.0.0.1", 8080}));
  EXPECT_EQ(front.data, "souk");
  EXPECT_EQ(front.services, (std::set<Service>{Service::order, Service::checkout}));
  EXPECT_TRUE(front.gateway);
  EXPECT_TRUE(front.read_models);
  const NodeConfig& back = config.nodes[1];
  EXPECT_EQ(back.services, (std::set<Service>{Service::stock, Service::wallet, Service::coupon,
                                              Service::campaign}));
  EXPECT_FALSE(back.gateway);
  EXPECT_FALSE(back.read_models);
}

TEST(ConfigFile, ANodesTunablesStandAboveTheClusters) {
  const ClusterConfig config =
      config_of(with("tunables.max_live = 1000", "tunables.threads = 5", kTwoNodes));
  EXPECT_EQ(config.nodes[0].tunables.threads, 2);
  EXPECT_EQ(config.nodes[1].tunables.threads, 5);
  EXPECT_EQ(config.nodes[1].tunables.heartbeat_ms, Tunables{}.heartbeat_ms);
  EXPECT_EQ(to_string(config.nodes[0].origins.at("tunables.threads")), "c.toml:7:11");
  EXPECT_EQ(to_string(config.nodes[1].origins.at("tunables.threads")), "c.toml:20:20");
  EXPECT_EQ(config.nodes[1].origins.count("tunables.heartbeat_ms"), 0u);
}

TEST(ConfigFile, AllIsEveryRoleAndReadModelsCanBeLeftOut) {
  auto config = config_of(with(R"(roles = ["gateway", "order"])", R"(roles = ["all"])"));
  EXPECT_EQ(config.nodes[0].roles(), (std::vector<std::string>{"gateway", "read_models", "order",
                                                               "stock", "wallet", "coupon"}));
  config = config_of(with(R"("gateway", "order"])", R"("gateway", "order"]
read_models = false)"));
  EXPECT_FALSE(config.nodes[0].read_models);
  config = config_of(with(R"("wallet", "coupon"])", R"("wallet", "coupon", "read_models"])"));
  EXPECT_TRUE(config.nodes[1].read_models);
}

TEST(ConfigFile, TheDefaultCountIsForServicesOfWhichNothingIsSaid) {
  auto config = config_of(with("default = 8\nstock = 16", "stock = 16\ndefault = 3"));
  EXPECT_EQ(config.partitions.at(Service::stock), 16);
  EXPECT_EQ(config.partitions.at(Service::order), 3);
  config = config_of(with("default = 8\nstock = 16", "order = 5\ncoupon = 7"));
  EXPECT_EQ(config.partitions.at(Service::checkout), 5);
  EXPECT_EQ(config.partitions.at(Service::campaign), 7);
  EXPECT_EQ(config.partitions.at(Service::stock), kPartitionsDefault);
}

TEST(ConfigFile, TheExamplesAreRight) {
  EXPECT_EQ(findings_in(slurp(SOUK_SOURCE_DIR "/data/cluster-laptop.toml")), "");
  EXPECT_EQ(findings_in(slurp(SOUK_SOURCE_DIR "/data/cluster-machines.toml")), "");
}

// --- mistakes -----------------------------------------------------------------------------------

struct Mistake {
  const char* name;
  std::string text;
  const char* said;
};
class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreSaidWithLineColumnKeyAndWhatToDo) {
  EXPECT_EQ(findings_in(GetParam().text), std::string(GetParam().said) + '\n');
}

INSTANTIATE_TEST_SUITE_P(
    ConfigFile, Mistakes,
    ::testing::Values(
        Mistake{"TopKey", with("[partitions]", "[partition]\n[partitions]"),
                "c.toml:3:2: partition: there is no such key; did you mean \"partitions\"?"},
        Mistake{"NodesForNode", with("[tunables]", "[[nodes]]\n[tunables]"),
                "c.toml:6:3: nodes: there is no such key; did you mean \"node\"?"},
        Mistake{"ClusterKey", with("id = \"shop\"", "id = \"shop\"\nnaem = 1"),
                "c.toml:3:1: cluster.naem: there is no such key; known are: id"},
        Mistake{"ClusterIdMissing", with("id = \"shop\"", ""),
                "c.toml:1:1: cluster.id: it is missing; write id = \"my-shop\""},
        Mistake{"ClusterMissing", with("[cluster]\nid = \"shop\"\n", ""),
                "c.toml:1:1: cluster.id: it is missing; write [cluster] and below it id = "
                "\"my-shop\""},
        Mistake{"ClusterIsText", with("[cluster]\nid = \"shop\"", "cluster = \"shop\""),
                "c.toml:1:11: cluster: it is a text; begin a table with a line [cluster]"},
        Mistake{"PartitionsKey", with("stock = 16", "stok = 16"),
                "c.toml:5:1: partitions.stok: there is no such key; did you mean \"stock\"?"},
        Mistake{"NoPartitions", with("stock = 16", "stock = 0"),
                "c.toml:5:9: partitions.stock: 0 is not a number of partitions; take 1 to 1024"},
        Mistake{"TooManyPartitions", with("stock = 16", "stock = 1025"),
                "c.toml:5:9: partitions.stock: 1025 is not a number of partitions; take 1 to 1024"},
        Mistake{"PartitionsAsText", with("stock = 16", "stock = \"16\""),
                "c.toml:5:9: partitions.stock: it is a text; write stock = 8"},
        Mistake{"TunableKey", with("threads = 2", "thread = 2"),
                "c.toml:7:1: tunables.thread: there is no such key; did you mean \"threads\"?"},
        Mistake{"TunableRange", with("threads = 2", "threads = 300"),
                "c.toml:7:11: tunables.threads: 300 is not a whole number from 0 to 256; it means "
                "worker threads; 0: one a core"},
        Mistake{"TunableType", with("threads = 2", "command_log = 1"),
                "c.toml:7:15: tunables.command_log: 1 is not true or false; it means records keep "
                "the command as it came, so that its decision can be made again"},
        Mistake{"TunableArray", with("threads = 2", "threads = [2]"),
                "c.toml:7:11: tunables.threads: it is an array; it wants a whole number from 0 to "
                "256"},
        Mistake{"OwnTunable", with("tunables.max_live", "tunables.max_liv"),
                "c.toml:20:10: node.back.tunables.max_liv: there is no such key; did you mean "
                "\"max_live\"?"},
        Mistake{"NodeKey", with("http = \"10.0.0.1:8080\"", "http = \"10.0.0.1:8080\"\nport = 1"),
                "c.toml:12:1: node.front.port: there is no such key; known are: name, address, "
                "http, data, roles, read_models, tunables"},
        Mistake{"NameMissing", with("name = \"front\"\n", ""),
                "c.toml:8:1: node[1].name: it is missing; write name = \"stock-1\""},
        Mistake{"NameIsNumber", with("name = \"front\"", "name = 1"),
                "c.toml:9:8: node[1].name: it is a whole number; write name = \"stock-1\""},
        Mistake{"AddressMissing", with("address = \"10.0.0.1:7400\"\n", ""),
                "c.toml:8:1: node.front.address: it is missing; write address = "
                "\"10.0.0.1:7400\""},
        Mistake{"AddressIsName", with("10.0.0.1:7400", "front.local:7400"),
                "c.toml:10:11: node.front.address: \"front.local\" is not an IP address; write an "
                "IP address and a port, as in \"10.0.0.1:7400\""},
        Mistake{"HttpWithoutPort", with("10.0.0.1:8080", "10.0.0.1"),
                "c.toml:11:8: node.front.http: \"10.0.0.1\" is not IP:PORT; write an IP address "
                "and a port, as in \"10.0.0.1:8080\""},
        Mistake{"PortTooLarge", with("10.0.0.1:8080", "10.0.0.1:70000"),
                "c.toml:11:8: node.front.http: \"70000\" is not a port between 0 and 65535; write "
                "an IP address and a port, as in \"10.0.0.1:8080\""},
        Mistake{"V6WithoutBrackets", with("10.0.0.1:8080", "fe80::1:8080"),
                "c.toml:11:8: node.front.http: \"fe80::1:8080\" has an IPv6 address without "
                "brackets; write an IP address and a port, as in \"10.0.0.1:8080\""},
        Mistake{"DataMissing", with("data = \"souk\"\n", ""),
                "c.toml:8:1: node.front.data: it is missing; write data = \"/var/lib/souk\""},
        Mistake{"UnknownRole", with("\"gateway\", \"order\"", "\"gateway\", \"order\", \"stok\""),
                "c.toml:13:30: node.front.roles: there is no role \"stok\"; did you mean "
                "\"stock\"?"},
        Mistake{"RolesAsText",
                with("roles = [\"gateway\", \"order\"]",
                     "roles = [\"gateway\", \"order\"]\nread_models = \"no\""),
                "c.toml:14:15: node.front.read_models: it is a text; write read_models = false, or "
                "leave it out"},
        Mistake{"RoleIsNumber", with("\"gateway\", \"order\"", "\"gateway\", \"order\", 3"),
                "c.toml:13:30: node.front.roles: it is a whole number; write roles as texts, as in "
                "[\"gateway\", \"order\"]"},
        Mistake{"OwnTunablesAsNumber", with("tunables.max_live = 1000", "tunables = 1"),
                "c.toml:20:12: node.back.tunables: it is a whole number; write tunables.threads = "
                "2, a key with a dot"}),
    [](const auto& info) { return info.param.name; });

TEST(ConfigFile, OneBracketForANodeIsExplained) {
  EXPECT_NE(findings_in("[cluster]\nid = \"a\"\n[node]\nname = \"x\"\n")
                .find("c.toml:3:1: node: it is a table; begin each node with a line [[node]], in "
                      "two brackets\n"),
            std::string::npos);
}

TEST(ConfigFile, WhatIsNotTomlIsSaidWithItsPlace) {
  const auto draft = testing::checked("[cluster]\nid = shop\n");
  ASSERT_FALSE(draft.findings.empty());
  EXPECT_EQ(draft.findings[0].place.source, "c.toml");
  EXPECT_EQ(draft.findings[0].place.line, 2u);
  EXPECT_NE(draft.findings[0].fix.find("TOML"), std::string::npos);
  EXPECT_EQ(draft.findings.size(), 1u) << testing::said(draft);  // nothing that follows from it
}

TEST(ConfigFile, TheSameKeyTwiceIsAnError) {
  const auto draft = testing::checked(with("threads = 2", "threads = 2\nthreads = 3"));
  ASSERT_EQ(draft.findings.size(), 1u) << testing::said(draft);
  EXPECT_EQ(draft.findings[0].place.line, 8u);
}

TEST(ConfigFile, AllMistakesAreFoundAtOnce) {
  auto text = with("threads = 2", "thraeds = 2");
  text = with("10.0.0.2:7400", "10.0.0.2", text);
  text = with("\"coupon\"", "\"cupon\"", text);
  const auto draft = testing::checked(text);
  // The role that is misspelt is also one that nobody has.
  EXPECT_EQ(draft.findings.size(), 4u) << testing::said(draft);
}

TEST(ConfigFile, AFileThatIsNotThereIsAFinding) {
  const auto draft = read_config_file("/nonexistent/souk.toml");
  ASSERT_EQ(draft.findings.size(), 1u);
  EXPECT_EQ(to_string(draft.findings[0]),
            "/nonexistent/souk.toml: the file cannot be read; name one that is there: --config "
            "FILE, or SOUK_CONFIG");
  EXPECT_EQ(read_config_file("/").findings.size(), 1u);  // a directory
}

}  // namespace
}  // namespace souk::cluster
