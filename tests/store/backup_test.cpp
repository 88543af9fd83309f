// Copies of data directories: under a writer, of one that is stopped, and back.
#include "store/backup.hpp"

#include <atomic>
#include <fstream>
#include <set>
#include <sys/stat.h>
#include <thread>

#include "killed_writer.hpp"
#include "model.hpp"
#include "store/rocks_check.hpp"
#include "view_support.hpp"

namespace souk::store {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Log> open(const fs::path& path,
                          std::size_t log_buffer_bytes = RocksOptions{}.log_buffer_bytes) {
  RocksOptions options{.path = path};
  options.log_buffer_bytes = log_buffer_bytes;
  auto kv = open_rocks_kv(options);
  EXPECT_TRUE(kv.ok()) << kv.status().message();
  return kv.ok() ? open_log(std::move(*kv)) : nullptr;
}

void expect_undamaged(const fs::path& path) {
  auto findings = check_rocks_directory(path);
  ASSERT_TRUE(findings.ok()) << findings.status().message();
  for (const FileFinding& finding : *findings)
    EXPECT_FALSE(finding.is_damage) << finding.file << ": " << finding.what;
}

TEST(Checkpoint, UnderAWriterHoldsEverythingAcknowledgedBeforeAndIsAPrefix) {
  TempDir dir;
  auto log = open(dir.path() / "data", 256u << 10);
  std::atomic<Offset> acknowledged = 0;
  std::atomic<bool> stop = false;
  std::thread thread([&] {
    TestWriter writer(*log);
    for (int i = 0; !stop; ++i) {
      const std::string text = std::to_string(i) + std::string(2'000, 'x');
      for (const Status& status : writer.append({{kStock0, "tea", text}, {kOrder0, "o", text}}))
        expect_ok(status);
      acknowledged = writer.offsets().at(0);
    }
  });
  std::vector<std::pair<fs::path, Offset>> copies;
  for (int i = 0; i < 8; ++i) {
    while (acknowledged < copies.size() * 30 + 10) std::this_thread::yield();
    const Offset before = acknowledged;
    copies.emplace_back(dir.path() / ("copy" + std::to_string(i)), before);
    expect_ok(log->checkpoint(copies.back().first));
  }
  stop = true;
  thread.join();

  const auto stock = scanned(*log, kStock0), order = scanned(*log, kOrder0);
  for (const auto& [path, before] : copies) {
    expect_undamaged(path);
    auto copy = open(path);
    ASSERT_NE(copy, nullptr);
    const auto records = scanned(*copy, kStock0);
    ASSERT_GE(records.size(), before);
    ASSERT_LE(records.size(), stock.size());
    EXPECT_TRUE(std::equal(records.begin(), records.end(), stock.begin()));
    const auto others = scanned(*copy, kOrder0);
    ASSERT_EQ(others.size(), records.size()) << "as of one moment";
    EXPECT_TRUE(std::equal(others.begin(), others.end(), order.begin()));
    EXPECT_EQ(copy->head(kStock0, "tea")->sequence, records.size());
    expect_ok(TestWriter(*copy).append({{kStock0, "tea", "goes on"}})[0]);
  }
  EXPECT_EQ(scanned(*log, kStock0), stock) << "the copies are directories of their own";
}

TEST(Checkpoint, OverSomethingThatIsThereIsRefused) {
  TempDir dir;
  auto log = open(dir.path() / "data");
  fs::create_directories(dir.path() / "taken");
  EXPECT_EQ(log->checkpoint(dir.path() / "taken").code(), Code::invalid);
  EXPECT_TRUE(fs::is_empty(dir.path() / "taken"));
  EXPECT_EQ(log->checkpoint(dir.path() / "none" / "deep").code(), Code::io_error);
  auto in_memory = open_log(std::make_unique<MemoryKv>());
  EXPECT_EQ(in_memory->checkpoint(dir.path() / "copy").code(), Code::invalid);
  expect_ok(TestWriter(*log).append({{kStock0, "tea", "a"}})[0]);
  expect_ok(log->checkpoint(dir.path() / "copy"));
}

// A stopped directory with tables and a write-ahead log.
class Backup : public ::testing::Test {
 protected:
  void SetUp() override {
    auto log = open(data());
    TestWriter writer(*log);
    std::mt19937_64 random(3);
    for (int i = 0; i < 60; ++i) {
      if (i == 40) expect_ok(log->flush());
      for (const Status& status : writer.append(random_group(random, 6))) expect_ok(status);
    }
    for (PartitionId id : partitions_of(log->identity())) records_[id] = scanned(*log, id);
  }
  fs::path data() const { return dir_.path() / "data"; }
  fs::path backup() const { return dir_.path() / "backup"; }
  fs::path restored() const { return dir_.path() / "restored"; }
  void expect_same(const fs::path& path) {
    expect_undamaged(path);
    auto log = open(path);
    ASSERT_NE(log, nullptr);
    for (const auto& [id, records] : records_) EXPECT_EQ(scanned(*log, id), records);
  }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_.path()))
      names.insert(entry.path().filename());
    return names;
  }

  TempDir dir_;
  std::map<PartitionId, std::vector<std::string>> records_;
};

TEST_F(Backup, GoesOutAndComesBackTheSame) {
  std::uint64_t done = 0, total = 0;
  expect_ok(backup_directory(data(), backup(), [&](std::uint64_t now, std::uint64_t of) {
    EXPECT_GE(now, done);
    EXPECT_LE(now, of);
    done = now;
    total = of;
    return true;
  }));
  EXPECT_EQ(done, total);
  EXPECT_GT(total, 0u);
  expect_ok(restore_directory(backup(), restored()));
  EXPECT_EQ(names(), (std::set<std::string>{"data", "backup", "restored"}));
  for (const auto& entry : fs::directory_iterator(restored())) {
    EXPECT_EQ(entry.path().extension() == ".sst", fs::hard_link_count(entry.path()) == 3)
        << entry.path();
  }
  expect_same(restored());
  expect_same(backup());
  expect_same(data());
}

TEST_F(Backup, IntoAnEmptyDirectoryWithASlashAtItsEnd) {
  fs::create_directories(restored());
  expect_ok(restore_directory(data().string() + '/', restored().string() + '/'));
  expect_same(restored());
}

TEST_F(Backup, OfADirectoryThatIsOpenIsRefused) {
  auto log = open(data());
  EXPECT_EQ(backup_directory(data(), backup()).code(), Code::in_use);
  EXPECT_EQ(restore_directory(data(), restored()).code(), Code::in_use);
  EXPECT_EQ(names(), (std::set<std::string>{"data"}));
}

TEST_F(Backup, WithoutDataOrOverDataIsRefused) {
  EXPECT_EQ(backup_directory(dir_.path(), backup()).code(), Code::not_found);
  EXPECT_EQ(restore_directory(dir_.path() / "none", restored()).code(), Code::not_found);
  fs::create_directories(restored());
  std::ofstream(restored() / "something") << "of value";
  Status status = restore_directory(data(), restored());
  EXPECT_EQ(status.code(), Code::invalid);
  EXPECT_NE(status.message().find("not empty"), std::string::npos) << status.message();
  EXPECT_EQ(restore_directory(data(), restored() / "something").code(), Code::invalid);
  EXPECT_TRUE(fs::exists(restored() / "something"));
}

TEST_F(Backup, WithoutAllOfItsFilesIsRefused) {
  for (const auto& entry : fs::directory_iterator(data()))
    if (entry.path().extension() == ".sst") {
      fs::remove(entry.path());
      break;
    }
  EXPECT_EQ(backup_directory(data(), backup()).code(), Code::corruption);
  EXPECT_EQ(names(), (std::set<std::string>{"data"}));
}

TEST_F(Backup, ThatIsStoppedLeavesNothing) {
  EXPECT_EQ(
      restore_directory(data(), restored(), [](std::uint64_t, std::uint64_t) { return false; })
          .code(),
      Code::timed_out);
  EXPECT_EQ(names(), (std::set<std::string>{"data"}));
}

TEST_F(Backup, ClearsAwayWhatACrashLeftButNothingElse) {
  const fs::path partial = dir_.path() / "restored.partial";
  fs::create_directories(partial);
  std::ofstream(partial / "000005.sst") << "half a table";
  std::ofstream(partial / "CURRENT") << "MANI";
  expect_ok(restore_directory(data(), restored()));
  expect_same(restored());

  fs::create_directories(partial);
  std::ofstream(partial / "diary.txt") << "of value";
  fs::remove_all(restored());
  EXPECT_EQ(restore_directory(data(), restored()).code(), Code::invalid);
  EXPECT_TRUE(fs::exists(partial / "diary.txt"));
}

TEST(BackupOfAKilledWriter, HoldsWhatItWrote) {
  TempDir dir;
  write_and_kill(dir.path() / "data", std::chrono::milliseconds(150));
  expect_ok(backup_directory(dir.path() / "data", dir.path() / "backup"));
  expect_ok(restore_directory(dir.path() / "backup", dir.path() / "restored"));
  auto log = open(dir.path() / "data"), copy = open(dir.path() / "restored");
  for (PartitionId id : partitions_of(log->identity()))
    EXPECT_EQ(scanned(*log, id), scanned(*copy, id));
  EXPECT_GT(scanned(*copy, kStock0).size(), 0u);
}

}  // namespace
}  // namespace souk::store
