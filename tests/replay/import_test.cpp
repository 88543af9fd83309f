// Imports: an export comes back as an equal log.
#include <cstdlib>
#include <filesystem>

#include "tests/replay/exchange_support.hpp"

namespace souk::replay {
namespace {

namespace fs = std::filesystem;

// The directory has the log of `disk`, byte by byte, and knows where all streams end.
void expect_equal_log(const store::MemoryDisk& disk, const std::string& directory) {
  for (const auto column : {store::Column::log, store::Column::heads, store::Column::open})
    EXPECT_TRUE(column_of(directory, column) == disk.contents(column))
        << "column " << static_cast<int>(column);
}

// Of the seeds from SOUK_TEST_SEED on, or from 1.
TEST(Import, OfAnExportGivesAnEqualLog) {
  const char* first = std::getenv("SOUK_TEST_SEED");
  const std::uint64_t from = first == nullptr ? 1 : std::strtoull(first, nullptr, 0);
  for (std::uint64_t seed = from; seed < from + 12; ++seed) {
    SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed));
    const MemoryLog log = memory_shop(seed, static_cast<int>(seed * 977 % 2'000), seed % 2 == 0);
    test::TempDir dir;
    const std::string text = export_text(*log.view());
    const auto threads = static_cast<unsigned>(1 + seed % 3);
    const Imported imported = import_text(text, dir / "data", threads);
    EXPECT_EQ(imported.records + 2, lines_of(text).size());
    expect_equal_log(*log.disk, dir / "data");
    EXPECT_FALSE(fs::exists(dir / "data.partial"));
  }
}

TEST(Import, FromADirectoryToADirectory) {
  test::TempDir dir;
  test::make_shop_directory(dir / "shop", 11, 3'000, false);
  auto view = store::DirectoryView::open(dir / "shop");
  ASSERT_TRUE(view.ok()) << view.status().message();
  ExportOptions options;
  options.path = dir / "log.ndjson";
  export_to(**view, options);
  cli::Progress progress(stderr, false);
  const Imported imported = import_log({options.path, dir / "copy", 2}, nullptr, progress, nullptr);
  EXPECT_GT(imported.records, 1'000u);
  EXPECT_EQ(imported.identity, test::shop_identity());
  for (const auto column : {store::Column::log, store::Column::heads, store::Column::open})
    EXPECT_TRUE(column_of(dir / "copy", column) == column_of(dir / "shop", column));
  EXPECT_TRUE(column_of(dir / "copy", store::Column::snapshots).empty());
}

// What a node does with it: it starts with nothing to read again, and goes on.
TEST(Import, IsALogThatGoesOn) {
  const MemoryLog log = memory_shop(12, 800);
  test::TempDir dir;
  fs::create_directory(dir / "data");  // an empty one may be there
  const Imported imported = import_text(export_text(*log.view()), dir / "data/");
  const auto before = column_of(dir / "data", store::Column::log);
  std::vector<std::string> warnings;
  store::LogOptions options;
  options.warn = [&](const std::string& warning) { warnings.push_back(warning); };
  auto kv = store::open_rocks_kv({.path = dir / "data"});
  ASSERT_TRUE(kv.ok()) << kv.status().message();
  auto opened = store::Log::open(std::move(*kv), test::shop_identity(), options);
  ASSERT_TRUE(opened.ok()) << opened.status().message();
  EXPECT_TRUE(warnings.empty()) << warnings.front();

  test::Shop more(13);
  more.live(300, false);
  test::ShopWriter(**opened, 1).write(more, "later-");
  const auto view = log.view();
  for (const PartitionId partition : store::partitions_of(test::shop_identity()))
    EXPECT_GT((*opened)->next_offset(partition), *view->last(partition));
  opened->reset();
  const auto after = column_of(dir / "data", store::Column::log);
  EXPECT_GT(after.size(), before.size());
  for (const auto& [key, value] : before) EXPECT_TRUE(after.at(key) == value);
  std::uint64_t next_group = 0;
  for (const auto& [key, value] : after)
    if (!before.contains(key))
      next_group = next_group == 0 ? store::BatchView::claimed_group(value)
                                   : std::min(next_group, store::BatchView::claimed_group(value));
  EXPECT_EQ(next_group, imported.last_group + 1);
}

TEST(Import, KeepsBytesThatTodaysCodeCannotRead) {
  const PartitionId home = store::partition_of(test::shop_identity(), Service::stock, "sku-1");
  MemoryLog log;
  {
    auto opened =
        store::Log::open(std::make_unique<store::MemoryKv>(log.disk), test::shop_identity());
    ASSERT_TRUE(opened.ok());
    store::Record record;
    record.stream = "sku-1";
    record.sequence = 1;
    record.flags = 0x40;
    record.intent = 9;
    record.events = {{99, "future"}, {4, std::string("\0\xff", 2)}};
    auto stream = (*opened)->open_stream(home, "sku-1");
    store::Append append{*stream, 1, false, {}};
    store::encode_record(record, append.bytes);
    std::vector<store::Offset> offsets;
    ASSERT_TRUE((*opened)->append({&append, 1}, offsets).front().ok());
    ASSERT_TRUE((*opened)->flush().ok());
  }
  test::TempDir dir;
  import_text(export_text(*log.view()), dir / "data");
  expect_equal_log(*log.disk, dir / "data");
}

// A log that lost a batch at the end of its partition: its group's ring still names it.
TEST(Import, KeepsARingThatNamesAMissingBatch) {
  const MemoryLog log = memory_shop(14, 500);
  auto keys = log.disk->contents(store::Column::log);
  std::string last;
  for (const auto& [key, value] : keys)
    if (store::is_of({Service::stock, 0}, key)) last = key;
  log.disk->overwrite(store::Column::log, last, std::nullopt);
  keys.erase(last);
  const std::string text = export_text(*log.view());
  EXPECT_NE(text.find(R"("next":"stock/0")"), std::string::npos);
  test::TempDir dir;
  import_text(text, dir / "data");
  EXPECT_TRUE(column_of(dir / "data", store::Column::log) == keys);
}

}  // namespace
}  // namespace souk::replay
