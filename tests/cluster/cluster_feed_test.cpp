// The feed over several nodes: what it promises to whoever pulls.
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "tests/cluster/following.hpp"

namespace souk::test {
namespace {

using Wanted = std::vector<std::pair<PartitionId, store::Offset>>;

// Pulls everything there is, and counts; a record out of its turn fails the test.
class Reading {
 public:
  explicit Reading(FollowedCluster& cluster) : cluster_(cluster) {
    feed_ = cluster.actors.system().spawn<cluster::ClusterFeed>(
        std::cref(cluster.gate().runtime()), std::ref(cluster.ends), cluster.peers_of("gate"));
    for (const PartitionId partition : partitions_of(cluster.all())) next_[partition] = 1;
  }
  ~Reading() { cluster_.actors.end(feed_); }

  Wanted wanted() const { return {next_.begin(), next_.end()}; }

  void send(Wanted wanted, Duration wait = seconds(30), std::size_t bytes_max = 1u << 20) {
    self_->send(feed_, core::Pull{std::move(wanted), bytes_max, wait, ++token_,
                                  caf::actor_cast<caf::actor>(self_)});
  }
  core::Page receive() {
    core::Page got;
    self_->receive([&](core::Page& page) { got = std::move(page); },
                   caf::after(kPatience) >> [] { ADD_FAILURE() << "no page in time"; });
    EXPECT_EQ(got.token, token_);
    return got;
  }
  core::Page pull(Duration wait = seconds(30), std::size_t bytes_max = 1u << 20) {
    send(wanted(), wait, bytes_max);
    return receive();
  }
  void take(const core::Page& page) {
    EXPECT_TRUE(page.status.ok()) << page.status.message();
    for (const store::Slice& slice : page.slices) {
      store::Offset& next = next_.at(slice.partition);
      EXPECT_EQ(slice.from, next);
      EXPECT_TRUE(slice
                      .for_each([&](const store::RecordView& record) {
                        EXPECT_EQ(record.offset, next++);
                        return true;
                      })
                      .ok());
      EXPECT_EQ(slice.next, next);
    }
  }
  store::Offset& next(PartitionId partition) { return next_.at(partition); }
  bool has_all() const {
    for (const auto& [partition, next] : next_)
      if (next < cluster_.all().next_offset(partition)) return false;
    return true;
  }
  // Until everything has come.
  void take_all(std::size_t bytes_max = 1u << 20) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!has_all() && !::testing::Test::HasFailure()) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "not everything has come in time";
      take(pull(milliseconds(100), bytes_max));
    }
  }

 private:
  FollowedCluster& cluster_;
  caf::scoped_actor self_{cluster_.actors.system()};
  caf::actor feed_;
  std::map<PartitionId, store::Offset> next_;
  std::uint64_t token_ = 0;
};

std::vector<HistoryRecord> history(std::uint64_t seed, int things = 300) {
  return History(seed, things).records;
}

TEST(ClusterFeed, GivesTheRecordsOfAllNodes) {
  FollowedCluster cluster;
  cluster.append(history(1));
  cluster.connect_all();
  Reading reading(cluster);
  reading.take_all();
  for (const std::string& name : cluster.others()) {
    const PartitionId one = cluster.partition_of(name);
    EXPECT_EQ(cluster.ends.next_offset(one), cluster.all().next_offset(one));
  }
}

TEST(ClusterFeed, APullIsAnsweredWhenSomethingComesAnywhere) {
  FollowedCluster cluster;
  cluster.connect_all();
  Reading reading(cluster);
  for (const char* name : {"purse", "gate", "right", "purse"}) {
    reading.send(reading.wanted());
    std::this_thread::sleep_for(std::chrono::milliseconds(30));  // so that it waits, mostly
    cluster.node(name).append(cluster.partition_of(name), "one", {garbage()});
    const core::Page page = reading.receive();
    ASSERT_EQ(page.slices.size(), 1U);
    EXPECT_EQ(page.slices[0].partition, cluster.partition_of(name));
    reading.take(page);
  }
}

// A link that is too slow for whole pages.
TEST(ClusterFeed, AsksForLessOfANodeWhosePagesDoNotCome) {
  FollowedCluster cluster(1, {.bytes_max = 24u << 10});
  const std::vector<HistoryRecord> records = history(1, 4'000);
  for (std::span<const HistoryRecord> left = records; !left.empty();) {
    const std::size_t some = std::min<std::size_t>(left.size(), 100);
    cluster.append(left.first(some));
    left = left.subspan(some);
  }
  cluster.connect_all();
  Reading reading(cluster);
  for (int i = 0; i < 1'000 && !reading.has_all(); ++i) {
    reading.take(reading.pull(milliseconds(1)));
    cluster.clock.forward(milliseconds(500));
  }
  EXPECT_TRUE(reading.has_all());
}

TEST(ClusterFeed, AWaitThatIsOverIsAnsweredWithNothing) {
  FollowedCluster cluster;
  cluster.connect("left");  // the others are away
  Reading reading(cluster);
  for (const Duration wait : {Duration{0}, milliseconds(1), milliseconds(80)}) {
    const core::Page page = reading.pull(wait);
    EXPECT_TRUE(page.slices.empty());
    EXPECT_TRUE(page.status.ok());
    EXPECT_FALSE(page.more);
  }
}

TEST(ClusterFeed, ANodeThatIsAwayHoldsUpNobodyAndIsFollowedWhenItIsBack) {
  FollowedCluster cluster;
  cluster.append(history(2));
  cluster.connect("left");
  cluster.connect("purse");
  Reading reading(cluster);
  const PartitionId away = cluster.partition_of("right");
  const PartitionId there = cluster.partition_of("purse");
  while (reading.next(there) < cluster.all().next_offset(there)) reading.take(reading.pull());
  EXPECT_EQ(reading.next(away), 1U);
  cluster.connect("right");
  reading.take_all();
}

TEST(ClusterFeed, WhoeverGoesBackGetsTheSameAgain) {
  FollowedCluster cluster;
  cluster.append(history(3));
  cluster.connect_all();
  Reading reading(cluster);
  for (int round = 0; round < 20; ++round) {
    reading.take(reading.pull(milliseconds(100), 4'000));
    if (round % 5 != 4) continue;
    for (const PartitionId partition : partitions_of(cluster.all()))
      reading.next(partition) = 1 + reading.next(partition) / 2;
  }
  reading.take_all();
}

TEST(ClusterFeed, ANewPullTakesThePlaceOfTheOneBefore) {
  FollowedCluster cluster;
  cluster.connect_all();
  Reading reading(cluster);
  reading.send(reading.wanted());
  reading.send(reading.wanted(), milliseconds(50));
  EXPECT_TRUE(reading.receive().slices.empty());  // receive() checks whose it is
}

TEST(ClusterFeed, NodesTakeTurnsWhereThereIsNoRoomForAll) {
  FollowedCluster cluster;
  cluster.connect_all();
  const std::string batch(20'000, 'b');
  for (const char* name : {"gate", "left", "right", "purse"})
    for (int i = 0; i < 40; ++i)
      cluster.node(name).append(cluster.partition_of(name), "one", {{1, batch}});
  Reading reading(cluster);
  for (int i = 0; i < 30; ++i) reading.take(reading.pull(milliseconds(500), 50'000));
  for (const char* name : {"gate", "left", "right", "purse"})
    EXPECT_GT(reading.next(cluster.partition_of(name)), 5U) << name;
}

TEST(ClusterFeed, LargeBatchesCome) {
  FollowedCluster cluster;
  cluster.connect_all();
  const PartitionId partition = cluster.partition_of("right");
  for (const int mebibytes : {2, 0, 7})
    cluster.node("right").append(
        partition, "one", {{1, std::string((static_cast<std::size_t>(mebibytes) << 20) + 5, 'm')}});
  Reading reading(cluster);
  while (reading.next(partition) < 4 && !HasFailure()) reading.take(reading.pull());
  EXPECT_LE(cluster.largest_item(), cluster::kItemBytesMax);
}

TEST(ClusterFeed, WhatIsSaidOfADamagedPartitionIsHeardAndTheOthersGoOn) {
  FollowedCluster cluster;
  cluster.append(history(4));
  cluster.connect_all();
  Reading reading(cluster);
  const PartitionId bad = cluster.partition_of("purse");
  reading.next(bad) = 1'000'000;
  bool heard = false;
  for (int i = 0; i < 1'000 && !heard; ++i) {
    core::Page page = reading.pull(milliseconds(50));
    if (page.failed) {
      EXPECT_EQ(page.status.code(), store::Code::invalid);
      EXPECT_EQ(page.failed, bad);
      heard = true;
      page.status = {};
    }
    reading.take(page);
  }
  EXPECT_TRUE(heard);
  const PartitionId good = cluster.partition_of("purse", 1);
  Wanted wanted = reading.wanted();
  std::erase_if(wanted, [&](const auto& one) { return one.first == bad; });
  for (int i = 0; i < 100 && reading.next(good) < cluster.all().next_offset(good); ++i) {
    for (auto& [partition, offset] : wanted) offset = reading.next(partition);
    reading.send(wanted, milliseconds(100));
    reading.take(reading.receive());
  }
  EXPECT_EQ(reading.next(good), cluster.all().next_offset(good));
}

// Answers that are lost, overtaken, or come twice; connections that end; nodes that start again.
TEST(ClusterFeed, NothingIsMissingAndNothingComesTwiceWhateverHappensOnTheWay) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    FollowedCluster cluster(seed, {.lost = 3, .late = 30, .twice = 10});
    const std::vector<HistoryRecord> records = history(seed);
    Reading reading(cluster);
    cluster.connect_all();
    for (std::size_t at = 0; at < records.size() && !::testing::Test::HasFailure();) {
      const std::size_t count = std::min<std::size_t>(1 + random() % 20, records.size() - at);
      cluster.append(std::span(records).subspan(at, count));
      at += count;
      reading.take(reading.pull(milliseconds(5), 1 + random() % 20'000));
      const std::string name = cluster.others()[random() % 3];
      const auto fate = random() % 20;
      if (fate < 2) cluster.cut(name);
      if (fate == 0) {
        cluster.node(name).stop();
        cluster.node(name).start();
      }
      if (random() % 3 == 0) cluster.connect_all();
      if (random() % 4 == 0) cluster.clock.forward(seconds(8));  // what is lost is asked for again
    }
    cluster.connect_all();
    for (int i = 0; i < 2'000 && !reading.has_all() && !::testing::Test::HasFailure(); ++i) {
      reading.take(reading.pull(milliseconds(20)));
      cluster.clock.forward(seconds(1));
    }
    EXPECT_TRUE(reading.has_all());
  }
}

TEST(ClusterFeed, WhoeverWaitsIsAnsweredAtTheStop) {
  FollowedCluster cluster;
  cluster.connect_all();
  caf::scoped_actor self{cluster.actors.system()};
  const auto feed = cluster.actors.system().spawn<cluster::ClusterFeed>(
      std::cref(cluster.gate().runtime()), std::ref(cluster.ends), cluster.peers_of("gate"));
  self->send(feed, core::Pull{{{cluster.partition_of("left"), 1}},
                              1'000,
                              seconds(60),
                              5,
                              caf::actor_cast<caf::actor>(self)});
  self->send_exit(feed, caf::exit_reason::user_shutdown);
  self->receive([](const core::Page& page) { EXPECT_EQ(page.status.code(), store::Code::stopped); },
                caf::after(kPatience) >> [] { ADD_FAILURE() << "no page in time"; });
}

}  // namespace
}  // namespace souk::test
