// Records that do not fit: they are parked with what stands behind them in their stream, and
// nothing else is held up, until an operator has them tried again or left out.
#include <gtest/gtest.h>

#include "tests/models/support.hpp"

namespace souk::test {
namespace {

class Parking : public ::testing::Test {
 protected:
  void follow() { test::follow(*models_, *log_); }
  void restart() {
    models_.reset();
    models_ = open_models(path_);
  }
  // The file that a rebuild makes, with the same records left out.
  std::string rebuilt() {
    const std::string path = directory_.file("rebuilt" + std::to_string(++rebuilds_));
    const auto models = create_models(path, BulkLoad::yes);
    EXPECT_TRUE(models->skip_as_in(*models_).ok());
    test::follow(*models, *log_);
    EXPECT_TRUE(models->finish_bulk_load().ok());
    return dump(path);
  }
  std::string ask(const std::string& sql) { return ask_sql(path_, sql); }
  store::Status retry(PartitionId partition, const std::string& stream) {
    return models_->retry(partition, stream, reading(*log_));
  }
  store::Status skip(PartitionId partition, const std::string& stream,
                     const std::string& reason = "looked at it") {
    return models_->skip(partition, stream, reason, kNow, reading(*log_));
  }
  // "order/0 bad @3 x2, ..."
  std::string parked() {
    std::string text;
    for (const read_models::ParkedStream& one : models_->parked())
      text += (text.empty() ? "" : ", ") + std::string(name_of(one.partition.service)) + "/" +
              std::to_string(one.partition.number) + " " + one.stream + " @" +
              std::to_string(one.offset) + " x" + std::to_string(one.records);
    return text;
  }

  Directory directory_;
  const std::string path_ = directory_.file("models");
  std::unique_ptr<store::Log> log_ = open_log();
  Appender log_to_{*log_};
  std::unique_ptr<Models> models_ = create_models(path_);
  int rebuilds_ = 0;
};

TEST_F(Parking, WhatCannotBeReadIsParkedWithWhatStandsBehindIt) {
  log_to_.append(kOrder0, "good", {placed()});
  log_to_.append(kOrder0, "bad", {garbage()});
  const Time since = log_to_.now();
  log_to_.append(kOrder0, "bad", {placed()});
  log_to_.append(kOrder0, "good", {confirmed()});
  log_to_.append(kOrder0, "newer", {placed(), unknown()});
  follow();
  EXPECT_EQ(parked(), "order/0 bad @2 x2, order/0 newer @5 x1");
  const auto streams = models_->parked();
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0].since, since);
  EXPECT_NE(streams[0].reason.find("cannot be read"), std::string::npos) << streams[0].reason;
  EXPECT_NE(streams[1].reason.find("cannot be read"), std::string::npos) << streams[1].reason;
  EXPECT_EQ(ask("SELECT group_concat(order_id || status) FROM orders"), "goodCONFIRMED");
  EXPECT_EQ(models_->positions().at(kOrder0), 5u);
  EXPECT_EQ(difference(dump(path_), rebuilt()), "");
}

TEST_F(Parking, WhatTheProjectionsRefuseIsParkedAndLeavesNoTrace) {
  log_to_.append(kOrder0, "o1", {confirmed()});
  log_to_.append(kOrder0, "o2", {placed(2), confirmed(3)});  // the first fits, the second does not
  follow();
  EXPECT_EQ(parked(), "order/0 o1 @1 x1, order/0 o2 @2 x1");
  EXPECT_EQ(models_->parked()[0].reason, "order o1: confirmed, but it was never placed");
  EXPECT_EQ(ask("SELECT count(*) FROM orders"), "0");
  EXPECT_EQ(ask("SELECT count(*) FROM order_lines"), "0");
  EXPECT_EQ(ask("SELECT count(*) FROM sales_by_hour"), "0");
}

TEST_F(Parking, SeveralInOneBatchAreParkedEachOnItsOwn) {
  for (const char* stream : {"a", "b", "c", "d"}) {
    store::Record record;
    record.stream = stream;
    record.time = kNow;
    record.events = {*stream == 'b' || *stream == 'c' ? garbage() : placed()};
    log_to_.add(kOrder0, record);
    record.events = {confirmed()};
    log_to_.add(kOrder0, record);
  }
  log_to_.flush();
  const auto slice = log_->read(kOrder0, 1, 1u << 20);
  ASSERT_EQ(slice->batches.size(), 1u);
  follow();
  EXPECT_EQ(parked(), "order/0 b @3 x2, order/0 c @5 x2");
  EXPECT_EQ(ask("SELECT count(*) FROM orders WHERE status = 'CONFIRMED'"), "2");
  EXPECT_EQ(difference(dump(path_), rebuilt()), "");
}

TEST_F(Parking, OtherPartitionsOfWhatIsNotCommittedYetAreNotLost) {
  log_to_.append(kWallet0, "ann", {charged(500)});
  log_to_.append(kOrder1, "o1", {placed()});
  log_to_.append(kOrder0, "bad", {garbage()});
  ASSERT_TRUE(apply(*models_, *log_, kWallet0).ok());
  ASSERT_TRUE(apply(*models_, *log_, kOrder1).ok());
  ASSERT_TRUE(apply(*models_, *log_, kOrder0).ok());
  EXPECT_EQ(models_->positions(), (Positions{{kWallet0, 1}, {kOrder1, 1}, {kOrder0, 1}}));
  EXPECT_EQ(ask("SELECT balance_minor FROM wallets"), "500");
}

TEST_F(Parking, ARestartKeepsIt) {
  log_to_.append(kOrder0, "bad", {garbage()});
  follow();
  restart();
  EXPECT_EQ(parked(), "order/0 bad @1 x1");
  log_to_.append(kOrder0, "bad", {placed()});
  log_to_.append(kOrder0, "good", {placed()});
  follow();
  EXPECT_EQ(parked(), "order/0 bad @1 x2");
  EXPECT_EQ(ask("SELECT group_concat(order_id) FROM orders"), "good");
}

TEST_F(Parking, WhatStandsBehindAndIsNotCommittedComesAgainAfterARestart) {
  log_to_.append(kOrder0, "bad", {garbage()});
  follow();
  log_to_.append(kOrder0, "bad", {placed()});
  ASSERT_TRUE(apply(*models_, *log_, kOrder0).ok());
  restart();
  EXPECT_EQ(parked(), "order/0 bad @1 x1");
  follow();
  EXPECT_EQ(parked(), "order/0 bad @1 x2");
}

TEST_F(Parking, OldestFirst) {
  log_to_.append(kWallet0, "zoe", {garbage()});
  log_to_.append(kOrder1, "o1", {garbage()});
  log_to_.append(kOrder0, "o2", {garbage()});
  follow();
  EXPECT_EQ(parked(), "wallet/0 zoe @1 x1, order/1 o1 @1 x1, order/0 o2 @1 x1");
}

// --- retry ------------------------------------------------------------------------------------

TEST_F(Parking, ARetryBeforeTheCauseIsMendedChangesNothing) {
  log_to_.append(kWallet0, "ann", {held()});
  log_to_.append(kWallet0, "ann", {charged()});
  log_to_.append(kWallet0, "bob", {charged()});
  follow();
  const std::string before = dump(path_);
  const store::Status status = retry(kWallet0, "ann");
  EXPECT_EQ(status.code(), store::Code::invalid);
  EXPECT_NE(status.message().find("nothing was ever charged"), std::string::npos)
      << status.message();
  EXPECT_EQ(difference(dump(path_), before), "");
  EXPECT_EQ(parked(), "wallet/0 ann @1 x2");
  EXPECT_EQ(retry(kWallet0, "bob").code(), store::Code::not_found);
  log_to_.append(kWallet0, "ann", {charged()});
  follow();
  EXPECT_EQ(parked(), "wallet/0 ann @1 x3");
}

TEST_F(Parking, ARetryTakesEverythingOnceTheCauseIsMended) {
  log_to_.append(kWallet0, "ann", {charged(100)});
  follow();
  run_sql(path_, "DELETE FROM wallets");
  restart();
  log_to_.append(kWallet0, "ann", {held(30)});
  log_to_.append(kWallet0, "ann", {charged(7)});
  follow();
  EXPECT_EQ(parked(), "wallet/0 ann @2 x2");
  run_sql(path_,
          "INSERT INTO wallets (wallet_id, currency, balance_minor, held_minor, charged_minor, "
          "spent_minor, refunded_minor, movements) VALUES ('ann', 'GBP', 100, 0, 100, 0, 0, 1)");
  EXPECT_TRUE(retry(kWallet0, "ann").ok());
  EXPECT_EQ(parked(), "");
  EXPECT_EQ(ask("SELECT balance_minor FROM wallets"), "77");
  log_to_.append(kWallet0, "ann", {held(7)});
  follow();
  EXPECT_EQ(ask("SELECT balance_minor FROM wallets"), "70");
  EXPECT_EQ(difference(dump(path_), rebuilt()), "");
}

TEST_F(Parking, ARetryKeepsWhatFittedAndSaysWhatDoesNot) {
  log_to_.append(kOrder0, "o1", {placed()});
  follow();
  run_sql(path_, "DELETE FROM orders");
  restart();
  log_to_.append(kOrder0, "o1", {confirmed()});
  log_to_.append(kOrder0, "o1", {garbage()});
  log_to_.append(kOrder0, "o1", {garbage()});
  follow();
  run_sql(path_,
          "INSERT INTO orders (order_id, customer_id, status, placed_at, ordered_at, line_count, "
          "units) SELECT 'o1', 'ann', 'PLACED', at, at, 1, 2 FROM parked_records "
          "WHERE record_offset = 2");
  EXPECT_EQ(retry(kOrder0, "o1").code(), store::Code::invalid);
  EXPECT_EQ(parked(), "order/0 o1 @3 x2");
  EXPECT_NE(models_->parked()[0].reason, "");
  EXPECT_EQ(ask("SELECT status FROM orders"), "CONFIRMED");
}

// --- skip -------------------------------------------------------------------------------------

TEST_F(Parking, ASkipIsWrittenDownAndTakesInWhatStandsBehind) {
  log_to_.append(kWallet0, "ann", {charged(100)});
  log_to_.append(kWallet0, "ann", {held(500)});
  log_to_.append(kWallet0, "ann", {charged(11)});
  follow();
  EXPECT_EQ(parked(), "wallet/0 ann @2 x2");
  EXPECT_EQ(skip(kWallet0, "bob").code(), store::Code::not_found);
  EXPECT_TRUE(skip(kWallet0, "ann", "a hold that never was").ok());
  EXPECT_EQ(parked(), "");
  EXPECT_EQ(ask("SELECT balance_minor FROM wallets"), "111");
  EXPECT_EQ(ask("SELECT reason FROM skipped_records"), "a hold that never was");
  EXPECT_NE(ask("SELECT error FROM skipped_records").find("would be negative"), std::string::npos);
  EXPECT_EQ(ask("SELECT service || partition || stream || record_offset FROM skipped_records"),
            "wallet0ann2");
  EXPECT_EQ(difference(dump(path_), rebuilt()), "");
  restart();
  log_to_.append(kWallet0, "ann", {charged(4)});
  follow();
  EXPECT_EQ(ask("SELECT balance_minor FROM wallets"), "115");
  EXPECT_EQ(difference(dump(path_), rebuilt()), "");
}

TEST_F(Parking, SeveralInARowAreSkippedOneByOne) {
  log_to_.append(kOrder0, "o1", {garbage()});
  log_to_.append(kOrder0, "o1", {unknown()});
  log_to_.append(kOrder0, "o1", {placed()});
  follow();
  EXPECT_TRUE(skip(kOrder0, "o1", "first").ok());
  EXPECT_EQ(parked(), "order/0 o1 @2 x2");
  EXPECT_NE(models_->parked()[0].reason, "");  // it stood behind another before
  EXPECT_EQ(retry(kOrder0, "o1").code(), store::Code::invalid);
  EXPECT_TRUE(skip(kOrder0, "o1", "second").ok());
  EXPECT_EQ(parked(), "");
  EXPECT_EQ(ask("SELECT group_concat(reason) FROM skipped_records"), "first,second");
  EXPECT_EQ(ask("SELECT status FROM orders"), "PLACED");
  EXPECT_EQ(difference(dump(path_), rebuilt()), "");
}

TEST_F(Parking, SkipsAreTakenOverFromAFileOfAnotherVersion) {
  log_to_.append(kOrder0, "o1", {garbage()});
  log_to_.append(kOrder0, "o1", {placed()});
  follow();
  ASSERT_TRUE(skip(kOrder0, "o1").ok());
  const std::string before = dump(path_);
  models_.reset();
  run_sql(path_, "UPDATE about SET value = '0-older' WHERE name = 'version'");
  const std::string path = directory_.file("newer");
  const auto models = create_models(path);
  ASSERT_TRUE(models->skip_as_in(path_).ok());
  test::follow(*models, *log_);
  EXPECT_EQ(difference(dump(path), before), "");
  EXPECT_FALSE(create_models(directory_.file("none"))->skip_as_in(directory_.file("?")).ok());
}

// --- the cause is gone, or is the database's ---------------------------------------------------

TEST_F(Parking, ARebuildTakesWhatFitsAfterAll) {
  log_to_.append(kWallet0, "ann", {charged(100)});
  follow();
  run_sql(path_, "DELETE FROM wallets");
  restart();
  log_to_.append(kWallet0, "ann", {held(30)});
  follow();
  EXPECT_EQ(parked(), "wallet/0 ann @2 x1");
  models_ = create_models(directory_.file("anew"));
  follow();
  EXPECT_EQ(parked(), "");
  EXPECT_EQ(ask_sql(directory_.file("anew"), "SELECT balance_minor FROM wallets"), "70");
}

// One order in two partitions, which no router does. The second one's first record looks up
// nothing, so that only the database can say that its rows are there.
TEST_F(Parking, ARecordWhoseRowTheDatabaseRefusesIsFoundAndParked) {
  log_to_.append(kOrder0, "o1", {placed()});
  follow();
  restart();
  log_to_.append(kWallet0, "ann", {charged(5)});
  log_to_.append(kOrder1, "before", {placed()});
  log_to_.append(kOrder1, "o1", {placed(), confirmed()});
  log_to_.append(kOrder1, "after", {placed()});
  log_to_.append(kOrder1, "o1", {confirmed()});
  log_to_.append(kOrder1, "before", {confirmed()});
  follow();
  EXPECT_EQ(parked(), "order/1 o1 @2 x2");
  EXPECT_NE(models_->parked()[0].reason.find("exists already"), std::string::npos)
      << models_->parked()[0].reason;
  EXPECT_EQ(ask("SELECT count(*) FROM orders"), "3");
  EXPECT_EQ(ask("SELECT status FROM orders WHERE order_id = 'before'"), "CONFIRMED");
  EXPECT_EQ(ask("SELECT status FROM orders WHERE order_id = 'after'"), "PLACED");
  EXPECT_EQ(ask("SELECT status FROM orders WHERE order_id = 'o1'"), "PLACED");
  EXPECT_EQ(ask("SELECT balance_minor FROM wallets"), "5");
  const std::string before = dump(path_);
  EXPECT_EQ(retry(kOrder1, "o1").code(), store::Code::invalid);
  EXPECT_EQ(difference(dump(path_), before), "");
  restart();
  EXPECT_TRUE(skip(kOrder1, "o1").ok());
  EXPECT_EQ(parked(), "");  // its second record confirms what is there
}

TEST_F(Parking, ARowThatIsRefusedBeforeOneThatDoesNotFitIsFoundAsWell) {
  log_to_.append(kOrder0, "o1", {placed()});
  follow();
  restart();
  log_to_.append(kOrder1, "o1", {placed()});
  log_to_.append(kOrder1, "o1", {garbage()});
  log_to_.append(kOrder1, "o2", {garbage()});
  log_to_.append(kOrder1, "o3", {placed()});
  follow();
  EXPECT_EQ(parked(), "order/1 o1 @1 x2, order/1 o2 @3 x1");
  EXPECT_EQ(ask("SELECT count(*) FROM orders"), "2");
}

TEST_F(Parking, ARowThatSomebodyHasDeletedIsMissedByItsOwnStreamOnly) {
  log_to_.append(kWallet0, "ann", {charged(100)});
  log_to_.append(kWallet0, "bob", {charged(100)});
  follow();
  run_sql(path_, "DELETE FROM wallets WHERE wallet_id = 'ann'");  // the models still hold it
  log_to_.append(kWallet0, "ann", {held(1)});
  log_to_.append(kWallet0, "bob", {held(1)});
  follow();
  EXPECT_EQ(parked(), "wallet/0 ann @3 x1");
  EXPECT_EQ(ask("SELECT group_concat(wallet_id || held_minor) FROM wallets"), "bob1");
}

TEST_F(Parking, ADatabaseThatDoesNotWorkIsNoRecordsFault) {
  run_sql(path_, "DROP TABLE wallet_movements");
  log_to_.append(kWallet0, "ann", {charged(100)});
  ASSERT_TRUE(apply(*models_, *log_, kWallet0).ok());
  EXPECT_FALSE(models_->commit().ok());
  EXPECT_EQ(parked(), "");
  EXPECT_EQ(models_->next(kWallet0), 1u);
}

}  // namespace
}  // namespace souk::test
