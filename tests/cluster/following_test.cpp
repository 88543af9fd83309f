// Read models over the logs of several nodes: they equal a fold of all records, whatever happens on
// the way, and serve what is there when a node is not.
#include <random>

#include <gtest/gtest.h>

#include "store/keys.hpp"
#include "tests/cluster/following_models.hpp"

namespace souk::test {
namespace {

using store::Code;

std::vector<HistoryRecord> history(std::uint64_t seed, int things = 300) {
  return History(seed, things).records;
}

std::uint64_t position_of(const Info& info, PartitionId partition) {
  for (const auto& lag : info.partitions)
    if (lag.partition == partition) return lag.position;
  return 0;
}

class Following : public ::testing::Test {
 protected:
  // Starts with whoever is connected.
  FollowingModels& models() {
    if (!models_) models_ = std::make_unique<FollowingModels>(cluster_, directory_);
    return *models_;
  }
  // Nothing has been heard of some nodes, and the time for that is over.
  void wait_until_live_without_them() {
    models();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_NE(models().info().state, State::live);
    cluster_.clock.forward(seconds(11));
    models().wait_until([](const Info& info) { return info.state == State::live; });
  }
  bool has_all_of(const std::string& node, const Info& info) {
    return std::ranges::all_of(info.partitions, [&](const read_models::PartitionLag& lag) {
      return cluster_.owner_of(lag.partition).name() != node ||
             lag.position + 1 >= cluster_.all().next_offset(lag.partition);
    });
  }
  // One more record of the purse's first partition.
  void charge() {
    const std::string wallet = "w" + std::to_string(++charges_);
    cluster_.append(std::vector<HistoryRecord>{
        {kWallet0, wallet, 1, kNow, "charge", std::vector<wallet::Event>{charged_}}});
  }
  // The next of the records, `count` of them.
  void append(std::size_t count) {
    count = std::min(count, records_.size() - at_);
    cluster_.append(std::span(records_).subspan(at_, count));
    at_ += count;
  }
  void append_rest() { append(records_.size()); }

  Directory directory_;
  FollowedCluster cluster_;
  std::vector<HistoryRecord> records_ = history(7);
  std::size_t at_ = 0;
  const wallet::Charged charged_{ChargeId("c"), gbp(100)};
  int charges_ = 0;
  std::unique_ptr<FollowingModels> models_;
};

TEST_F(Following, AnEmptyClusterIsLiveAtOnceAndFollowed) {
  cluster_.connect_all();
  models().wait_until([](const Info& info) { return info.state == State::live; });
  EXPECT_FALSE(models().info().rebuild);
  while (at_ < records_.size()) append(25);
  models().wait_until_all_is_there();
  models().stop_and_expect_a_fold_of_all();
}

TEST_F(Following, WhatIsThereAlreadyIsBuilt) {
  append_rest();
  cluster_.connect_all();
  models().wait_until_all_is_there();
  EXPECT_TRUE(models().info().rebuild);
  models().stop_and_expect_a_fold_of_all();
}

TEST_F(Following, AStartWaitsToHearAllNodesBeforeItBuilds) {
  append_rest();
  cluster_.connect("left");
  cluster_.connect("purse");
  models();
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(models().info().state, State::building);
  EXPECT_FALSE(models().info().rebuild);
  cluster_.connect("right");
  models().wait_until_all_is_there();
  models().stop_and_expect_a_fold_of_all();
}

TEST_F(Following, ANodeThatStaysAwayAtTheStartIsDoneWithoutAndTakenInLater) {
  append_rest();
  cluster_.connect("left");
  cluster_.connect("purse");
  wait_until_live_without_them();
  models().wait_until([&](const Info& info) { return has_all_of("purse", info); });
  EXPECT_EQ(position_of(models().info(), cluster_.partition_of("right")), 0U);
  cluster_.connect("right");
  models().wait_until_all_is_there();
  models().stop_and_expect_a_fold_of_all();
}

TEST_F(Following, AFileFromBeforeIsServedAtOnceWhoeverIsAway) {
  append(records_.size() / 2);
  cluster_.connect_all();
  models().wait_until_all_is_there();
  models().stop();
  for (const std::string& name : cluster_.others()) cluster_.cut(name);
  append_rest();
  charge();
  models().start();
  models().wait_until([](const Info& info) { return info.state == State::live; });
  EXPECT_FALSE(models().info().rebuild);
  models().wait_until([&](const Info& info) { return has_all_of("gate", info); });
  EXPECT_FALSE(has_all_of("purse", models().info()));
  cluster_.connect_all();
  models().wait_until_all_is_there();
  models().stop_and_expect_a_fold_of_all();
}

TEST_F(Following, APositionOfAnotherNodeIsWaitedFor) {
  append_rest();
  cluster_.connect_all();
  models().wait_until_all_is_there();
  cluster_.cut("purse");
  const Positions wanted{{kWallet0, cluster_.all().next_offset(kWallet0)}};  // not heard of
  EXPECT_FALSE(soon(models().wait_for(wanted, milliseconds(60))));
  std::future<bool> reached = models().wait_for(wanted, seconds(300));
  charge();
  cluster_.connect("purse");
  EXPECT_TRUE(soon(std::move(reached)));
}

TEST_F(Following, WhatIsMissingOfANodeThatIsAwayIsSaidWithoutWaitingForIt) {
  append(records_.size() / 2);
  cluster_.connect_all();
  models().wait_until_all_is_there();
  cluster_.cut("purse");
  charge();
  cluster_.heartbeat("purse");  // the last that is heard of it
  const auto lag_of = [&](const Info& info) {
    return *std::ranges::find(info.partitions, kWallet0, &read_models::PartitionLag::partition);
  };
  cluster_.clock.forward(seconds(2));
  models().wait_until([&](const Info& info) { return lag_of(info).position < lag_of(info).end; });
  cluster_.clock.forward(seconds(100));
  models().wait_until([&](const Info& info) { return lag_of(info).behind >= seconds(90); });
  cluster_.connect("purse");
  models().wait_until_all_is_there();
  EXPECT_EQ(lag_of(models().info()).behind, Duration{});
}

// --- rebuilds ------------------------------------------------------------------------------------

TEST_F(Following, ARebuildBesideThemReadsAllNodes) {
  append(records_.size() / 2);
  cluster_.connect_all();
  models().wait_until_all_is_there();
  EXPECT_TRUE(models().rebuild().ok());
  while (at_ < records_.size()) append(10);
  models().wait_until_all_is_there();
  const auto rebuild = models().info().rebuild;
  ASSERT_TRUE(rebuild);
  EXPECT_EQ(rebuild->failure, "");
  models().stop_and_expect_a_fold_of_all();
}

TEST_F(Following, ARebuildWithoutANodeGivesUpAndTheOldOnesStay) {
  append_rest();
  cluster_.connect_all();
  models().wait_until_all_is_there();
  cluster_.cut("left");
  EXPECT_TRUE(models().rebuild().ok());
  models().wait_until([&](const Info& info) {
    cluster_.clock.forward(seconds(1));
    return info.rebuild->ended_at.is_set();
  });
  EXPECT_NE(models().info().rebuild->failure, "");
  EXPECT_EQ(models().info().state, State::live);
  EXPECT_TRUE(has_all_of("left", models().info()));
  cluster_.connect("left");
  EXPECT_TRUE(models().rebuild().ok());
  models().wait_until_all_is_there();
  EXPECT_EQ(models().info().rebuild->failure, "");
  models().stop_and_expect_a_fold_of_all();
}

// Its log was put back from a copy, and its offsets mean other records now.
TEST_F(Following, ANodeWhoseLogIsAnotherOneNowIsBuiltAnew) {
  append_rest();
  cluster_.connect_all();
  models().wait_until_all_is_there();
  cluster_.cut("purse");
  cluster_.node("purse").lose_everything();
  cluster_.connect("purse");
  const PartitionId lost = cluster_.partition_of("purse");
  models().wait_until(
      [&](const Info& info) { return info.state == State::live && position_of(info, lost) == 0; });
  EXPECT_TRUE(has_all_of("left", models().info()));
  cluster_.node("purse").append(lost, "new", {});
  EXPECT_TRUE(soon(models().wait_for({{lost, 1}}, seconds(30))));
}

// --- large, damaged, parked --------------------------------------------------------------------

TEST_F(Following, LargeBatchesAreTakenInLiveAndByARebuild) {
  cluster_.connect_all();
  models().wait_until([](const Info& info) { return info.state == State::live; });
  std::vector<HistoryRecord> many;
  for (int i = 0; i < 20'000; ++i) {
    wallet::Charged charged{ChargeId("c" + std::string(60, 'x') + std::to_string(i)), gbp(1)};
    many.push_back({kWallet0, "w" + std::to_string(i), 1, kNow, std::string(100, 'r'),
                    std::vector<wallet::Event>{charged}});
  }
  cluster_.append(many);
  const auto batch = cluster_.all().read(kWallet0, 1, 1);
  ASSERT_TRUE(batch.ok());
  ASSERT_GT(batch->bytes, 2 * cluster::kItemBytesMax);
  models().wait_until_all_is_there();
  EXPECT_TRUE(models().rebuild().ok());
  models().wait_until_all_is_there();
  EXPECT_EQ(models().info().rebuild->failure, "");
  EXPECT_LE(cluster_.largest_item(), cluster::kItemBytesMax);
  models().stop_and_expect_a_fold_of_all();
}

TEST_F(Following, AParkedRecordOfANodeThatIsAwayStaysParked) {
  append_rest();
  cluster_.connect_all();
  models().wait_until_all_is_there();
  for (int i = 0; i < 2; ++i) cluster_.node("purse").append(kWallet0, "bad", {garbage()});
  models().wait_until([](const Info& info) { return info.parked.size() == 1; });
  const std::uint64_t first = models().info().parked[0].offset;
  models().wait_until([](const Info& info) { return info.parked[0].records == 2; });

  cluster_.cut("purse");
  const core::SettleParked retry{kWallet0, "bad", false, "", first, {}};
  EXPECT_EQ(models().settle(retry).code(), Code::stopped);
  EXPECT_EQ(models().info().parked.at(0).records, 2U);
  const core::SettleParked skip{kWallet0, "bad", true, "looked at it", first, {}};
  EXPECT_TRUE(models().settle(skip).ok());  // decided; the one behind it cannot be read now
  ASSERT_EQ(models().info().parked.at(0).records, 1U);
  EXPECT_NE(models().info().parked[0].reason, "");

  cluster_.connect("purse");
  const core::SettleParked again{kWallet0, "bad", false, "", first + 1, {}};
  EXPECT_EQ(models().settle(again).code(), Code::invalid);  // read, and it does not fit
}

// --- everything at once ------------------------------------------------------------------------

TEST(FollowingFaults, TheModelsEqualAFoldOfAllRecordsWhateverHappens) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const Directory directory;
    FollowedCluster cluster(seed, {.lost = 2, .late = 20, .twice = 10});
    const std::vector<HistoryRecord> records = history(seed, 400);
    cluster.connect_all();
    FollowingModels models(cluster, directory);
    for (std::size_t at = 0; at < records.size();) {
      const std::size_t count = std::min<std::size_t>(1 + random() % 15, records.size() - at);
      cluster.append(std::span(records).subspan(at, count));
      at += count;
      const std::string name = cluster.others()[random() % 3];
      const auto fate = random() % 25;
      if (fate < 3) cluster.cut(name);
      if (fate == 0) {
        cluster.node(name).stop();
        cluster.node(name).start();
      }
      if (fate == 3) models.restart();
      if (fate == 4) (void)models.rebuild();
      if (fate == 5) cluster.clock.forward(seconds(8));
      if (fate > 20) cluster.connect_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 3));
    }
    cluster.connect_all();
    models.wait_until([&](const Info&) {
      cluster.clock.forward(milliseconds(100));  // what was lost is asked for again
      return true;
    });
    for (int i = 0; i < 20; ++i) {
      cluster.clock.forward(seconds(1));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    models.wait_until_all_is_there();
    models.stop_and_expect_a_fold_of_all();
  }
}

}  // namespace
}  // namespace souk::test
