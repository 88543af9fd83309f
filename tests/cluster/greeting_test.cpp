#include "cluster/greeting.hpp"

#include <gtest/gtest.h>

#include "events/codec.hpp"

namespace souk::cluster {
namespace {

wire::Hello hello(const std::string& node, const std::string& to) {
  return {.cluster = "shop",
          .node = node,
          .to = to,
          .version = "1.2.3",
          .oldest = 3,
          .newest = 4,
          .partitions = {{1, 8}, {2, 16}},
          .placement = "0123456789abcdef"};
}

class GreetingTest : public ::testing::Test {
 protected:
  const wire::Hello mine = hello("stock-1", "order-1");
  wire::Hello theirs = hello("order-1", "stock-1");

  // Both sides find it, and the sentence names what is needed to mend it.
  void expect_disagreement(std::initializer_list<std::string> words) const {
    for (const std::string& why : {disagreement(mine, theirs), disagreement(theirs, mine)}) {
      EXPECT_FALSE(why.empty());
      for (const std::string& word : words) EXPECT_NE(why.find(word), std::string::npos) << why;
    }
  }
};

TEST_F(GreetingTest, NodesOfOneConfigurationAgree) {
  EXPECT_EQ(disagreement(mine, theirs), "");
  EXPECT_EQ(disagreement(theirs, mine), "");
}

TEST_F(GreetingTest, AnotherCluster) {
  theirs.cluster = "office";
  expect_disagreement({"'shop'", "'office'", "order-1", "stock-1"});
}

TEST_F(GreetingTest, AnotherNodeThanTheAddressWasThoughtToBe) {
  theirs.to = "stock-2";
  EXPECT_NE(disagreement(mine, theirs).find("stock-2"), std::string::npos);
}

TEST_F(GreetingTest, VersionsThatDoNotOverlap) {
  theirs.oldest = theirs.newest = 5;
  theirs.version = "2.0.0";
  expect_disagreement({"5", "1.2.3", "2.0.0"});
}

TEST_F(GreetingTest, VersionsThatOverlap) {
  theirs.oldest = 4;
  theirs.newest = 9;
  EXPECT_EQ(disagreement(mine, theirs), "");
}

TEST_F(GreetingTest, AnotherPartitionCount) {
  theirs.partitions[1].count = 8;
  expect_disagreement({"stock has", "16", "8", "partitions"});
}

TEST_F(GreetingTest, AServiceThatOnlyANewerVersionKnows) {
  theirs.partitions.push_back({9, 4});
  EXPECT_EQ(disagreement(mine, theirs), "");
  EXPECT_EQ(disagreement(theirs, mine), "");
}

TEST_F(GreetingTest, AnotherPlacement) {
  theirs.placement = "fedcba9876543210";
  expect_disagreement({"order-1", "stock-1", "souk cluster map"});
}

}  // namespace
}  // namespace souk::cluster
