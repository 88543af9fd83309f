// Who owns which partition: the same for ever, everywhere, and spread evenly.
#include "cluster/placement.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/cluster/config_fixture.hpp"

namespace souk::cluster {
namespace {

using testing::config_of;
using testing::slurp;

ClusterConfig cluster_of(std::size_t nodes, std::uint16_t partitions, int salt = 0) {
  ClusterConfig config;
  for (auto& [service, count] : config.partitions) count = partitions;
  for (std::size_t i = 0; i < nodes; ++i) {
    NodeConfig node;
    node.name = "n" + std::to_string(salt) + "-" + std::to_string(i);
    node.services = {kServices.begin(), kServices.end()};
    config.nodes.push_back(std::move(node));
  }
  return config;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// Data lies where this says. If this test fails, the change loses people's data.
TEST(Placement, IsTheSameForEver) {
  const auto laptop = Placement::of(config_of(slurp(SOUK_SOURCE_DIR "/data/cluster-laptop.toml")));
  EXPECT_EQ(join(laptop.owners(Service::stock)),
            "stock-1 stock-1 stock-2 stock-1 stock-1 stock-2 stock-1 stock-2 "
            "stock-2 stock-2 stock-1 stock-1 stock-2 stock-2 stock-2 stock-1");
  EXPECT_EQ(join(laptop.owners(Service::checkout)),
            "order order order order order order order order");
  EXPECT_EQ(laptop.digest(), "a03645b1ecb2bc09");

  const auto machines =
      Placement::of(config_of(slurp(SOUK_SOURCE_DIR "/data/cluster-machines.toml")));
  EXPECT_EQ(join(machines.owners(Service::order)),
            "c c a c c b b b b a a a b b c b c c b a b b b c c a c a c a c b b c c c a a c b a b a "
            "b a a a a");
  EXPECT_EQ(machines.digest(), "6188ac5a2fca0ad9");
}

TEST(Placement, OfOneNodeHasEverythingThere) {
  const auto config = all_in_one("souk");
  EXPECT_EQ(Placement::of(config), Placement::single("souk", config.partitions));
  EXPECT_EQ(Placement::of(config).owned_by("souk").size(), kServices.size() * kPartitionsDefault);
  EXPECT_TRUE(Placement::of(config).owned_by("other").empty());
}

TEST(Placement, KeepsServicesOfAGroupTogether) {
  const auto placement = Placement::of(cluster_of(5, 64));
  EXPECT_EQ(placement.owners(Service::order), placement.owners(Service::checkout));
  EXPECT_EQ(placement.owners(Service::coupon), placement.owners(Service::campaign));
  EXPECT_NE(placement.owners(Service::order), placement.owners(Service::stock));
}

TEST(Placement, DigestsTellPlacementsApart) {
  std::set<std::string> digests;
  for (std::size_t nodes = 1; nodes <= 5; ++nodes)
    for (std::uint16_t partitions = 1; partitions <= 16; ++partitions)
      digests.insert(Placement::of(cluster_of(nodes, partitions)).digest());
  // More nodes than partitions may give the same placement as fewer.
  EXPECT_GT(digests.size(), 70u);
  EXPECT_EQ(digests.begin()->size(), 16u);
}

TEST(Placement, NobodyOwnsMoreThanItsShare) {
  EXPECT_TRUE(rc::check([] {
    const auto nodes = *rc::gen::inRange<std::size_t>(1, 20);
    const auto partitions = *rc::gen::inRange<std::uint16_t>(1, 200);
    const auto config = cluster_of(nodes, partitions, *rc::gen::inRange(0, 1'000'000));
    const auto placement = Placement::of(config);
    std::size_t owned = 0;
    for (const NodeConfig& node : config.nodes) {
      std::map<Service, std::size_t> load;
      for (const PartitionId partition : placement.owned_by(node.name)) {
        RC_ASSERT(placement.owner(partition) == node.name);
        ++load[partition.service];
        ++owned;
      }
      for (const auto& [service, count] : load)
        RC_ASSERT(count <= (partitions + nodes - 1) / nodes);
    }
    RC_ASSERT(owned == kServices.size() * partitions);
  }));
}

TEST(Placement, DoesNotDependOnTheOrderOfNodes) {
  EXPECT_TRUE(rc::check([] {
    auto config =
        cluster_of(*rc::gen::inRange<std::size_t>(2, 12), *rc::gen::inRange<std::uint16_t>(1, 100));
    const auto before = Placement::of(config);
    const auto shift = *rc::gen::inRange<std::size_t>(1, config.nodes.size());
    std::rotate(config.nodes.begin(), config.nodes.begin() + static_cast<std::ptrdiff_t>(shift),
                config.nodes.end());
    std::swap(config.nodes.front(), config.nodes.back());
    RC_ASSERT(Placement::of(config) == before);
    RC_ASSERT(Placement::of(config).digest() == before.digest());
  }));
}

TEST(Placement, ANodeWithoutTheRoleOwnsNothingOfIt) {
  auto config = cluster_of(4, 32);
  config.nodes[1].services.erase(Service::stock);
  const auto placement = Placement::of(config);
  for (const PartitionId partition : placement.owned_by(config.nodes[1].name))
    EXPECT_NE(partition.service, Service::stock);
  EXPECT_FALSE(placement.owned_by(config.nodes[1].name).empty());
}

// The least that must move when an Nth node comes is one Nth. Hashing modulo the nodes would move
// nearly all; this moves the Nth, and what the bound pushes around.
TEST(Placement, ANodeMoreMovesFew) {
  std::size_t moved = 0, all = 0, least = 0;
  for (int salt = 0; salt < 50; ++salt)
    for (std::size_t nodes = 2; nodes <= 8; ++nodes) {
      constexpr std::uint16_t kPartitions = 64;
      const auto before = Placement::of(cluster_of(nodes, kPartitions, salt));
      const auto after = Placement::of(cluster_of(nodes + 1, kPartitions, salt));
      for (std::uint16_t number = 0; number < kPartitions; ++number)
        moved += before.owner({Service::stock, number}) != after.owner({Service::stock, number});
      all += kPartitions;
      least += kPartitions / (nodes + 1);
    }
  EXPECT_LT(moved, 2 * least) << moved << " of " << all << " moved, " << least << " had to";
  RecordProperty("moved_percent", static_cast<int>(100 * moved / all));
}

}  // namespace
}  // namespace souk::cluster
