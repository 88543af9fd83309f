// The node's log for those who look at it from outside: what they get, and when they are turned
// away.
#include "store/keys.hpp"
#include "tests/support/node_fixture.hpp"

namespace souk::testing {
namespace {

using gateway::LogAnswer;
using gateway::LogBatches;
using gateway::LogOutcome;

NodeFixtureOptions one_partition(node::RawLogOptions raw_log = {}) {
  NodeFixtureOptions options{.partitions = 1};
  options.node.raw_log = raw_log;
  return options;
}

constexpr PartitionId kWallet0{Service::wallet, 0};

class RawLogTest : public ::testing::Test {
 protected:
  std::future<LogAnswer<LogBatches>> read_later(NodeFixture& fixture, std::uint64_t from,
                                                Duration wait = {},
                                                std::size_t bytes_max = 1u << 20,
                                                PartitionId partition = kWallet0) {
    auto promise = std::make_shared<std::promise<LogAnswer<LogBatches>>>();
    auto future = promise->get_future();
    // A second answer would throw.
    fixture.node().read_batches({partition, from, bytes_max, wait, [promise](auto answer) {
                                   promise->set_value(std::move(answer));
                                 }});
    return future;
  }
  LogAnswer<LogBatches> read(NodeFixture& fixture, std::uint64_t from, Duration wait = {},
                             std::size_t bytes_max = 1u << 20, PartitionId partition = kWallet0) {
    return read_later(fixture, from, wait, bytes_max, partition).get();
  }
};

// Each batch of the answer, without the lengths.
std::vector<std::string> values(const LogBatches& batches) {
  std::vector<std::string> found;
  const std::string& bytes = *batches.bytes;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t size = 0;
    for (int i = 3; i >= 0; --i)
      size = size << 8 | static_cast<std::uint8_t>(bytes.at(at + static_cast<std::size_t>(i)));
    found.push_back(bytes.substr(at + 4, size));
    at += 4 + size;
  }
  return found;
}

TEST_F(RawLogTest, GivesTheValuesThatAreOnTheDisk) {
  NodeFixture fixture(one_partition());
  for (const char* wallet : {"a", "b", "c"}) fixture.charge(wallet, 100);
  std::vector<std::string> on_disk;
  for (const auto& [key, value] : fixture.disk().contents(store::Column::log))
    if (store::is_of(kWallet0, key)) on_disk.push_back(value);
  ASSERT_EQ(on_disk.size(), 3u);
  const auto all = read(fixture, 1);
  EXPECT_EQ(all.outcome, LogOutcome::ok);
  EXPECT_EQ(all.value.from, 1u);
  EXPECT_EQ(all.value.next, 4u);
  EXPECT_EQ(all.value.end, 4u);
  EXPECT_EQ(values(all.value), on_disk);
  const auto one = read(fixture, 2, {}, 1);
  EXPECT_EQ(values(one.value), std::vector{on_disk[1]});
  EXPECT_EQ(one.value.next, 3u);
  const auto none = read(fixture, 4);
  EXPECT_EQ(none.value.next, 4u);
  EXPECT_EQ(*none.value.bytes, "");
}

TEST_F(RawLogTest, WhatIsNotThereIsSaidToBeNot) {
  NodeFixture fixture(one_partition());
  EXPECT_EQ(read(fixture, 2).outcome, LogOutcome::beyond_end);
  EXPECT_NE(read(fixture, 2).detail.find("has no records yet"), std::string::npos);
  fixture.charge("a", 100);
  EXPECT_EQ(read(fixture, 3).detail,
            "Partition wallet/0 ends at offset 1, so there is nothing to read from 3 on; the next "
            "record will be 2.");
  EXPECT_EQ(read(fixture, 1, {}, 1, {Service::wallet, 1}).outcome, LogOutcome::no_partition);
  EXPECT_EQ(read(fixture, 1, seconds(5), 1, {Service::wallet, 1}).outcome,
            LogOutcome::no_partition);
}

TEST_F(RawLogTest, AReaderWaitsForTheNextRecord) {
  NodeFixture fixture(one_partition());
  fixture.charge("a", 100);
  auto waiting = read_later(fixture, 2, seconds(60));
  auto also_waiting = read_later(fixture, 2, seconds(60));
  fixture.charge("b", 100);
  EXPECT_EQ(waiting.get().value.next, 3u);
  EXPECT_EQ(values(also_waiting.get().value).size(), 1u);
  EXPECT_EQ(read(fixture, 1, seconds(60)).value.next, 3u);  // what is there is not waited for
}

TEST_F(RawLogTest, AWaitEndsEmptyWhenItsTimeIsOver) {
  NodeFixture fixture(one_partition());
  const auto answer = read(fixture, 1, milliseconds(20));
  EXPECT_EQ(answer.outcome, LogOutcome::ok);
  EXPECT_EQ(answer.value.next, 1u);
  EXPECT_EQ(*answer.value.bytes, "");
}

TEST_F(RawLogTest, NobodyWaitsWhileTheNodeDrains) {
  NodeFixture fixture(one_partition());
  fixture.charge("a", 100);
  auto waiting = read_later(fixture, 2, seconds(60));
  fixture.node().begin_drain();
  for (const auto& answer : {waiting.get(), read(fixture, 2, seconds(60))}) {
    EXPECT_EQ(answer.outcome, LogOutcome::ok);
    EXPECT_EQ(answer.value.next, 2u);
  }
}

TEST_F(RawLogTest, WhoWaitsIsToldThatTheNodeStops) {
  NodeFixture fixture(one_partition());
  std::vector<std::future<LogAnswer<LogBatches>>> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(read_later(fixture, 1, seconds(60)));
  for (int i = 0; i < 20; ++i) waiting.push_back(read_later(fixture, 1));
  fixture.stop();
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const auto answer = waiting[i].get();
    EXPECT_TRUE(answer.outcome == LogOutcome::unavailable ||
                (i >= 20 && answer.outcome == LogOutcome::ok))
        << i << answer.detail;
  }
}

TEST_F(RawLogTest, BytesCountUntilTheyAreLetGo) {
  NodeFixture fixture(one_partition({.bytes_max = 1}));
  fixture.charge("a", 100);
  for (const std::size_t bytes_max : {1u, 8u << 20}) {  // on either thread
    for (int i = 0; i < 10; ++i) {
      auto held = read(fixture, 1, {}, bytes_max);
      EXPECT_EQ(held.outcome, LogOutcome::ok);
      EXPECT_EQ(read(fixture, 1, {}, bytes_max).outcome, LogOutcome::overloaded);
    }
  }
}

TEST_F(RawLogTest, TooManyWhoWaitAreTurnedAway) {
  NodeFixture fixture(one_partition({.waits_max = 1}));
  auto first = read_later(fixture, 1, seconds(60));
  EXPECT_EQ(read(fixture, 1, seconds(60)).outcome, LogOutcome::overloaded);
  fixture.charge("a", 100);
  EXPECT_EQ(first.get().outcome, LogOutcome::ok);
  auto second = read_later(fixture, 2, seconds(60));
  fixture.charge("b", 100);
  EXPECT_EQ(second.get().outcome, LogOutcome::ok);
}

TEST_F(RawLogTest, ReadsUpToTheDamageAndBehindIt) {
  NodeFixture fixture(one_partition());
  for (const char* wallet : {"a", "b", "c"}) fixture.charge(wallet, 100);
  fixture.stop();  // what was written is no longer in memory
  const std::string key = store::log_key(kWallet0, 2);
  std::string value = fixture.disk().contents(store::Column::log).at(key);
  value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
  fixture.disk().overwrite(store::Column::log, key, value);
  fixture.start();
  EXPECT_EQ(read(fixture, 1).value.next, 2u);
  const auto damaged = read(fixture, 2);
  EXPECT_EQ(damaged.outcome, LogOutcome::damaged);
  EXPECT_NE(damaged.detail.find("wallet/0"), std::string::npos) << damaged.detail;
  std::promise<std::uint64_t> next;
  fixture.node().find_batch({kWallet0, 2, [&](auto answer) { next.set_value(answer.value); }});
  EXPECT_EQ(next.get_future().get(), 3u);
  EXPECT_EQ(read(fixture, 3).value.next, 4u);
}

}  // namespace
}  // namespace souk::testing
