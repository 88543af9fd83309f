// RocksDB under a failing disk: whatever was acknowledged is there afterwards, whatever was not is
// there whole or not at all.
#include <chrono>
#include <thread>

#include "crash_env.hpp"
#include "model.hpp"

namespace souk::store {
namespace {

// A directory on a disk that can fail, and what was acknowledged of what was written to it.
class CrashRig {
 public:
  CrashRig() : env_(rocksdb::NewCompositeEnv(disk_)) {}

  CrashFileSystem& disk() { return *disk_; }
  const Model& acknowledged() const { return acknowledged_; }

  Result<std::unique_ptr<Log>> open() {
    RocksOptions options{.path = dir_.path() / "data", .env = env_.get()};
    options.log_buffer_bytes = buffer_bytes;
    auto kv = open_rocks_kv(options);
    if (!kv.ok()) return kv.status();
    LogOptions log_options;
    log_options.dirty_heads_max = 3;
    return Log::open(std::move(*kv), test_identity(), log_options);
  }

  // Appends random groups until the disk fails or `groups` are through.
  void work(Log& log, std::mt19937_64& random, int groups) {
    TestWriter writer(log);
    for (int i = 0; i < groups && !failed_; ++i) {
      std::vector<Line> group = random_group(random, 5);
      Model with_group = acknowledged_;
      with_group.append(group);
      bool any = false, all = true;
      for (const Status& status : writer.append(group)) {
        any = any || status.ok();
        all = all && status.ok();
      }
      EXPECT_EQ(any, all) << "a group was acknowledged in part";
      if (all) {
        acknowledged_ = with_group;
      } else {
        in_doubt_ = with_group;
        failed_ = true;
      }
    }
  }

  // The log holds what was acknowledged, perhaps with the one group that was in doubt.
  void expect_intact(const Log& log) {
    if (failed_ && in_doubt_.holds_in(log)) acknowledged_ = in_doubt_;
    failed_ = false;
    acknowledged_.expect_same(log);
  }

  std::size_t buffer_bytes = RocksOptions{}.log_buffer_bytes;

 private:
  TempDir dir_;
  std::shared_ptr<CrashFileSystem> disk_ = std::make_shared<CrashFileSystem>();
  std::unique_ptr<rocksdb::Env> env_;
  Model acknowledged_;
  Model in_doubt_;
  bool failed_ = false;
};

// Cuts the power at the nth change, looks what is left, and goes on with it. False if the workload
// made fewer changes than that.
bool crash_at(std::uint64_t n, std::uint64_t loss_seed) {
  CrashRig rig;
  std::mt19937_64 random(7);
  rig.disk().cut_power_at(n);
  {
    auto log = rig.open();
    if (log.ok()) rig.work(**log, random, 8);
    if (!rig.disk().power_is_off()) return false;
  }
  rig.disk().lose_unsynced(loss_seed);
  auto log = rig.open();
  EXPECT_TRUE(log.ok()) << log.status().message();
  if (!log.ok()) return true;
  rig.expect_intact(**log);
  rig.work(**log, random, 2);
  rig.expect_intact(**log);
  return true;
}

TEST(RocksCrash, ACutAtAnyMomentLosesNothingAcknowledged) {
  for (std::uint64_t n = 1; !testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("power cut at change " + std::to_string(n));
    // Alternately a disk that loses all that was not synced, and one that keeps a part.
    if (!crash_at(n, n % 2 == 0 ? 0 : n)) {
      EXPECT_GT(n, 30u) << "the workload should have touched the disk more often";
      break;
    }
  }
}

TEST(RocksCrash, CutsWhileItFlushesAndCompacts) {
  const std::uint64_t seed = test_seed(20240229);
  SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  CrashRig rig;
  rig.buffer_bytes = 64u << 10;  // RocksDB's least: it flushes every few dozen groups
  for (int round = 0; round < 12 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    {
      rig.disk().cut_power_at(1 + random() % 600);
      auto log = rig.open();
      if (log.ok()) rig.work(**log, random, 300);
      if (!rig.disk().power_is_off()) rig.disk().cut_power();
    }
    rig.disk().lose_unsynced(random() % 3);
    auto log = rig.open();
    ASSERT_TRUE(log.ok()) << log.status().message();
    rig.expect_intact(**log);
  }
  EXPECT_GT(rig.acknowledged().records(), 0u);
}

TEST(RocksFailure, AFailedSyncStopsEverythingAndIsNeverRetried) {
  CrashRig rig;
  std::mt19937_64 random(1);
  {
    auto log = rig.open();
    ASSERT_TRUE(log.ok()) << log.status().message();
    rig.work(**log, random, 3);
    rig.disk().fail_wal_sync_at(1);
    TestWriter writer(**log);
    for (const Status& status : writer.append({{kStock0, "tea", "a"}, {kOrder0, "o", "b"}}))
      EXPECT_EQ(status.code(), Code::io_error) << status.message();
    EXPECT_EQ(writer.offsets(), (std::vector<Offset>{kNoOffset, kNoOffset}));
    const std::uint64_t syncs = rig.disk().wal_syncs();

    rig.acknowledged().expect_same(**log);  // nothing of the failed group can be seen
    for (const Status& status : writer.append({{kStock1, "oil", "c"}}))
      EXPECT_EQ(status.code(), Code::stopped) << status.message();
    EXPECT_EQ((*log)->flush().code(), Code::stopped);
    EXPECT_EQ((*log)->stopped(kStock1).code(), Code::io_error);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // for a retry in the background
    EXPECT_EQ(rig.disk().wal_syncs(), syncs);
    log->reset();
    EXPECT_EQ(rig.disk().wal_syncs(), syncs);  // nor when it is closed
  }
  rig.disk().lose_unsynced(0);
  auto log = rig.open();
  ASSERT_TRUE(log.ok()) << log.status().message();
  rig.acknowledged().expect_same(**log);
  rig.work(**log, random, 3);
  rig.expect_intact(**log);
}

TEST(RocksFailure, AfterAFailedWriteEveryLaterOneFailsToo) {
  TempDir dir;
  auto disk = std::make_shared<CrashFileSystem>();
  auto env = rocksdb::NewCompositeEnv(disk);
  auto kv = open_rocks_kv({.path = dir.path(), .env = env.get()});
  ASSERT_TRUE(kv.ok()) << kv.status().message();
  WriteBatch batch;
  batch.put(Column::heads, "key", "value");
  disk->leave_space(3);
  EXPECT_EQ((*kv)->write(batch, true).code(), Code::io_error);
  disk->leave_space(1u << 20);
  const std::uint64_t changes = disk->changes();
  EXPECT_EQ((*kv)->write(batch, true).code(), Code::stopped);
  EXPECT_EQ((*kv)->write(batch, false).code(), Code::stopped);
  EXPECT_EQ(disk->changes(), changes);
  EXPECT_EQ(*(*kv)->get(Column::heads, "key"), std::nullopt);
}

TEST(RocksFailure, AFullDiskStopsEverythingAndAcknowledgesNothing) {
  for (std::uint64_t space = 0; space < 2000; space += 190) {
    SCOPED_TRACE("space " + std::to_string(space));
    CrashRig rig;
    std::mt19937_64 random(2);
    {
      auto log = rig.open();
      ASSERT_TRUE(log.ok()) << log.status().message();
      rig.work(**log, random, 2);
      rig.disk().leave_space(space);
      rig.work(**log, random, 30);
      EXPECT_EQ((*log)->stopped(kStock0).code(), Code::io_error);
      EXPECT_NE((*log)->stopped(kStock0).message().find("the disk is full"), std::string::npos);
      rig.acknowledged().expect_same(**log);
      TestWriter writer(**log);
      EXPECT_EQ(writer.append({{kStock0, "tea", "x"}})[0].code(), Code::stopped);
    }
    rig.disk().leave_space(~std::uint64_t{0});
    auto log = rig.open();
    ASSERT_TRUE(log.ok()) << log.status().message();
    rig.expect_intact(**log);
    rig.work(**log, random, 2);
    rig.expect_intact(**log);
  }
}

}  // namespace
}  // namespace souk::store
