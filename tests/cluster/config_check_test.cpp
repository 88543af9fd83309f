// What must fit together in a configuration.
#include <gtest/gtest.h>

#include "tests/cluster/config_fixture.hpp"

namespace souk::cluster {
namespace {

using testing::findings_in;
using testing::kTwoNodes;
using testing::with;

constexpr const char* kThird = R"([[node]]
name = "third"
address = "10.0.0.3:7400"
http = "10.0.0.3:8080"
data = "souk"
roles = ["stock"]
)";
const std::string kThreeNodes = std::string(kTwoNodes) + kThird;

TEST(ConfigCheck, WhatIsRightIsNotFoundFaultWith) {
  EXPECT_EQ(findings_in(kTwoNodes), "");
  EXPECT_EQ(findings_in(kThreeNodes), "");
}

TEST(ConfigCheck, EveryServiceHasANode) {
  EXPECT_EQ(findings_in(with("\"stock\", \"wallet\", \"coupon\"", "\"stock\"")),
            "c.toml: roles: no node has the role \"wallet\"; add \"wallet\" to a node's roles\n"
            "c.toml: roles: no node has the role \"coupon\"; add \"coupon\" to a node's roles\n");
  EXPECT_EQ(findings_in(with("\"gateway\", \"order\"", "\"order\"")),
            "c.toml: roles: no node is a gateway, so nobody takes orders; add \"gateway\" to a "
            "node's roles\n");
}

TEST(ConfigCheck, NodesAreNamedOnceAndInPlainLetters) {
  EXPECT_EQ(findings_in(with("name = \"back\"", "name = \"front\"")),
            "c.toml:15:8: node.front.name: another node is called \"front\", too; give one of them "
            "another name (the other one: c.toml:9:8)\n");
  for (const char* name : {"Back", "back_1", "back 1", "zurück", "a.b"})
    EXPECT_EQ(findings_in(with("name = \"back\"", std::string("name = \"") + name + '"')),
              std::string("c.toml:15:8: node.") + name + ".name: \"" + name +
                  "\" is not a node's name; take 1 to 63 of a-z, 0-9 and -\n");
}

TEST(ConfigCheck, AddressesAreOnesThatOthersCanDial) {
  EXPECT_EQ(findings_in(with("10.0.0.2:7400", "10.0.0.1:7400")),
            "c.toml:16:11: node.back.address: 10.0.0.1:7400 is front's address; give each its own\n"
            "c.toml:18:8: node.back.data: \"souk\" is front's, on the same machine; give each its "
            "own directory\n");
  EXPECT_EQ(findings_in(with("10.0.0.2:8080", "10.0.0.1:7400")),
            "c.toml:17:8: node.back.http: 10.0.0.1:7400 is front's address; give each its own\n");
  EXPECT_EQ(findings_in(with("10.0.0.2:7400", "10.0.0.2:0")),
            "c.toml:16:11: node.back.address: port 0 is no place where other nodes find it; give "
            "it a port of its own, as in 7400\n");
  EXPECT_EQ(findings_in(with("10.0.0.2:8080", "10.0.0.2:0")),
            "c.toml:17:8: node.back.http: port 0 is no place where others find it; give it a port "
            "of its own, as in 8080\n");
  EXPECT_EQ(findings_in(with("10.0.0.2:7400", "0.0.0.0:7400")),
            "c.toml:16:11: node.back.address: 0.0.0.0 is no address that other nodes can reach; "
            "write the one that they should dial\n");
}

TEST(ConfigCheck, TwoSpellingsOfAnAddressAreOneAddress) {
  auto text = with("10.0.0.1:7400", "[::1]:7400");
  text = with("10.0.0.2:7400", "[0:0:0:0:0:0:0:1]:7400", text);
  text = with("data = \"souk\"\nroles = [\"stock\"", "data = \"other\"\nroles = [\"stock\"", text);
  EXPECT_EQ(findings_in(text),
            "c.toml:16:11: node.back.address: [::1]:7400 is front's address; give each its own\n");
}

TEST(ConfigCheck, AWildcardTakesThePortOnTheWholeMachine) {
  auto text = with("10.0.0.1:7400", "10.0.0.2:7401");
  text = with("data = \"souk\"", "data = \"a\"", text);
  text = with("10.0.0.1:8080", "0.0.0.0:8080", text);
  EXPECT_EQ(findings_in(text),
            "c.toml:17:8: node.back.http: 10.0.0.2:8080 is front's http; give each its own\n");
  EXPECT_EQ(findings_in(with("10.0.0.1:8080", "0.0.0.0:8080")), "");  // on another machine
}

TEST(ConfigCheck, DataDirectoriesAreUniqueOnAMachine) {
  auto text = with("10.0.0.2:7400", "10.0.0.1:7401");
  text = with("10.0.0.2:8080", "10.0.0.1:8081", text);
  text = with("data = \"souk\"", "data = \"./x/../souk\"", text);
  EXPECT_EQ(findings_in(text),
            "c.toml:18:8: node.back.data: \"souk\" is front's, on the same machine; give each its "
            "own directory\n");
  EXPECT_EQ(findings_in(with("data = \"souk\"", "data = \"\"")),
            "c.toml:12:8: node.front.data: it is empty; name the node's data directory\n");
}

TEST(ConfigCheck, SilenceIsAtLeastThreeHeartbeats) {
  EXPECT_EQ(findings_in(with("threads = 2", "heartbeat_ms = 700")),
            "c.toml:7:16: tunables.silence_ms: 2000 ms is less than three heartbeats of 700 ms; "
            "take at least 2100, or heartbeats more often\n");
  EXPECT_EQ(findings_in(with("threads = 2", "heartbeat_ms = 700\nsilence_ms = 2100")), "");
  EXPECT_EQ(findings_in(with("tunables.max_live = 1000", "tunables.silence_ms = 1499")),
            "c.toml:20:23: tunables.silence_ms: 1499 ms is less than three heartbeats of 500 ms; "
            "take at least 1500, or heartbeats more often\n");
}

TEST(ConfigCheck, ClusterIdsAreIds) {
  EXPECT_EQ(findings_in(with("\"shop\"", "\"my shop\"")),
            "c.toml:2:6: cluster.id: \"my shop\" is not an id; take 1 to 128 of A-Z a-z 0-9 - _ . "
            "~ : @ +\n");
}

TEST(ConfigCheck, NoNodesAtAll) {
  EXPECT_EQ(findings_in("[cluster]\nid = \"a\"\n"),
            "c.toml: node: there is no node; begin each one with a line [[node]]\n");
}

TEST(ConfigCheck, ANodeWithoutARoleDoesNothing) {
  EXPECT_EQ(findings_in(with("roles = [\"stock\"]", "roles = []", kThreeNodes)),
            "c.toml:26:9: node.third.roles: a node without a role does nothing; give it one, or "
            "leave the node out\n");
  EXPECT_EQ(findings_in(with("roles = [\"stock\"]",
                             "roles = [\"read_models\"]\nread_models = false", kThreeNodes)),
            "c.toml:26:9: node.third.roles: a node without a role does nothing; give it one, or "
            "leave the node out\n");
}

TEST(ConfigCheck, WarnsOfWhatHasNotBeenTriedOrIsProbablyMeantOtherwise) {
  std::string many(kTwoNodes);
  for (int i = 3; i <= 65; ++i)
    many += with("third", "n" + std::to_string(i),
                 with("10.0.0.3:8080", "10.0.1." + std::to_string(i) + ":8080",
                      with("10.0.0.3:7400", "10.0.1." + std::to_string(i) + ":7400",
                           with("\"stock\"", "\"gateway\"", kThird))));
  auto draft = testing::checked(many);
  EXPECT_FALSE(has_errors(draft.findings));
  EXPECT_EQ(testing::said(draft),
            "c.toml: warning: node: 65 nodes; every node speaks to every other; more than 64 have "
            "not been tried\n");

  draft = testing::checked(with("stock = 16", "stock = 1", kThreeNodes));
  EXPECT_FALSE(has_errors(draft.findings));
  EXPECT_EQ(testing::said(draft),
            "c.toml:5:9: warning: partitions.stock: 1 partitions for 2 nodes: some will own none; "
            "take at least as many partitions as nodes, before the first start\n");

  draft = testing::checked(with("10.0.0.2:7400", "127.0.0.1:7400"));
  EXPECT_FALSE(has_errors(draft.findings));
  EXPECT_EQ(testing::said(draft),
            "c.toml:16:11: warning: node.back.address: front and back are not both on loopback; "
            "they will not reach each other if they are on two machines\n");
}

TEST(ConfigCheck, OneNodeMayHaveAnyPortAndNoAddressOfItsOwn) {
  ConfigDraft draft{all_in_one("souk"), {}};
  draft.config.nodes[0].http.port = 0;
  check_config(draft);
  EXPECT_EQ(testing::said(draft), "");
}

}  // namespace
}  // namespace souk::cluster
