// Torn or damaged: the look at RocksDB's logs before it opens them.
#include "store/rocks_files.hpp"

#include <fstream>
#include <iterator>
#include <random>

#include "crash_env.hpp"
#include "store/crc32c.hpp"
#include "support.hpp"

namespace souk::store {
namespace {

namespace fs = std::filesystem;
using Kind = RocksLogEnd::Kind;

constexpr std::uint64_t kBlock = 32 * 1024;

// A write-ahead log that RocksDB wrote, and where each of its writes ends.
struct Wal {
  std::string bytes;
  std::vector<std::uint64_t> ends;
};

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

fs::path newest_wal(const fs::path& directory) {
  fs::path newest;
  for (const auto& entry : fs::directory_iterator(directory))
    if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
  return newest;
}

std::unique_ptr<Kv> must_open(const fs::path& path, std::vector<std::string>* warnings = nullptr) {
  static const auto kEnv = rocksdb::NewCompositeEnv(std::make_shared<CrashFileSystem>());
  RocksOptions options{.path = path, .env = kEnv.get()};
  if (warnings != nullptr)
    options.warn = [warnings](const std::string& warning) { warnings->push_back(warning); };
  auto kv = open_rocks_kv(options);
  EXPECT_TRUE(kv.ok()) << kv.status().message();
  return kv.ok() ? std::move(*kv) : nullptr;
}

Wal write_wal(const fs::path& directory, const std::vector<std::size_t>& sizes) {
  Wal wal;
  auto kv = must_open(directory);
  std::mt19937_64 random(11);
  for (std::size_t size : sizes) {
    std::string value(size, '\0');
    for (char& c : value) c = static_cast<char>(random() | 1);
    WriteBatch batch;
    batch.put(Column::log, "key" + std::to_string(wal.ends.size()), value);
    expect_ok(kv->write(batch, true));
    wal.ends.push_back(fs::file_size(newest_wal(directory)));
  }
  wal.bytes = read(newest_wal(directory));
  return wal;
}

class RocksFiles : public ::testing::Test {
 protected:
  TempDir dir_;
  Wal wal_ = write_wal(dir_.path(), {100, 40'000, 3000, 70'000});  // several of them span blocks
  const std::uint64_t last_ = wal_.ends[2];                        // where the last write begins
};

TEST(Crc32c, IsThatOfTheRfc) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
}

TEST_F(RocksFiles, WhatRocksDbWroteIsWhole) {
  for (std::uint64_t end : wal_.ends)
    EXPECT_EQ(check_rocks_log(wal_.bytes.substr(0, end)), (RocksLogEnd{Kind::whole, end}));
  EXPECT_EQ(check_rocks_log(""), (RocksLogEnd{Kind::whole, 0}));
  EXPECT_EQ(check_rocks_log(wal_.bytes + std::string(5000, '\0')).kind, Kind::whole);
}

TEST_F(RocksFiles, ALastWriteCutShortIsTorn) {
  for (std::uint64_t size = last_ + 1; size < wal_.bytes.size(); size += 977)
    EXPECT_EQ(check_rocks_log(wal_.bytes.substr(0, size)), (RocksLogEnd{Kind::torn, last_}))
        << size;
}

TEST_F(RocksFiles, ALastWriteWithSectorsNeverWrittenIsTorn) {
  for (std::uint64_t at = (last_ / 512 + 1) * 512; at + 512 < wal_.bytes.size(); at += 5 * 512) {
    std::string bytes = wal_.bytes;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 512, '\0');
    EXPECT_EQ(check_rocks_log(bytes), (RocksLogEnd{Kind::torn, last_})) << at;
  }
}

TEST_F(RocksFiles, AnEarlierWriteIsNeverTorn) {
  std::mt19937_64 random(test_seed(3));
  for (int i = 0; i < 300; ++i) {
    std::string bytes = wal_.bytes;
    bytes[random() % last_] ^= static_cast<char>(1 << random() % 8);
    if (bytes == wal_.bytes) continue;
    RocksLogEnd end = check_rocks_log(bytes);
    if (end.kind == Kind::whole) {  // it hit bytes that fill up a block and carry nothing
      EXPECT_EQ(end.good_bytes, wal_.bytes.size());
      EXPECT_GT(end.odd_padding, 0u);
    } else {
      EXPECT_EQ(end.kind, Kind::damaged);
    }
  }
}

TEST_F(RocksFiles, ALengthThatReachesBeyondTheEndIsDamageIfAnotherWriteFollows) {
  std::string bytes = wal_.bytes.substr(0, wal_.ends[0]) + wal_.bytes.substr(0, wal_.ends[0]);
  EXPECT_EQ(check_rocks_log(bytes).kind, Kind::whole);
  bytes[5] = '\x7f';  // the high byte of the first record's length
  EXPECT_EQ(check_rocks_log(bytes), (RocksLogEnd{Kind::damaged, 0}));
}

TEST_F(RocksFiles, AFlippedBitInTheLastWriteIsDamageAndNotTorn) {
  std::string bytes = wal_.bytes;
  bytes[last_ + 1000] ^= 4;
  EXPECT_EQ(check_rocks_log(bytes), (RocksLogEnd{Kind::damaged, last_}));
}

TEST_F(RocksFiles, AnotherLengthOfTheLastWriteIsDamageAndNotTorn) {
  for (std::uint64_t fragment :
       {last_, (last_ / kBlock + 1) * kBlock, wal_.bytes.size() / kBlock * kBlock}) {
    for (int bit = 0; bit < 16; ++bit) {
      std::string bytes = wal_.bytes;
      bytes[fragment + 4 + static_cast<std::size_t>(bit) / 8] ^= static_cast<char>(1 << bit % 8);
      EXPECT_EQ(check_rocks_log(bytes).kind, Kind::damaged) << fragment << ' ' << bit;
    }
  }
}

TEST_F(RocksFiles, WritesAreReadWholeAndInOrder) {
  std::vector<std::string> writes;
  for_each_rocks_write(wal_.bytes, [&](std::string_view write) { writes.emplace_back(write); });
  ASSERT_EQ(writes.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NE(writes[i].find("key" + std::to_string(i)), std::string::npos);
  EXPECT_GT(writes[3].size(), 70'000u);
}

TEST_F(RocksFiles, ATornWriteInAnOlderLogIsDamage) {
  const std::string older = newest_wal(dir_.path());
  const auto number = rocks_log_numbers({fs::path(older).filename()}).at(0);
  EXPECT_EQ(fs::path(older).filename(), rocks_log_name(number));
  const fs::path newer = dir_.path() / rocks_log_name(number + 100);
  fs::resize_file(older, last_ + 100);
  rocksdb::Env& env = *rocksdb::Env::Default();
  int warnings = 0;
  auto warn = [&](const std::string&) { ++warnings; };

  std::ofstream(newer, std::ios::binary) << wal_.bytes.substr(0, wal_.ends[0]);
  Status status = check_rocks_files(env, dir_.path(), warn);
  EXPECT_EQ(status.code(), Code::corruption);
  EXPECT_NE(status.message().find(older), std::string::npos) << status.message();
  EXPECT_EQ(warnings, 0);

  fs::resize_file(newer, 0);  // a log that was begun just before the crash says nothing
  expect_ok(check_rocks_files(env, dir_.path(), warn));
  EXPECT_EQ(warnings, 1);
  EXPECT_EQ(fs::file_size(older), last_);
}

TEST_F(RocksFiles, ATornWriteIsCutOffWithAWarningAndTheRestOpens) {
  const fs::path file = newest_wal(dir_.path());
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(static_cast<std::streamoff>((last_ / 512 + 3) * 512));
  out.write(std::string(512, '\0').data(), 512);
  out.close();
  std::vector<std::string> warnings;
  auto kv = must_open(dir_.path(), &warnings);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find(file.filename().string()), std::string::npos) << warnings[0];
  EXPECT_TRUE(kv->get(Column::log, "key2")->has_value());
  EXPECT_FALSE(kv->get(Column::log, "key3")->has_value());
}

TEST_F(RocksFiles, ADamagedManifestIsCorruption) {
  must_open(dir_.path()).reset();  // writes a manifest of several records
  std::string name = read(dir_.path() / "CURRENT");
  name.pop_back();
  std::fstream manifest(dir_.path() / name, std::ios::in | std::ios::out | std::ios::binary);
  manifest.seekp(5);
  manifest.put('\x7f');  // a length: RocksDB would take all of it for a torn tail
  manifest.close();
  auto kv = open_rocks_kv({.path = dir_.path()});
  ASSERT_FALSE(kv.ok());
  EXPECT_EQ(kv.status().code(), Code::corruption) << kv.status().message();
  EXPECT_NE(kv.status().message().find(name), std::string::npos) << kv.status().message();
}

}  // namespace
}  // namespace souk::store
