// Rebuilds of a node's read models: while commands run, twice at once, cut off by a stop, after a
// change of version, and with records in the log that do not fit.
#include <fstream>

#include <gtest/gtest.h>

#include "tests/models/reading_node.hpp"

namespace souk::test {
namespace {

class Rebuilding : public ::testing::Test {
 protected:
  // A log that is long enough for a rebuild to take its time.
  void fill_log(int orders) {
    shop_.node.stop();
    {
      const auto log = shop_.node.open_log();
      Appender appender(*log);
      store::Record record;
      record.time = kNow;
      for (int i = 0; i < orders; ++i) {
        record.stream = "old" + std::to_string(i);
        record.events = {placed(), confirmed()};
        appender.add(kOrder0, record);
        if (i % 500 == 499) appender.flush();
      }
      appender.flush();
    }
    shop_.node.start();
  }
  void append(PartitionId partition, const std::string& stream,
              std::vector<std::vector<store::Payload>> records) {
    shop_.node.stop();
    {
      const auto log = shop_.node.open_log();
      Appender appender(*log);
      for (auto& events : records) appender.append(partition, stream, std::move(events));
    }
    shop_.node.start();
  }
  void change_version() {
    shop_.node.stop();
    run_sql(shop_.link(), "UPDATE about SET value = '0-older' WHERE name = 'version'");
    shop_.node.start();
  }
  void open_shop() {
    shop_.node.stock("mug", 1'000'000, 250);
    shop_.node.charge("ann", 1'000'000'000);
  }
  std::string count_orders() { return shop_.value("SELECT count(*) FROM orders"); }

  ReadingNode shop_;
};

TEST_F(Rebuilding, WhileCommandsRunNobodySeesItOrGoesBackInTime) {
  fill_log(5'000);
  open_shop();
  shop_.wait_until_quiet();
  int rebuilds = 0;
  std::string file = shop_.info().file;
  std::int64_t seen = 0;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (int i = 0; rebuilds < 3 && std::chrono::steady_clock::now() < until; ++i) {
    const std::string id = "o" + std::to_string(i);
    const auto answer = shop_.node.checkout(NodeFixture::order(id, "ann", {{"mug", 1}}));
    ASSERT_EQ(
        shop_.value("SELECT status FROM orders WHERE order_id = '" + id + "'", answer.positions),
        "CONFIRMED");
    const std::int64_t now = std::stoll(count_orders());
    ASSERT_GE(now, seen);
    seen = now;
    const ReadModelsInfo info = shop_.info();
    ASSERT_EQ(info.state, State::live) << info.detail;
    if (info.file != file) ++rebuilds;
    file = info.file;
    ASSERT_EQ(shop_.rebuild().outcome, ReadOutcome::ok);
  }
  EXPECT_GE(rebuilds, 3);
  EXPECT_EQ(shop_.wait_until_quiet().rebuild->failure, "");
  shop_.stop_and_expect_what_the_log_says();
}

TEST_F(Rebuilding, TwiceAtOnceIsOnce) {
  fill_log(3'000);
  shop_.wait_until_quiet();
  EXPECT_EQ(shop_.rebuild().outcome, ReadOutcome::ok);
  const Time started = shop_.info().rebuild->started_at;
  EXPECT_EQ(shop_.rebuild().outcome, ReadOutcome::ok);
  const ReadModelsInfo info = shop_.info();
  if (!info.rebuild->ended_at.is_set()) {
    EXPECT_EQ(info.rebuild->started_at, started);
  }
  const ReadModelsInfo quiet = shop_.wait_until_quiet();
  EXPECT_EQ(quiet.rebuild->failure, "");
  EXPECT_EQ(quiet.rebuild->records, 3'000u);
  EXPECT_EQ(count_orders(), "3000");
}

TEST_F(Rebuilding, AStopInTheMiddleLeavesTheOldOnesAndTheNextStartCleansUp) {
  fill_log(20'000);
  const std::string file = shop_.wait_until_quiet().file;
  EXPECT_EQ(shop_.rebuild().outcome, ReadOutcome::ok);
  shop_.node.stop();
  shop_.node.start();
  const ReadModelsInfo info = shop_.wait_until_quiet();
  EXPECT_EQ(info.file, file);
  EXPECT_EQ(shop_.generations(), 1u);
  EXPECT_EQ(count_orders(), "20000");
  shop_.stop_and_expect_what_the_log_says();
}

TEST_F(Rebuilding, AnotherVersionStaysReadableUntilItsSuccessorIsThere) {
  fill_log(20'000);
  shop_.wait_until_quiet();
  change_version();
  int answers = 0;
  do {
    // It has begun when the node has; a query before that is told to come again.
    const ReadAnswer answer = shop_.read("SELECT count(*) FROM orders");
    if (answer.outcome == ReadOutcome::unavailable && answers == 0) continue;
    ASSERT_EQ(answer.outcome, ReadOutcome::ok) << answer.detail;
    ASSERT_EQ(answer.rows.rows[0][0], SqlValue(std::int64_t{20'000}));
    ++answers;
  } while (shop_.info().state != State::live);
  EXPECT_GT(answers, 0);
  EXPECT_EQ(shop_.info().rebuild->failure, "");
  shop_.stop_and_expect_what_the_log_says();
}

TEST_F(Rebuilding, WhatCannotBeOpenedInTheFoldersPlaceIsSaidAndDoesNotHoldUpOrders) {
  shop_.node.stop();
  std::filesystem::remove_all(shop_.directory.file("read-models"));
  std::filesystem::remove(shop_.link());
  { std::ofstream(shop_.directory.file("read-models")) << "in the way"; }
  shop_.node.start();
  open_shop();
  const auto answer = shop_.node.checkout(NodeFixture::order("o1", "ann", {{"mug", 1}}));
  EXPECT_EQ(answer.view.phase, checkout::Phase::confirmed);
  const ReadModelsInfo info = shop_.info();
  EXPECT_EQ(info.state, State::failed);
  EXPECT_NE(info.detail, "");
  EXPECT_EQ(shop_.read("SELECT 1").outcome, ReadOutcome::unavailable);
  EXPECT_EQ(shop_.rebuild().outcome, ReadOutcome::unavailable);
  EXPECT_EQ(shop_.read("SELECT 1", answer.positions, milliseconds(50)).outcome,
            ReadOutcome::behind);
  std::filesystem::remove(shop_.directory.file("read-models"));
  shop_.wait_until_quiet();  // it is tried again by itself
  EXPECT_EQ(count_orders(), "1");
}

TEST_F(Rebuilding, AFileThatIsDamagedUnderTheNodeIsBuiltAnewByItself) {
  fill_log(2'000);
  const std::string file = shop_.wait_until_quiet().file;
  shop_.node.stop();
  {
    // Orders cannot be found any more, the bookkeeping can.
    const std::string root =
        ask_sql(file, "SELECT rootpage FROM sqlite_schema WHERE name = 'orders'");
    std::fstream spoilt(file, std::ios::in | std::ios::out | std::ios::binary);
    spoilt.seekp((std::stoll(root) - 1) * 8192);
    spoilt << std::string(8192, '\xee');
  }
  append(kOrder0, "new", {{placed()}});
  shop_.wait_until(
      [](const ReadModelsInfo& info) { return info.rebuild && info.rebuild->ended_at.is_set(); });
  EXPECT_EQ(shop_.wait_until_quiet().rebuild->failure, "");
  EXPECT_EQ(count_orders(), "2001");
  shop_.stop_and_expect_what_the_log_says();
}

// --- parked records -----------------------------------------------------------------------------

TEST_F(Rebuilding, ParkedRecordsAreShownRetriedAndSkipped) {
  append(kOrder0, "bad", {{garbage()}, {unknown()}, {placed()}});
  const ReadModelsInfo info = shop_.wait_until_quiet();
  ASSERT_EQ(info.parked.size(), 1u);
  EXPECT_EQ(info.parked[0].stream, "bad");
  EXPECT_EQ(info.parked[0].records, 3u);
  EXPECT_EQ(shop_.settle(kOrder0, "bad", ParkedAction::retry).outcome, ReadOutcome::invalid);
  EXPECT_EQ(shop_.settle(kOrder1, "bad", ParkedAction::retry).outcome, ReadOutcome::not_found);
  const auto skip = [&](std::uint64_t offset, const char* reason) {
    return shop_.settle(kOrder0, "bad", ParkedAction::skip, reason, offset).outcome;
  };
  const std::uint64_t first = info.parked[0].offset;
  EXPECT_EQ(skip(first, "one"), ReadOutcome::ok);
  EXPECT_EQ(skip(first, "one"), ReadOutcome::invalid) << "a request that came twice";
  EXPECT_EQ(skip(first + 1, "two"), ReadOutcome::ok);
  EXPECT_TRUE(shop_.info().parked.empty());
  EXPECT_EQ(skip(first + 1, "two"), ReadOutcome::not_found);
  EXPECT_EQ(count_orders(), "1");

  EXPECT_EQ(shop_.rebuild_and_wait().failure, "");
  EXPECT_TRUE(shop_.info().parked.empty());
  EXPECT_EQ(shop_.value("SELECT group_concat(reason) FROM skipped_records"), "one,two");
  EXPECT_EQ(count_orders(), "1");

  change_version();
  EXPECT_TRUE(shop_.wait_until_quiet().parked.empty());
  EXPECT_EQ(shop_.value("SELECT group_concat(reason) FROM skipped_records"), "one,two");
  EXPECT_EQ(count_orders(), "1");
}

TEST_F(Rebuilding, WhatFitsAfterAllIsNoLongerParked) {
  append(kWallet0, "ann", {{charged(100)}});
  shop_.wait_until_quiet();
  shop_.node.stop();
  run_sql(shop_.link(), "DELETE FROM wallets");
  {
    const auto log = shop_.node.open_log();
    Appender appender(*log);
    store::Record first;  // counts the one that is there
    first.stream = "ann";
    store::Append append;
    append.stream = *log->open_stream(kWallet0, "ann");
    first.sequence = append.sequence = 2;
    first.time = kNow;
    first.events = {held(30)};
    store::encode_record(first, append.bytes);
    std::vector<store::Offset> offsets;
    ASSERT_TRUE(log->append(std::span(&append, 1), offsets)[0].ok());
  }
  shop_.node.start();
  EXPECT_EQ(shop_.wait_until_quiet().parked.size(), 1u);
  EXPECT_EQ(shop_.rebuild_and_wait().failure, "");
  EXPECT_TRUE(shop_.info().parked.empty());
  EXPECT_EQ(shop_.value("SELECT held_minor FROM wallets"), "30");
  shop_.stop_and_expect_what_the_log_says();
}

// A row that the database refuses is found in a file that can undo what it wrote; a bulk load
// cannot, and is done once more in another way. More orders than the models hold in memory, so that
// they do not know the first of them any more.
TEST_F(Rebuilding, ARowThatIsRefusedInABulkLoadIsParkedAllTheSame) {
  fill_log(60'000);
  append(kOrder1, "old0", {{placed()}});
  const ReadModelsInfo info = shop_.wait_until(
      [](const ReadModelsInfo& now) { return !now.parked.empty() && now.state == State::live; });
  EXPECT_EQ(info.parked[0].stream, "old0");
  EXPECT_EQ(shop_.rebuild_and_wait().failure, "");
  EXPECT_EQ(shop_.info().parked.size(), 1u);
  EXPECT_EQ(shop_.info().parked[0].partition, kOrder1);
  EXPECT_EQ(count_orders(), "60000");
}

// --- readers ------------------------------------------------------------------------------------

TEST_F(Rebuilding, AQueryThatRunsDuringTheSwitchEndsWell) {
  fill_log(2'000);
  shop_.wait_until_quiet();
  const std::string slow =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) "
      "SELECT count(*), (SELECT count(*) FROM orders) FROM n";
  std::vector<std::future<ReadAnswer>> asked;
  const std::string before = shop_.info().file;
  for (int i = 0; i < 4; ++i) asked.push_back(shop_.read_later(slow));
  EXPECT_EQ(shop_.rebuild_and_wait().failure, "");
  EXPECT_NE(shop_.info().file, before);
  for (auto& one : asked) {
    const ReadAnswer answer = soon(std::move(one));
    ASSERT_EQ(answer.outcome, ReadOutcome::ok) << answer.detail;
    EXPECT_EQ(answer.rows.rows[0][1], SqlValue(std::int64_t{2'000}));
  }
  // The next ones are answered from the new file, also when the old one is gone.
  std::filesystem::remove(before);
  EXPECT_EQ(count_orders(), "2000");
}

}  // namespace
}  // namespace souk::test
