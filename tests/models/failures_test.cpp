// Disks that are full, files and logs that are damaged: a Status, nothing half applied, and a way
// on.
#include <csignal>
#include <fstream>
#include <sys/resource.h>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/models/dying.hpp"
#include "tests/models/support.hpp"

namespace souk::test {
namespace {

constexpr std::streamoff kPageBytes = 8192;

// --- a full disk --------------------------------------------------------------------------------

void limit_files(rlim_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

// Follows the log while files may not grow beyond a limit, which is raised when a commit fails.
void follow_on_a_small_disk(const std::string& path, const store::Log& log) {
  std::signal(SIGXFSZ, SIG_IGN);  // so that writes fail with EFBIG
  const auto models = create_models(path);
  rlim_t bytes = 400'000;
  limit_files(bytes);
  int failures = 0;
  for (const PartitionId partition : partitions_of(log))
    while (models->next(partition) < log.next_offset(partition)) {
      ASSERT_TRUE(apply(*models, log, partition, 2'000).ok());
      const Positions before = models->positions();
      if (const store::Status status = models->commit(); !status.ok()) {
        ++failures;
        EXPECT_EQ(status.code(), store::Code::io_error) << status.message();
        EXPECT_FALSE(models->file_is_damaged());
        EXPECT_EQ(models->positions(), before);
        EXPECT_EQ(models->records_to_commit(), 0u);
        limit_files(bytes += 400'000);
      }
    }
  EXPECT_GT(failures, 0);
}

TEST(ModelsFailures, AFullDiskHoldsThemUpAndNothingElse) {
  const Directory directory;
  const History history(3, 800);
  follow(*create_models(directory.file("reference")), *history.log);
  const int status =
      in_child([&] { follow_on_a_small_disk(directory.file("models"), *history.log); });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(difference(dump(directory.file("models")), dump(directory.file("reference"))), "");
}

TEST(ModelsFailures, ABulkLoadOnAFullDiskIsLost) {
  const Directory directory;
  const History history(3, 800);
  const int status = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const auto models = create_models(directory.file("models"), BulkLoad::yes);
    for (const PartitionId partition : partitions_of(*history.log))
      ASSERT_TRUE(apply(*models, *history.log, partition).ok());
    limit_files(20'000);
    const store::Status failed = models->commit();
    // The cache may take it all: then it is the end of the load that fails.
    const store::Status ended = failed.ok() ? models->finish_bulk_load() : failed;
    EXPECT_FALSE(ended.ok());
    EXPECT_TRUE(models->file_is_damaged());
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// --- a damaged file -----------------------------------------------------------------------------

// Fills the page on which a table begins with what is no page.
void spoil(const std::string& path, const std::string& table) {
  const std::string page =
      ask_sql(path, "SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'");
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp((std::stoll(page) - 1) * kPageBytes);
  file << std::string(kPageBytes, '\xee');
}

class Damaged : public ::testing::Test {
 protected:
  Damaged() {
    appender_.append(kOrder0, "o1", {placed()});
    appender_.append(kOrder0, "bad", {garbage()});
    const auto models = create_models(path_);
    follow(*models, *log_);
    EXPECT_TRUE(models->skip(kOrder0, "bad", "why not", kNow, reading(*log_)).ok());
  }

  Directory directory_;
  const std::string path_ = directory_.file("models");
  std::unique_ptr<store::Log> log_ = open_log();
  Appender appender_{*log_};
};

TEST_F(Damaged, ATableThatCannotBeReadFailsWhatNeedsItAndSaysSo) {
  spoil(path_, "orders");
  const auto models = open_models(path_);
  appender_.append(kOrder0, "o1", {confirmed()});
  appender_.append(kWallet0, "ann", {charged()});
  EXPECT_TRUE(apply(*models, *log_, kWallet0).ok());
  EXPECT_FALSE(models->file_is_damaged());
  EXPECT_EQ(apply(*models, *log_, kOrder0).code(), store::Code::corruption);
  EXPECT_TRUE(models->file_is_damaged());
  EXPECT_FALSE(models->log_is_damaged());
  EXPECT_EQ(models->next(kOrder0), 3u);
  EXPECT_EQ(models->next(kWallet0), 1u);  // since the last commit everything is forgotten
  EXPECT_TRUE(models->parked().empty());  // not the record's fault
}

TEST_F(Damaged, WhatAnOperatorSkippedOutlivesTheFile) {
  const auto models = open_models(path_);
  spoil(path_, "skipped_records");
  spoil(path_, "orders");
  const std::string anew = directory_.file("anew");
  const auto rebuilt = create_models(anew, BulkLoad::yes);
  ASSERT_TRUE(rebuilt->skip_as_in(*models).ok());
  follow(*rebuilt, *log_);
  ASSERT_TRUE(rebuilt->finish_bulk_load().ok());
  EXPECT_TRUE(rebuilt->parked().empty());
  EXPECT_EQ(ask_sql(anew, "SELECT reason FROM skipped_records"), "why not");
}

TEST_F(Damaged, BookkeepingThatCannotBeReadIsNotOpened) {
  for (const char* table : {"positions", "parked_records", "skipped_records", "about"}) {
    const std::string path = directory_.file(table);
    std::filesystem::copy_file(path_, path);
    spoil(path, table);
    EXPECT_EQ(Models::open(path, kCluster).status().code(), store::Code::corruption) << table;
  }
  std::ofstream(directory_.file("text")) << std::string(20'000, 'x');
  EXPECT_EQ(Models::open(directory_.file("text"), kCluster).status().code(),
            store::Code::corruption);
}

// Anything may be wrong anywhere: a Status or rows, never the end of the process.
TEST_F(Damaged, AnyBytesFlippedAnywhereAreSurvived) {
  std::filesystem::copy_file(path_, directory_.file("whole"));
  for (int i = 0; i < 20; ++i) appender_.append(kOrder0, "o1", {i == 0 ? confirmed() : garbage()});
  EXPECT_TRUE(rc::check([&] {
    const std::string path = directory_.file("flipped");
    std::filesystem::copy_file(directory_.file("whole"), path,
                               std::filesystem::copy_options::overwrite_existing);
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
      for (int i = 0; i < 40; ++i) {
        file.seekp(static_cast<std::streamoff>(random() % static_cast<std::uint64_t>(size)));
        file.put(static_cast<char>(random()));
      }
    }
    const auto models = Models::open(path, kCluster);
    if (!models.ok()) return RC_ASSERT(models.status().message() != "");
    const auto slice = log_->read(kOrder0, 1, 1u << 20);
    store::Status status =
        (*models)->next(kOrder0) < slice->end ? (*models)->apply(*slice) : store::Status();
    if (status.ok()) status = (*models)->commit();
    RC_ASSERT(status.ok() || status.message() != "");
  }));
}

// --- a damaged log ------------------------------------------------------------------------------

TEST(ModelsFailures, ASliceThatIsDamagedIsTheLogsFaultAndParksNothing) {
  const Directory directory;
  const auto log = open_log();
  Appender appender(*log);
  appender.append(kWallet0, "ann", {charged()});
  appender.append(kOrder0, "o1", {placed()});
  appender.append(kOrder0, "o2", {placed()});
  const auto models = create_models(directory.file("models"));
  ASSERT_TRUE(apply(*models, *log, kWallet0).ok());
  store::Slice slice = *log->read(kOrder0, 1, 1u << 20);
  auto spoilt = std::make_shared<std::string>(*slice.batches.back());
  (*spoilt)[spoilt->size() / 2] ^= 1;
  slice.batches.back() = spoilt;
  EXPECT_EQ(models->apply(slice).code(), store::Code::corruption);
  EXPECT_TRUE(models->log_is_damaged());
  EXPECT_FALSE(models->file_is_damaged());
  EXPECT_EQ(models->next(kOrder0), 1u);
  EXPECT_EQ(models->next(kWallet0), 1u);
  EXPECT_TRUE(models->parked().empty());
  follow(*models, *log);
  EXPECT_FALSE(models->log_is_damaged());
  EXPECT_EQ(models->positions(), (Positions{{kWallet0, 1}, {kOrder0, 2}}));
}

}  // namespace
}  // namespace souk::test
