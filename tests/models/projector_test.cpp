// A node's read models: they follow its commands, wait for positions, survive restarts, crashes and
// a log that is damaged in one place, and answer everybody.
#include <gtest/gtest.h>

#include "actors/core/read_models/reply.hpp"
#include "store/keys.hpp"
#include "tests/models/reading_node.hpp"

namespace souk::test {
namespace {

class Projecting : public ::testing::Test {
 protected:
  void open_shop() {
    shop_.node.stock("mug", 1'000, 250);
    shop_.node.charge("ann", 1'000'000);
  }
  // Places an order, and reads it back with the position of the answer.
  void expect_own_write(const std::string& id) {
    const auto answer = shop_.node.checkout(NodeFixture::order(id, "ann", {{"mug", 1}}));
    ASSERT_EQ(answer.view.phase, checkout::Phase::confirmed);
    const std::string of_it = " FROM orders WHERE order_id = '" + id + "'";
    EXPECT_EQ(shop_.value("SELECT status" + of_it, answer.positions), "CONFIRMED");
    EXPECT_EQ(shop_.value("SELECT count(*) FROM sagas WHERE saga_id = '" + id + "'"), "0");
  }
  // Changes one byte in the middle of a partition's first batch, as a disk might.
  void spoil_first_batch(PartitionId partition) {
    const std::string key = store::log_key(partition, 1);
    std::string value = shop_.node.disk().contents(store::Column::log).at(key);
    value[value.size() / 2] ^= 1;
    shop_.node.disk().overwrite(store::Column::log, key, value);
  }
  Positions ends() {
    Positions ends;
    for (const PartitionId partition : partitions_of(shop_.node.node().log()))
      if (const auto end = shop_.node.node().log().next_offset(partition); end > 1)
        ends[partition] = end - 1;
    return ends;
  }

  ReadingNode shop_;
};

TEST_F(Projecting, WhoeverOrdersReadsItBack) {
  open_shop();
  for (int i = 0; i < 30; ++i) expect_own_write("o" + std::to_string(i));
  const ReadModelsInfo info = shop_.wait_until_quiet();
  EXPECT_EQ(info.version, read_models::kReadModelsVersion);
  EXPECT_TRUE(info.parked.empty());
  EXPECT_EQ(info.detail, "");
  shop_.stop_and_expect_what_the_log_says();
}

TEST_F(Projecting, ManyWaitAtOnce) {
  open_shop();
  std::vector<std::future<gateway::Answer<Checkout>>> orders;
  for (int i = 0; i < 100; ++i)
    orders.push_back(shop_.node.checkout_later(
        NodeFixture::order("o" + std::to_string(i), "ann", {{"mug", 1}})));
  std::vector<std::future<ReadAnswer>> reads;
  for (int i = 0; i < 100; ++i) {
    const auto answer = soon(std::move(orders[static_cast<std::size_t>(i)]));
    if (i % 2 == 0)
      reads.push_back(shop_.read_later(
          "SELECT count(*) FROM orders WHERE status = 'CONFIRMED' AND order_id = 'o" +
              std::to_string(i) + "'",
          answer.positions));
  }
  for (auto& read : reads) {
    const ReadAnswer answer = soon(std::move(read));
    ASSERT_EQ(answer.outcome, ReadOutcome::ok) << answer.detail;
    EXPECT_EQ(answer.rows.rows[0][0], SqlValue(std::int64_t{1}));
  }
}

TEST_F(Projecting, APositionThatNeverComesIsNotWaitedForLongerThanAsked) {
  open_shop();
  const PartitionId partition{Service::order, 0};
  for (const Duration wait : {Duration{0}, milliseconds(1), milliseconds(150)}) {
    const ReadAnswer answer = shop_.read("SELECT 1", {{partition, 1'000'000}}, wait);
    EXPECT_EQ(answer.outcome, ReadOutcome::behind);
    EXPECT_NE(answer.detail, "");
  }
  expect_own_write("after");
}

TEST_F(Projecting, ARestartGoesOnWhereItWas) {
  open_shop();
  expect_own_write("before");
  const std::string file = shop_.info().file;
  shop_.node.stop();
  shop_.node.start();
  EXPECT_EQ(shop_.wait_until_quiet().file, file);
  EXPECT_FALSE(shop_.info().rebuild);
  expect_own_write("after");
  shop_.stop_and_expect_what_the_log_says();
}

TEST_F(Projecting, ACrashOfTheNodeLosesNothingThatWasAnswered) {
  open_shop();
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 5; ++i) expect_own_write("o" + std::to_string(5 * round + i));
    const auto under_way = shop_.node.checkout_later(
        NodeFixture::order("lost" + std::to_string(round), "ann", {{"mug", 1}}));
    shop_.node.crash_and_restart();
  }
  EXPECT_EQ(shop_.value("SELECT count(*) FROM orders WHERE order_id LIKE 'o%' "
                        "AND status = 'CONFIRMED'",
                        ends()),
            "25");
  shop_.wait_until_quiet();
  shop_.stop_and_expect_what_the_log_says();
}

TEST_F(Projecting, AFileThatIsAheadOfTheLogIsBuiltAnew) {
  open_shop();
  expect_own_write("o1");
  shop_.node.stop();
  run_sql(shop_.link(), "UPDATE positions SET position = 1000; DELETE FROM orders");
  shop_.node.start();
  shop_.wait_until_quiet();
  expect_own_write("o2");
  EXPECT_EQ(shop_.value("SELECT count(*) FROM orders"), "2");
  shop_.stop_and_expect_what_the_log_says();
}

TEST_F(Projecting, AFileThatIsNoDatabaseIsBuiltAnew) {
  open_shop();
  expect_own_write("o1");
  shop_.node.stop();
  std::filesystem::resize_file(shop_.link(), 100);
  shop_.node.start();
  shop_.wait_until_quiet();
  EXPECT_EQ(shop_.value("SELECT count(*) FROM orders"), "1");
  shop_.stop_and_expect_what_the_log_says();
}

// --- a log that is damaged in one place ---------------------------------------------------------

class ProjectingADamagedLog : public Projecting {
 protected:
  // Coupons, which no order of these tests uses. Three records, so that the first is not the tail.
  void issue_coupons() {
    coupon::Terms terms;
    terms.discount = {coupon::DiscountKind::percent, {}, 1'000, {}};
    terms.valid_until = shop_.node.clock().now() + seconds(3'600);
    for (int i = 0; i < 12; ++i)
      shop_.node.ask<Coupon>("c" + std::to_string(i), coupon::Grant{CustomerId("ann"), terms},
                             "grant");
    for (const auto& [partition, end] : ends())
      if (partition.service == Service::coupon && end >= 3) spoilt_ = partition;
    ASSERT_EQ(spoilt_.service, Service::coupon);
  }
  std::uint64_t lag_of(const ReadModelsInfo& info, PartitionId partition) {
    for (const auto& lag : info.partitions)
      if (lag.partition == partition) return lag.end - lag.position;
    return 0;
  }

  PartitionId spoilt_;
};

TEST_F(ProjectingADamagedLog, ThePartitionDoesNotHoldUpTheOthers) {
  open_shop();
  issue_coupons();
  expect_own_write("o1");
  shop_.node.stop();
  spoil_first_batch(spoilt_);
  std::filesystem::remove(shop_.link());  // nothing to go on with: all of the log is read
  shop_.node.start();
  const ReadModelsInfo info = shop_.wait_until(
      [&](const ReadModelsInfo& now) { return now.state == State::live && !now.detail.empty(); });
  EXPECT_NE(info.detail.find("coupon/" + std::to_string(spoilt_.number)), std::string::npos)
      << info.detail;
  expect_own_write("o2");
  EXPECT_EQ(shop_.value("SELECT count(*) FROM orders"), "2");
  EXPECT_GT(lag_of(shop_.info(), spoilt_), 0u);
}

TEST_F(ProjectingADamagedLog, ARebuildThatWouldForgetWhatIsThereFails) {
  open_shop();
  issue_coupons();
  expect_own_write("o1");
  EXPECT_EQ(shop_.value("SELECT count(*) FROM coupons", ends()), "12");
  shop_.node.stop();
  spoil_first_batch(spoilt_);
  shop_.node.start();
  shop_.wait_until_quiet();
  const auto rebuild = shop_.rebuild_and_wait();
  EXPECT_NE(rebuild.failure, "");
  EXPECT_EQ(shop_.info().state, State::live);
  EXPECT_EQ(shop_.value("SELECT count(*) FROM coupons"), "12");
  expect_own_write("o2");
  EXPECT_EQ(shop_.generations(), 1u);
}

// --- who asks too much, or at the wrong time ----------------------------------------------------

node::ReadModelsOptions few_queries(std::int64_t queries_max) {
  node::ReadModelsOptions options;
  options.foreign_readers = 1;
  options.foreign_queries_max = queries_max;
  options.query_time_max = milliseconds(300);
  return options;
}

TEST(ReadingANode, MoreQueriesThanItTakesAreTurnedAwayAtOnce) {
  ReadingNode shop(few_queries(2));
  shop.wait_until_quiet();
  auto first = shop.read_later(kEndless);
  auto second = shop.read_later(kEndless);
  EXPECT_EQ(shop.read("SELECT 1").outcome, ReadOutcome::overloaded);
  EXPECT_EQ(soon(std::move(first)).outcome, ReadOutcome::too_slow);
  EXPECT_EQ(soon(std::move(second)).outcome, ReadOutcome::too_slow);
  EXPECT_EQ(shop.value("SELECT 1"), "1");
}

TEST(ReadingANode, SlowQueriesFromOutsideDoNotHoldUpTheNodesOwn) {
  ReadingNode shop(few_queries(2));
  shop.wait_until_quiet();
  auto first = shop.read_later(kEndless);
  auto second = shop.read_later(kEndless);
  gateway::ReadRequest own;
  own.sql = "SELECT 1";
  std::promise<ReadAnswer> answer;
  own.done = [&](ReadAnswer one) { answer.set_value(std::move(one)); };
  shop.node.node().read(std::move(own));
  EXPECT_EQ(soon(answer.get_future()).outcome, ReadOutcome::ok);
  EXPECT_EQ(soon(std::move(first)).outcome, ReadOutcome::too_slow);
  EXPECT_EQ(soon(std::move(second)).outcome, ReadOutcome::too_slow)
      << "its time counts from its arrival";
}

TEST(ReadingANode, WhatTheLogDoesNotHaveIsNotWaitedFor) {
  ReadingNode shop;
  shop.wait_until_quiet();
  const PartitionId partition{Service::order, 0};
  const auto ahead = soon(shop.read_later("SELECT 1", {{partition, 99}}, seconds(3'600)));
  EXPECT_EQ(ahead.outcome, ReadOutcome::behind);
  EXPECT_EQ(ahead.position, (Positions{{partition, 0}}));
  const auto nowhere =
      soon(shop.read_later("SELECT 1", {{{Service::order, 999}, 1}}, seconds(3'600)));
  EXPECT_EQ(nowhere.outcome, ReadOutcome::behind);
}

TEST(ReadingANode, AStopAnswersWhoeverWaits) {
  ReadingNode shop(few_queries(64));
  shop.wait_until_quiet();
  std::vector<std::future<ReadAnswer>> asked;
  for (int i = 0; i < 10; ++i) asked.push_back(shop.read_later(kEndless));
  shop.node.node().stop();
  asked.push_back(shop.read_later("SELECT 1"));
  std::map<ReadOutcome, int> outcomes;
  for (auto& one : asked) ++outcomes[soon(std::move(one)).outcome];
  EXPECT_EQ(outcomes[ReadOutcome::unavailable], 11);
}

TEST(ReadingANode, AMistakeInAQueryIsSaidAndChangesNothing) {
  ReadingNode shop;
  shop.wait_until_quiet();
  EXPECT_EQ(shop.read("SELECT nothing FROM nowhere").outcome, ReadOutcome::invalid);
  EXPECT_EQ(shop.read("DELETE FROM orders").outcome, ReadOutcome::invalid);
  EXPECT_EQ(shop.value("SELECT count(*) FROM orders"), "0");
}

// --- answers that nobody gives ------------------------------------------------------------------

TEST(Replies, AreGivenOnceByWhoeverHasThemLast) {
  std::vector<std::string> got;
  const auto note = [&](const store::Status& status) { got.push_back(status.message()); };
  { const core::Reply<store::Status> reply(note); }
  EXPECT_EQ(got, std::vector<std::string>{"The node is stopping."});
  {
    const core::Reply<store::Status> reply(note);
    const core::Reply<store::Status> copy = reply;
    copy({});
  }
  EXPECT_EQ(got.size(), 2u);
  EXPECT_EQ(got.back(), "");
}

}  // namespace
}  // namespace souk::test
