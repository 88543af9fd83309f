// Files that are not what was written: cut short, or with bits flipped.
#include <algorithm>
#include <fstream>
#include <random>

#include "crash_env.hpp"
#include "model.hpp"

namespace souk::store {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

// On a disk that does not wait for syncs, since these tests open hundreds of directories.
Result<std::unique_ptr<Kv>> open_kv(const fs::path& path) {
  static const auto kEnv = rocksdb::NewCompositeEnv(std::make_shared<CrashFileSystem>());
  return open_rocks_kv({.path = path, .env = kEnv.get()});
}

std::unique_ptr<Log> must_open(const fs::path& path) {
  auto kv = open_kv(path);
  EXPECT_TRUE(kv.ok()) << kv.status().message();
  return kv.ok() ? open_log(std::move(*kv)) : nullptr;
}

std::vector<fs::path> files(const fs::path& directory, const std::string& extension) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory))
    if (entry.path().extension() == extension) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

void flip_bit(const fs::path& file, std::uint64_t bit) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(bit / 8));
  char byte = static_cast<char>(bytes.get() ^ (1 << (bit % 8)));
  bytes.seekp(static_cast<std::streamoff>(bit / 8));
  bytes.put(byte);
}

// Copies of a directory to damage, one after the other.
class Victim {
 public:
  explicit Victim(const fs::path& original) : original_(original) {}
  const fs::path& fresh() {
    fs::remove_all(path_);
    fs::copy(original_, path_, fs::copy_options::recursive);
    return path_;
  }

 private:
  fs::path original_;
  TempDir dir_;
  fs::path path_ = dir_.path() / "copy";
};

TEST(WriteAheadLog, CutAnywhereInItsLastRecordLosesThatRecordOnly) {
  TempDir dir;
  std::uintmax_t before = 0, after = 0;
  fs::path wal;
  {
    auto log = must_open(dir.path());
    TestWriter writer(*log);
    expect_ok(writer.append({{kStock0, "tea", "a"}, {kStock1, "oil", "b"}})[0]);
    wal = files(dir.path(), ".log").back();
    before = fs::file_size(wal);
    expect_ok(writer.append({{kStock0, "tea", "c"}})[0]);
    after = fs::file_size(wal);
  }
  ASSERT_GT(after, before + 100);
  Victim victim(dir.path());
  for (std::uintmax_t size = before; size <= after && !HasFailure(); ++size) {
    SCOPED_TRACE("cut to " + std::to_string(size) + " of " + std::to_string(after));
    const fs::path& copy = victim.fresh();
    fs::resize_file(copy / wal.filename(), size);
    auto log = must_open(copy);
    EXPECT_EQ(scanned(*log, kStock0),
              size == after ? (Lines{"tea#1:a", "tea#2:c"}) : (Lines{"tea#1:a"}));
    EXPECT_EQ(log->head(kStock0, "tea")->sequence, size == after ? 2u : 1u);
    EXPECT_EQ(scanned(*log, kStock1), (Lines{"oil#1:b"}));
  }
}

// What a damaged directory may answer: that it is damaged, or the truth as far as it goes.
class DamagedDirectory : public ::testing::Test {
 protected:
  void fill(int groups) {
    auto log = must_open(dir_.path());
    TestWriter writer(*log);
    for (int i = 0; i < groups; ++i) {
      auto group = random_group(random_, 5);
      for (const Status& status : writer.append(group)) expect_ok(status);
      for (const Line& line : group) {
        Lines& lines = truth_[line.partition];
        lines.push_back(":" + line.text);
      }
    }
  }

  // True if all of the truth came back. Anything else must be a prefix of it.
  bool expect_nothing_wrong(const Log& log, PartitionId id, Status& status) {
    const Lines& truth = truth_[id];
    std::size_t seen = 0;
    status = log.scan(id, 1, [&](const RecordView& record) {
      EXPECT_LT(seen, truth.size());
      if (seen == truth.size()) return false;
      EXPECT_TRUE(show(record).ends_with(truth[seen]));
      ++seen;
      return true;
    });
    return seen == truth.size();
  }

  const std::uint64_t seed_ = test_seed(4711);
  std::mt19937_64 random_{seed_};
  TempDir dir_;
  std::map<PartitionId, Lines> truth_;
};

TEST_F(DamagedDirectory, FlippedBitsInTablesAreFoundAndNamed) {
  SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed_));
  fill(200);
  must_open(dir_.path()).reset();  // what the write-ahead log has goes into tables
  ASSERT_FALSE(files(dir_.path(), ".sst").empty());
  Victim victim(dir_.path());
  int found = 0;
  for (int round = 0; round < 60 && !HasFailure(); ++round) {
    const fs::path& copy = victim.fresh();
    auto tables = files(copy, ".sst");
    const fs::path table = tables[random_() % tables.size()];
    const std::uint64_t bit = random_() % (fs::file_size(table) * 8);
    SCOPED_TRACE("bit " + std::to_string(bit) + " of " + table.filename().string());
    flip_bit(table, bit);
    auto kv = open_kv(copy);
    if (!kv.ok()) {
      EXPECT_FALSE(kv.status().message().empty());
      ++found;
      continue;
    }
    auto log = Log::open(std::move(*kv), test_identity());
    if (!log.ok()) {
      EXPECT_EQ(log.status().code(), Code::corruption) << log.status().message();
      ++found;
      continue;
    }
    for (const auto& [id, truth] : truth_) {
      Status status;
      const bool complete = expect_nothing_wrong(**log, id, status);
      if (complete && status.ok()) continue;
      ++found;
      EXPECT_EQ(status.code(), Code::corruption) << "lost without a word";
      EXPECT_NE(status.message().find(std::string(name_of(id.service)) + '/' +
                                      std::to_string(id.number) + " is damaged"),
                std::string::npos)
          << status.message();
      EXPECT_EQ((*log)->stopped(id).code(), Code::corruption);
    }
  }
  EXPECT_GT(found, 10);
}

TEST_F(DamagedDirectory, FlippedBitsInTheWriteAheadLogNeverShowWrongData) {
  SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed_));
  fill(60);
  Victim victim(dir_.path());
  int refused = 0;
  for (int round = 0; round < 60 && !HasFailure(); ++round) {
    const fs::path& copy = victim.fresh();
    const fs::path wal = files(copy, ".log").back();
    const std::uint64_t bit = random_() % (fs::file_size(wal) * 8);
    SCOPED_TRACE("bit " + std::to_string(bit) + " of " + wal.filename().string());
    flip_bit(wal, bit);
    auto kv = open_kv(copy);
    if (!kv.ok()) {
      EXPECT_EQ(kv.status().code(), Code::corruption) << kv.status().message();
      EXPECT_NE(kv.status().message().find(copy.string()), std::string::npos);
      ++refused;
      continue;
    }
    auto log = open_log(std::move(*kv));
    for (const auto& [id, truth] : truth_) {
      Status status;
      expect_nothing_wrong(*log, id, status);
    }
  }
  EXPECT_GT(refused, 55);  // the rest hit the length of the last write, or bytes that fill a block
}

TEST(DataDirectory, OpenInAnotherProcessIsRefusedByName) {
  TempDir dir;
  auto first = must_open(dir.path());
  auto second = open_rocks_kv({.path = dir.path()});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), Code::in_use);
  EXPECT_NE(second.status().message().find(dir.path().string()), std::string::npos);
  first.reset();
  EXPECT_TRUE(open_rocks_kv({.path = dir.path()}).ok());
}

TEST(DataDirectory, ThatIsNotThereIsNotCreatedUnlessAskedTo) {
  TempDir dir;
  auto kv = open_rocks_kv({.path = dir.path() / "none", .create_if_missing = false});
  ASSERT_FALSE(kv.ok());
  EXPECT_EQ(kv.status().code(), Code::not_found) << kv.status().message();
}

TEST(DataDirectory, ThatCannotBeCreatedIsAnIoError) {
  auto kv = open_rocks_kv({.path = "/proc/souk/data"});
  ASSERT_FALSE(kv.ok());
  EXPECT_EQ(kv.status().code(), Code::io_error) << kv.status().message();
}

}  // namespace
}  // namespace souk::store
