// What a start makes of a log whose end, or something else, is not whole. On the memory store,
// whose values can be damaged one by one.
#include "store/batch.hpp"
#include "store/keys.hpp"
#include "store/values.hpp"
#include "support.hpp"

namespace souk::store {
namespace {

using Lines = std::vector<std::string>;

class LogTail : public ::testing::Test {
 protected:
  void SetUp() override { start(); }

  void start() {
    writer_.reset();
    log_.reset();
    warnings_.clear();
    LogOptions options;
    options.dirty_heads_max = dirty_heads_max_;
    options.warn = [this](const std::string& warning) { warnings_.push_back(warning); };
    log_ = open_log(std::make_unique<MemoryKv>(disk_), options);
    ASSERT_NE(log_, nullptr);
    writer_ = std::make_unique<TestWriter>(*log_);
  }
  void append(const std::vector<Line>& lines) {
    for (const Status& status : writer_->append(lines)) expect_ok(status);
  }
  void damage(PartitionId partition, Offset first, std::size_t at) {
    std::string value = disk_->contents(Column::log).at(log_key(partition, first));
    value.at(at) ^= 1;
    disk_->overwrite(Column::log, log_key(partition, first), value);
  }
  void cut(PartitionId partition, Offset first, std::size_t size) {
    std::string value = disk_->contents(Column::log).at(log_key(partition, first));
    disk_->overwrite(Column::log, log_key(partition, first), value.substr(0, size));
  }
  bool has_batch(PartitionId partition, Offset first) {
    return disk_->contents(Column::log).contains(log_key(partition, first));
  }
  void expect_stopped(PartitionId partition, const std::string& where) {
    EXPECT_EQ(log_->stopped(partition).code(), Code::corruption);
    EXPECT_NE(log_->stopped(partition).message().find(where), std::string::npos)
        << log_->stopped(partition).message();
  }

  std::size_t dirty_heads_max_ = 1024;
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::vector<std::string> warnings_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<TestWriter> writer_;
};

TEST_F(LogTail, AWholeLogGivesNoWarning) {
  append({{kStock0, "tea", "a"}});
  start();
  EXPECT_EQ(warnings_, Lines{});
}

TEST_F(LogTail, TornLastBatchIsCutWithAWarning) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}, {kStock0, "oil", "c"}});
  cut(kStock0, 2, 120);
  start();
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("stock/0"), std::string::npos);
  EXPECT_NE(warnings_[0].find("offset 2"), std::string::npos);
  EXPECT_FALSE(has_batch(kStock0, 2));
  expect_ok(log_->stopped(kStock0));
  EXPECT_EQ(scanned(*log_, kStock0), (Lines{"tea#1:a"}));
  EXPECT_EQ(log_->head(kStock0, "tea")->sequence, 1u);
  EXPECT_TRUE(log_->surely_new(kStock0, "oil"));
  append({{kStock0, "tea", "d"}});
  start();
  EXPECT_EQ(warnings_, Lines{});
  EXPECT_EQ(scanned(*log_, kStock0), (Lines{"tea#1:a", "tea#2:d"}));
}

TEST_F(LogTail, TheOnlyBatchMayBeTornToo) {
  append({{kStock0, "tea", "a"}});
  cut(kStock0, 1, 5);  // not even its group can be read
  start();
  EXPECT_EQ(warnings_.size(), 1u);
  expect_ok(log_->stopped(kStock0));
  EXPECT_EQ(log_->next_offset(kStock0), 1u);
}

TEST_F(LogTail, AnyFlippedBitOfTheLastBatchIsFound) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "oil", "b"}});
  const std::string whole = disk_->contents(Column::log).at(log_key(kStock0, 2));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at >= kBatchGroupAt && at < kBatchGroupAt + 8) continue;  // may stop it instead: see below
    disk_->overwrite(Column::log, log_key(kStock0, 2), whole);
    disk_->overwrite(Column::meta, meta_key(MetaKind::group), std::nullopt);  // of the last cut
    damage(kStock0, 2, at);
    start();
    EXPECT_EQ(warnings_.size(), 1u) << at;
    EXPECT_EQ(scanned(*log_, kStock0), (Lines{"tea#1:a"})) << at;
  }
}

TEST_F(LogTail, TheLastBatchOfAPartitionThatALaterGroupProvesSyncedStopsThePartition) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}});
  append({{kStock1, "oil", "c"}});  // so the group before was acknowledged
  damage(kStock0, 2, 100);
  start();
  EXPECT_TRUE(has_batch(kStock0, 2));
  expect_stopped(kStock0, "stock/0 is damaged at offset 2");
  EXPECT_EQ(scanned(*log_, kStock0), (Lines{"tea#1:a", log_->stopped(kStock0).message()}));
  expect_ok(log_->stopped(kStock1));
  append({{kStock1, "oil", "d"}});
}

TEST_F(LogTail, TheLastBatchThatACleanStopProvesSyncedStopsThePartition) {
  append({{kStock0, "tea", "a"}});
  expect_ok(log_->flush());
  damage(kStock0, 1, 60);
  start();
  EXPECT_TRUE(has_batch(kStock0, 1));
  expect_stopped(kStock0, "stock/0 is damaged at offset 1");
}

TEST_F(LogTail, AnUnreadableLastBatchWhoseHeadsWereSavedStopsThePartition) {
  append({{kStock0, "tea", "a"}});
  expect_ok(log_->flush());
  cut(kStock0, 1, 5);
  start();
  EXPECT_TRUE(has_batch(kStock0, 1));
  expect_stopped(kStock0, "stock/0 is damaged at offset 1");
}

TEST_F(LogTail, ACutGroupsNumberIsNotGivenAgain) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}});
  cut(kStock0, 2, 120);
  start();
  append({{kStock1, "oil", "c"}});
  auto value = disk_->contents(Column::log).at(log_key(kStock1, 1));
  EXPECT_GT(BatchView::claimed_group(value), 2u);
}

TEST_F(LogTail, DamageInTheMiddleOfTheTailStopsThePartitionAndNoOther) {
  append({{kStock0, "tea", "a"}, {kStock1, "oil", "x"}});
  append({{kStock0, "tea", "b"}});
  append({{kStock0, "tea", "c"}});
  damage(kStock0, 2, 90);
  start();
  ASSERT_EQ(warnings_.size(), 1u);
  expect_stopped(kStock0, "stock/0 is damaged at offset 2");
  EXPECT_EQ(writer_->append({{kStock0, "tea", "d"}})[0].code(), Code::stopped);
  EXPECT_FALSE(log_->open_stream(kStock0, "tea").ok());
  EXPECT_FALSE(log_->head(kStock0, "tea").ok());
  EXPECT_FALSE(log_->open_streams(kStock0).ok());
  EXPECT_FALSE(log_->surely_new(kStock0, "tea"));
  EXPECT_FALSE(log_->surely_new(kStock0, "never"));
  EXPECT_EQ(scanned(*log_, kStock0).front(), "tea#1:a");
  append({{kStock1, "oil", "y"}});
  EXPECT_EQ(scanned(*log_, kStock1), (Lines{"oil#1:x", "oil#2:y"}));
}

TEST_F(LogTail, TwoDamagedBatchesAtTheEndAreNoTornTail) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}});
  append({{kStock0, "tea", "c"}});
  damage(kStock0, 2, 90);
  damage(kStock0, 3, 90);
  start();
  expect_stopped(kStock0, "offset 2");
  EXPECT_TRUE(has_batch(kStock0, 3));
}

TEST_F(LogTail, AMissingBatchIsDamage) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}});
  append({{kStock0, "tea", "c"}});
  disk_->overwrite(Column::log, log_key(kStock0, 2), std::nullopt);
  start();
  expect_stopped(kStock0, "stock/0 is damaged at offset 2");
}

TEST_F(LogTail, ABatchUnderAnothersKeyIsDamage) {
  append({{kStock0, "tea", "a"}, {kStock1, "tea", "b"}});
  append({{kOrder0, "o", "c"}});
  auto log = disk_->contents(Column::log);
  disk_->overwrite(Column::log, log_key(kStock0, 1), log.at(log_key(kStock1, 1)));
  start();
  expect_stopped(kStock0, "stock/0 is damaged at offset 1");
  expect_ok(log_->stopped(kStock1));
}

// With a checksum that is right, so that nothing else gives it away.
TEST_F(LogTail, ABatchThatBeginsWithinAnotherIsDamage) {
  append({{kStock0, "tea", "a"}, {kStock0, "tea", "b"}});
  append({{kStock0, "tea", "c"}});
  append({{kStock0, "tea", "d"}});
  expect_ok(log_->flush());
  const auto log = disk_->contents(Column::log);
  const auto parsed = [&](Offset first) {
    const auto& [key, value] = *log.find(log_key(kStock0, first));
    return *BatchView::parse(kStock0, key, value);
  };
  const BatchView whole = parsed(1);
  const BatchView third = parsed(3);
  BatchBuilder builder;
  for (const auto record : {whole.record(2), third.record(3)}) builder.expect(record.size());
  builder.begin(kStock0, 2, third.place());
  for (const auto record : {whole.record(2), third.record(3)}) builder.add(record);
  std::string key, value;
  builder.finish(key, value);
  disk_->overwrite(Column::log, key, value);
  disk_->overwrite(Column::log, log_key(kStock0, 3), std::nullopt);
  start();
  const Lines lines = scanned(*log_, kStock0);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1], "tea#2:b");
  EXPECT_NE(lines[2].find("stock/0 is damaged at offset 3"), std::string::npos) << lines[2];
}

TEST_F(LogTail, AnEndThatIsNoOffsetIsDamageAndNoTornTail) {
  append({{kStock0, "tea", "a"}});
  const std::string value = disk_->contents(Column::log).at(log_key(kStock0, 1));
  disk_->overwrite(Column::log, log_key(kStock0, 1) + '\0', value);
  start();
  expect_stopped(kStock0, "stock/0 is damaged at offset");
  EXPECT_EQ(scanned(*log_, kStock0).front(), "tea#1:a");
  disk_->overwrite(Column::log, log_key(kStock0, 1) + '\0', std::nullopt);
  start();
  expect_ok(log_->stopped(kStock0));
}

TEST_F(LogTail, ALogThatEndsBeforeItsHeadsIsDamage) {
  dirty_heads_max_ = 0;
  start();
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}});
  append({{kStock1, "oil", "c"}});  // saves the head of tea, through offset 2
  disk_->overwrite(Column::log, log_key(kStock0, 2), std::nullopt);
  start();
  expect_stopped(kStock0, "stock/0 is damaged at offset 2");
  disk_->overwrite(Column::log, log_key(kStock0, 1), std::nullopt);
  start();
  expect_stopped(kStock0, "stock/0 is damaged at offset 1");
}

TEST_F(LogTail, ARecordThatDoesNotFollowItsStreamIsDamage) {
  append({{kStock0, "tea", "a"}});
  expect_ok(log_->flush());
  append({{kStock0, "tea", "b"}});
  std::string key = stream_key(kStock0, "tea");
  disk_->overwrite(Column::heads, key, encode_head(key, {1, 7, false}));
  start();
  expect_stopped(kStock0, "stock/0 is damaged at offset 2");
}

TEST_F(LogTail, DamageThatAReaderMeetsIsNamedAndStopsThePartition) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}});
  append({{kStock0, "oil", "c"}, {kStock1, "oil", "x"}});
  expect_ok(log_->flush());
  damage(kStock0, 2, 80);
  start();
  expect_ok(log_->stopped(kStock0));  // it is not in the tail, so the start did not look at it
  Lines lines = scanned(*log_, kStock0);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "tea#1:a");
  EXPECT_NE(lines[1].find("stock/0 is damaged at offset 2"), std::string::npos) << lines[1];
  EXPECT_EQ(warnings_, (Lines{lines[1]}));
  expect_stopped(kStock0, "offset 2");
  EXPECT_EQ(writer_->append({{kStock0, "oil", "d"}})[0].code(), Code::stopped);
  EXPECT_EQ(scanned(*log_, kStock0, 3), (Lines{"oil#1:c"}));  // what is whole can be read
  EXPECT_EQ(stream_of(*log_, kStock0, "oil"), (Lines{"oil#1:c"}));
  append({{kStock1, "oil", "y"}});
}

TEST_F(LogTail, DamageThatALoadingActorMeetsStopsThePartition) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "tea", "b"}});
  append({{kStock0, "tea", "c"}});
  expect_ok(log_->flush());
  damage(kStock0, 2, 80);
  start();
  EXPECT_EQ(stream_of(*log_, kStock0, "tea", 2), (Lines{"tea#3:c"}));
  expect_ok(log_->stopped(kStock0));
  EXPECT_NE(stream_of(*log_, kStock0, "tea").front().find("stock/0 is damaged at offset 2"),
            std::string::npos);
  expect_stopped(kStock0, "offset 2");
}

TEST_F(LogTail, AHeadThatIsDamagedIsNamed) {
  append({{kStock0, "tea", "a"}});
  expect_ok(log_->flush());
  disk_->overwrite(Column::heads, stream_key(kStock0, "tea"), "nonsense");
  start();
  auto head = log_->head(kStock0, "tea");
  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.status().code(), Code::corruption);
  EXPECT_NE(head.status().message().find("stock/0"), std::string::npos);
  EXPECT_NE(head.status().message().find("tea"), std::string::npos);
}

// A stream would seem to be empty and not to be new.
TEST_F(LogTail, AHeadOfNoRecordIsDamage) {
  append({{kStock0, "tea", "a"}});
  expect_ok(log_->flush());
  const std::string key = stream_key(kStock0, "tea");
  for (const Head head : {Head{0, 1, false}, Head{1, 0, false}, Head{}}) {
    disk_->overwrite(Column::heads, key, encode_head(key, head));
    start();
    EXPECT_EQ(log_->head(kStock0, "tea").status().code(), Code::corruption);
  }
}

TEST_F(LogTail, ADamagedSnapshotCountsAsNone) {
  append({{kStock0, "tea", "a"}});
  log_->put_snapshot(*writer_->stream(kStock0, "tea"), {1, 1, 1, "state"});
  expect_ok(log_->flush());
  std::string key = stream_key(kStock0, "tea");
  std::string value = disk_->contents(Column::snapshots).at(key);
  value.back() ^= 1;
  disk_->overwrite(Column::snapshots, key, value);
  start();
  EXPECT_FALSE(*log_->snapshot(kStock0, "tea", 1));
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("tea"), std::string::npos);
  expect_ok(log_->stopped(kStock0));
}

}  // namespace
}  // namespace souk::store
