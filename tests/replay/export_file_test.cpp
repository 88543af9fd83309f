// Exports to files: whole or not there, and gone on with after whatever stopped them.
#include <filesystem>

#include "tests/replay/exchange_support.hpp"

namespace souk::replay {
namespace {

class ExportFile : public ::testing::Test {
 protected:
  ExportFile() : log_(memory_shop(5, 2'000)), view_(log_.view()) {
    options_.path = dir_ / "log.ndjson";
    options_.piece_bytes = 20'000;
    options_.vouch_every = std::chrono::milliseconds(0);
    whole_ = export_text(*view_);
  }
  std::string partial() const { return options_.path + ".partial"; }
  std::string cursor() const { return options_.path + ".cursor"; }
  // The file is whole, and nothing else is there.
  void expect_whole() const {
    EXPECT_TRUE(content(options_.path) == whole_) << options_.path << " differs";
    EXPECT_EQ(files(), 1);
  }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(dir_.path()), {});
  }
  std::string why_not() {
    return failure_of([&] { export_to(*view_, options_); });
  }

  test::TempDir dir_;
  MemoryLog log_;
  std::unique_ptr<store::DirectoryView> view_;
  ExportOptions options_;
  std::string whole_;
};

TEST_F(ExportFile, IsWhatAStreamGets) {
  const Exported exported = export_to(*view_, options_);
  EXPECT_EQ(exported.records, lines_of(whole_).size() - 2);
  EXPECT_EQ(exported.lines, exported.records);
  EXPECT_EQ(exported.resumed_at, 0u);
  expect_whole();
}

TEST_F(ExportFile, GoesOnAfterAKillAnywhere) {
  for (const double part : {0.02, 0.3, 0.71, 0.999}) {
    const auto size = static_cast<std::uint64_t>(part * static_cast<double>(whole_.size()));
    ASSERT_TRUE(dies_at_file_size(size, [&] { export_to(*view_, options_); })) << part;
    ASSERT_FALSE(std::filesystem::exists(options_.path));
    EXPECT_EQ(content(partial()).size(), size);
    const Exported exported = export_to(*view_, options_);
    EXPECT_EQ(exported.resumed_at > 0, part > 0.1);
    EXPECT_EQ(exported.records, lines_of(whole_).size() - 2);
    expect_whole();
    std::filesystem::remove(options_.path);
  }
}

TEST_F(ExportFile, GoesOnAfterManyKills) {
  int kills = 0;
  for (std::uint64_t size = 2'000; size < whole_.size(); size += whole_.size() / 11, ++kills)
    ASSERT_TRUE(dies_at_file_size(size, [&] { export_to(*view_, options_); }));
  EXPECT_GT(kills, 9);
  EXPECT_GT(export_to(*view_, options_).resumed_at, 1'000u);
  expect_whole();
}

TEST_F(ExportFile, GoesOnAfterCtrlC) {
  const std::atomic<bool> stop = true;
  cli::Progress progress(stderr, false);
  ASSERT_TRUE(dies_at_file_size(whole_.size() / 2, [&] { export_to(*view_, options_); }));
  EXPECT_TRUE(export_log(*view_, options_, nullptr, progress, &stop).interrupted);
  EXPECT_FALSE(std::filesystem::exists(options_.path));
  EXPECT_GT(export_to(*view_, options_).resumed_at, 0u);
  expect_whole();
}

TEST_F(ExportFile, AlsoAsCsvAndOfAFilter) {
  options_.format = ExportFormat::csv;
  options_.filter.services = {Service::stock, Service::checkout};
  ExportOptions to_stream = options_;
  to_stream.path = "";
  whole_ = export_text(*view_, to_stream);
  ASSERT_TRUE(dies_at_file_size(whole_.size() / 3, [&] { export_to(*view_, options_); }));
  EXPECT_GT(export_to(*view_, options_).resumed_at, 0u);
  expect_whole();
}

TEST_F(ExportFile, IsNotWrittenOverAnother) {
  write_content(options_.path, "mine");
  EXPECT_EQ(why_not(), options_.path + " exists already; give another name or remove it");
  EXPECT_EQ(content(options_.path), "mine");
}

TEST_F(ExportFile, IsNotGoneOnWithByAnotherExport) {
  ASSERT_TRUE(dies_at_file_size(whole_.size() / 2, [&] { export_to(*view_, options_); }));
  const std::string before = content(partial());
  options_.filter.services = {Service::stock};
  EXPECT_EQ(why_not(), partial() +
                           " was begun by another export than this one; give the same conditions "
                           "as then, another name, or --restart");
  EXPECT_TRUE(content(partial()) == before);
  options_.filter = {};
  options_.format = ExportFormat::csv;
  EXPECT_NE(why_not(), "");
  options_.format = ExportFormat::ndjson;
  options_.restart = true;
  EXPECT_EQ(export_to(*view_, options_).resumed_at, 0u);
  expect_whole();
}

TEST_F(ExportFile, BeginsAnewWhereTheCursorIsOfNoUse) {
  const auto spoil = [&](const std::function<void()>& how) {
    ASSERT_TRUE(dies_at_file_size(whole_.size() / 2, [&] { export_to(*view_, options_); }));
    how();
    EXPECT_EQ(export_to(*view_, options_).resumed_at, 0u);
    expect_whole();
    std::filesystem::remove(options_.path);
  };
  spoil([&] { write_content(cursor(), "{"); });
  spoil([&] { write_content(cursor(), "{\"what\":7}"); });
  spoil([&] { std::filesystem::remove(cursor()); });
  spoil([&] { std::filesystem::resize_file(partial(), 100); });
}

TEST_F(ExportFile, OfADamagedLogKeepsWhatComesBefore) {
  auto keys = log_.disk->contents(store::Column::log);
  auto middle = keys.begin();
  while (!store::is_of({Service::stock, 1}, middle->first)) ++middle;
  std::advance(middle, 20);
  ASSERT_TRUE(store::is_of({Service::stock, 1}, middle->first));
  const std::string key = middle->first, value = middle->second;
  log_.disk->overwrite(store::Column::log, key, std::string("flipped"));
  view_ = log_.view();
  const std::string why = why_not();
  EXPECT_NE(why.find("Partition stock/1 is damaged at offset "), std::string::npos) << why;
  EXPECT_GT(content(partial()).size(), 1'000u);
  EXPECT_TRUE(whole_.starts_with(content(partial())));

  log_.disk->overwrite(store::Column::log, key, value);  // mended
  view_ = log_.view();
  EXPECT_GT(export_to(*view_, options_).resumed_at, 0u);
  expect_whole();
}

TEST_F(ExportFile, SaysWhatCannotBeWritten) {
  options_.path = dir_ / "nowhere/log.ndjson";
  EXPECT_EQ(why_not(), partial() + " cannot be opened for writing: No such file or directory");
}

}  // namespace
}  // namespace souk::replay
