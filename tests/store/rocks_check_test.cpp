// Every bit of a directory's files is checked, and the file that one of them changed in is named.
#include "store/rocks_check.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "killed_writer.hpp"
#include "model.hpp"
#include "store/rocks_manifest.hpp"

namespace souk::store {
namespace {

namespace fs = std::filesystem;
using Findings = std::vector<FileFinding>;

Findings findings_in(const fs::path& directory) {
  auto findings = check_rocks_directory(directory);
  EXPECT_TRUE(findings.ok()) << findings.status().message();
  return findings.ok() ? *findings : Findings();
}

Findings damage_in(const fs::path& directory) {
  Findings findings = findings_in(directory);
  std::erase_if(findings, [](const FileFinding& finding) { return !finding.is_damage; });
  return findings;
}

std::string show(const Findings& findings) {
  std::string text;
  for (const FileFinding& finding : findings) text += finding.file + ": " + finding.what + '\n';
  return text;
}

void flip_bit(const fs::path& file, std::uint64_t bit) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(bit / 8));
  const char byte = static_cast<char>(bytes.get() ^ (1 << (bit % 8)));
  bytes.seekp(static_cast<std::streamoff>(bit / 8));
  bytes.put(byte);
}

// A directory with tables of several columns and write-ahead logs.
class RocksCheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    RocksOptions options{.path = path()};
    options.log_buffer_bytes = 512u << 10;
    LogOptions log_options;
    log_options.dirty_heads_max = 4;
    auto kv = open_rocks_kv(options);
    ASSERT_TRUE(kv.ok());
    auto log = open_log(std::move(*kv), log_options);
    TestWriter writer(*log);
    for (int i = 0; i < 150; ++i) {
      if (i == 100) expect_ok(log->flush());
      auto group = random_group(random_, 6);
      for (Line& line : group)
        for (int k = 0; k < 1500; ++k) line.text += static_cast<char>(random_());
      for (const Status& status : writer.append(group)) expect_ok(status);
    }
  }
  fs::path path() const { return dir_.path() / "data"; }
  std::vector<RocksCheck::File> files() const { return (*RocksCheck::open(path()))->files(); }
  fs::path some_table() const {
    auto all = files();
    auto largest = std::ranges::max_element(all, {}, [](const RocksCheck::File& file) {
      return file.name.ends_with(".sst") ? file.bytes : 0;
    });
    return path() / largest->name;
  }
  void expect_only(const std::string& name) {
    const Findings found = damage_in(path());
    ASSERT_EQ(found.size(), 1u) << show(found);
    EXPECT_EQ(found[0].file, name) << show(found);
  }

  const std::uint64_t seed_ = test_seed(99);
  const ::testing::ScopedTrace trace_{__FILE__, __LINE__,
                                      "SOUK_TEST_SEED=" + std::to_string(seed_)};
  std::mt19937_64 random_{seed_};
  TempDir dir_;
};

TEST_F(RocksCheckTest, FindsNothingInACleanDirectoryAndSaysWhatItDidNotLookAt) {
  EXPECT_EQ(findings_in(path()), Findings());
  auto check = RocksCheck::open(path());
  std::set<std::string> checked, others;
  for (const auto& file : (*check)->files()) {
    checked.insert(file.name);
    EXPECT_EQ(file.bytes, fs::file_size(path() / file.name)) << file.name;
  }
  for (const std::string& name : (*check)->unchecked()) others.insert(name);
  for (const auto& entry : fs::directory_iterator(path())) {
    const std::string name = entry.path().filename();
    const bool holds_no_data =
        name == "LOCK" || name == "IDENTITY" || name.starts_with("LOG") || name.starts_with("OPT");
    EXPECT_EQ(others.contains(name), holds_no_data) << name;
    EXPECT_EQ(checked.contains(name), !holds_no_data) << name;
  }
  EXPECT_TRUE(std::ranges::any_of(checked, [](auto& name) { return name.ends_with(".log"); }));
  EXPECT_GT(std::ranges::count_if(checked, [](auto& name) { return name.ends_with(".sst"); }), 3);
}

TEST_F(RocksCheckTest, ReadsTheTablesFromTheManifest) {
  std::string manifest;
  for (const auto& file : files())
    if (file.name.starts_with("MANIFEST")) {
      std::ifstream in(path() / file.name, std::ios::binary);
      manifest.assign(std::istreambuf_iterator<char>(in), {});
    }
  auto tables = tables_of_manifest(manifest);
  ASSERT_TRUE(tables.ok()) << tables.status().message();
  std::set<std::string> named, there;
  for (const auto& [number, table] : *tables) {
    named.insert(rocks_table_name(number));
    EXPECT_EQ(table.bytes, fs::file_size(path() / rocks_table_name(number)));
    EXPECT_EQ(table.checksum_name, "FileChecksumCrc32c");
    EXPECT_EQ(table.checksum.size(), 4u);
  }
  for (const auto& entry : fs::directory_iterator(path()))
    if (entry.path().extension() == ".sst") there.insert(entry.path().filename());
  EXPECT_EQ(named, there);
}

TEST_F(RocksCheckTest, NamesTheFileOfAnyFlippedBit) {
  for (const auto& file : files()) {
    std::vector<std::uint64_t> bits = {0, file.bytes * 8 - 1};
    const int count = file.name == "CURRENT" ? 3 : 40;  // each waits for what may be coming
    for (int i = 0; i < count; ++i) bits.push_back(random_() % (file.bytes * 8));
    // The end of a table: filters, index, properties, footer.
    for (int i = 0; i < count; ++i)
      bits.push_back(file.bytes * 8 - 1 -
                     random_() % std::min<std::uint64_t>(file.bytes * 8, 40'000));
    for (std::uint64_t bit : bits) {
      SCOPED_TRACE("bit " + std::to_string(bit) + " of " + file.name);
      flip_bit(path() / file.name, bit);
      expect_only(file.name);
      flip_bit(path() / file.name, bit);
    }
  }
  EXPECT_EQ(findings_in(path()), Findings());
}

TEST_F(RocksCheckTest, SaysWhereInATable) {
  const fs::path table = some_table();
  flip_bit(table, 100'000 * 8);
  const Findings found = damage_in(path());
  ASSERT_EQ(found.size(), 1u);
  ASSERT_TRUE(found[0].byte.has_value()) << found[0].what;
  EXPECT_LE(*found[0].byte, 100'000u);
  EXPECT_GT(*found[0].byte, 60'000u) << "blocks are of 32 KiB";
}

TEST_F(RocksCheckTest, NamesATableThatIsMissingCutOrTooLong) {
  const fs::path table = some_table();
  const auto size = fs::file_size(table);
  fs::copy(table, dir_.path() / "kept");
  fs::resize_file(table, size - 1);
  expect_only(table.filename());
  fs::resize_file(table, size + 1);
  expect_only(table.filename());
  fs::remove(table);
  expect_only(table.filename());
  EXPECT_FALSE(open_rocks_kv_to_read(path()).ok()) << "RocksDB gives up on it, and this does not";
  fs::copy(dir_.path() / "kept", table);
  EXPECT_EQ(findings_in(path()), Findings());
}

TEST_F(RocksCheckTest, NamesAManifestOrCurrentThatIsMissing) {
  fs::rename(path() / "CURRENT", dir_.path() / "kept");
  expect_only("CURRENT");
  fs::rename(dir_.path() / "kept", path() / "CURRENT");
  for (const auto& file : files()) {
    if (!file.name.starts_with("MANIFEST")) continue;
    fs::rename(path() / file.name, dir_.path() / "kept");
    expect_only(file.name);
  }
}

TEST_F(RocksCheckTest, ALastWriteThatIsNotFinishedIsNoDamage) {
  std::string newest;
  for (const auto& file : files())
    if (file.name.ends_with(".log")) newest = file.name;
  fs::resize_file(path() / newest, fs::file_size(path() / newest) - 3);
  const Findings found = findings_in(path());
  ASSERT_EQ(found.size(), 1u) << show(found);
  EXPECT_EQ(found[0].file, newest);
  EXPECT_FALSE(found[0].is_damage);
}

TEST_F(RocksCheckTest, TellsHowFarItIsAndCanBeStopped) {
  std::uint64_t bytes = 0, expected = 0;
  for (const auto& file : files()) expected += file.bytes;
  auto findings = check_rocks_directory(path(), [&](std::uint64_t more) {
    bytes += more;
    return true;
  });
  EXPECT_EQ(bytes, expected);
  flip_bit(some_table(), 1000);
  findings = check_rocks_directory(path(), [](std::uint64_t) { return false; });
  EXPECT_EQ(*findings, Findings());
}

TEST_F(RocksCheckTest, OfNothingIsNotFound) {
  EXPECT_EQ(RocksCheck::open(dir_.path() / "nothing").status().code(), Code::not_found);
  EXPECT_EQ(RocksCheck::open(dir_.path()).status().code(), Code::not_found);
}

TEST(RocksCheckOfAKilledWriter, FindsNothing) {
  TempDir dir;
  std::mt19937_64 random(test_seed(7));
  for (int i = 0; i < 6; ++i) {  // each goes on where the one before was killed
    write_and_kill(dir.path(), std::chrono::milliseconds(20 + random() % 200));
    const Findings found = damage_in(dir.path());
    EXPECT_EQ(found, Findings()) << show(found);
  }
}

TEST(RocksCheckBesideAWriter, FindsNothing) {
  TempDir dir;
  RocksOptions options{.path = dir.path()};
  options.log_buffer_bytes = 256u << 10;
  auto kv = open_rocks_kv(options);
  ASSERT_TRUE(kv.ok());
  auto log = open_log(std::move(*kv));
  std::atomic<bool> stop = false;
  std::atomic<int> groups = 0;
  std::thread thread([&] {
    TestWriter writer(*log);
    while (!stop) {
      for (const Status& status : writer.append({{kStock0, "tea", std::string(4'000, 'x')}}))
        expect_ok(status);
      ++groups;
    }
  });
  for (int i = 0; i < 30; ++i) {
    for (const int before = groups; groups < before + 20;) std::this_thread::yield();
    const Findings found = damage_in(dir.path());
    EXPECT_EQ(found, Findings()) << show(found);
  }
  stop = true;
  thread.join();
}

}  // namespace
}  // namespace souk::store
