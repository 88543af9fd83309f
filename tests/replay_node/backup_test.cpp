// Backups: of a node that runs and of a directory that no node has open, and back.
#include "tools/replay/backup.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/replay_node/served_node.hpp"
#include "tools/replay/failure.hpp"

namespace souk::testing {
namespace {

using replay::BackupOptions;
using replay::make_backup;
using replay::restore_backup;

std::vector<std::string> all_of(const std::string& data) {
  const auto view = store::DirectoryView::open(data);
  EXPECT_TRUE(view.ok()) << view.status().message();
  std::vector<std::string> lines;
  if (!view.ok()) return lines;
  for (const PartitionId partition : store::partitions_of((*view)->identity()))
    for (std::string& line : lines_of(**view, partition, 1, 1 << 20))
      lines.push_back(std::move(line));
  return lines;
}

// The exit code and the sentence; 0 if nothing was thrown.
template <class F>
std::pair<int, std::string> failure_of(F f) {
  try {
    f();
    return {0, ""};
  } catch (const cli::Failure& failure) {
    return {failure.exit_code(), failure.what()};
  }
}

class Backups : public ::testing::Test {
 protected:
  BackupOptions to(const std::string& name) {
    return {.directory = served_.folder() / name, .data = "", .url = served_.url()};
  }
  ServedNode served_;
};

TEST_F(Backups, OfANodeHoldWhatWasAcknowledgedBefore) {
  served_.charge_many(150);
  const auto report = make_backup(to("backup"));
  EXPECT_EQ(report.source, "the node at " + served_.url());
  EXPECT_EQ(report.directory, served_.folder() / "backup");
  std::uint64_t records = 0;
  for (const auto& [partition, offset] : report.position) records += offset;
  EXPECT_EQ(records, 150u);
  EXPECT_GT(report.bytes, report.shared_bytes);
  EXPECT_GT(report.shared_bytes, 0u);
  served_.charge_many(10);
  const auto in_backup = all_of(report.directory);
  EXPECT_EQ(in_backup.size(), 150u);
  EXPECT_EQ(all_of(served_.data()).size(), 160u);
  EXPECT_FALSE(std::filesystem::exists(report.directory + "/node.json"));
}

TEST_F(Backups, MadeUnderLoadHoldAtLeastTheirPosition) {
  std::atomic<bool> stop = false;
  std::thread load([&] {
    while (!stop) served_.charge_many(1);
  });
  for (int i = 0; i < 5; ++i) {
    served_.charge("mine", "c" + std::to_string(-i));
    const auto report = make_backup(to("backup-" + std::to_string(i)));
    const auto view = std::move(*store::DirectoryView::open(report.directory));
    for (const auto& [partition, offset] : report.position)
      EXPECT_GE(*view->last(partition), offset);
    const PartitionId mine = store::partition_of(view->identity(), Service::wallet, "mine");
    EXPECT_EQ(view->head(mine, "mine")->sequence, static_cast<store::Sequence>(i + 1));
  }
  stop = true;
  load.join();
}

TEST_F(Backups, OfANodeAreRefusedWithASentence) {
  served_.charge_many(1);
  const std::string taken = served_.folder() / "taken";
  std::filesystem::create_directory(taken);
  for (const auto& [name, word] : std::vector<std::pair<std::string, std::string>>{
           {"taken", "already"}, {"none/backup", "does not exist"}, {"data/backup", "within"}}) {
    const auto [exit_code, sentence] = failure_of([&, n = name] { make_backup(to(n)); });
    EXPECT_EQ(exit_code, cli::kExitBadInput) << name;
    EXPECT_NE(sentence.find(word), std::string::npos) << sentence;
  }
  EXPECT_TRUE(std::filesystem::is_empty(taken));
  auto nowhere = to("backup");
  nowhere.url = "http://127.0.0.1:1";
  EXPECT_EQ(failure_of([&] { make_backup(nowhere); }).first, cli::kExitUnreachable);
}

TEST_F(Backups, AreMadeOneAtATime) {
  served_.charge_many(20);
  std::vector<std::future<gateway::LogOutcome>> outcomes;
  for (int i = 0; i < 3; ++i) {
    auto promise = std::make_shared<std::promise<gateway::LogOutcome>>();
    outcomes.push_back(promise->get_future());
    served_.node().back_up({served_.folder() / ("backup-" + std::to_string(i)),
                            [promise](const auto& answer) { promise->set_value(answer.outcome); }});
  }
  EXPECT_EQ(outcomes[1].get(), gateway::LogOutcome::busy);
  EXPECT_EQ(outcomes[2].get(), gateway::LogOutcome::busy);
  EXPECT_EQ(outcomes[0].get(), gateway::LogOutcome::ok);
  EXPECT_EQ(failure_of([&] { make_backup(to("one-more")); }).first, 0);
}

TEST_F(Backups, OfADirectoryAndBackAreTheSameLog) {
  served_.charge_many(120);
  served_.stop();
  auto options = to("backup");
  options.data = served_.data();
  const auto report = make_backup(options);
  const std::string restored = served_.folder() / "restored";
  std::string proved;
  const auto back = restore_backup({.backup = report.directory,
                                    .directory = restored,
                                    .verify = [&](const std::string& directory) {
                                      proved = directory;
                                      return true;
                                    }});
  EXPECT_EQ(proved, restored);
  EXPECT_EQ(back.proof, replay::Proof::sound);
  EXPECT_EQ(back.copy.position, report.position);
  EXPECT_EQ(all_of(restored), all_of(served_.data()));
  EXPECT_EQ(all_of(restored).size(), 120u);
}

TEST_F(Backups, ADirectoryThatWillNotDoIsBadInput) {
  served_.charge_many(1);
  served_.stop();
  auto options = to("backup");
  options.data = served_.data();
  make_backup(options);
  EXPECT_EQ(failure_of([&] { make_backup(options); }).first, cli::kExitBadInput);  // it is there
  const auto restore = [&](const std::string& from, const std::string& name) {
    return failure_of([&] {
      restore_backup({.backup = served_.folder() / from, .directory = served_.folder() / name});
    });
  };
  EXPECT_EQ(restore("backup", "data").first, cli::kExitBadInput);
  EXPECT_EQ(restore("none", "new").first, cli::kExitUnreachable);
  EXPECT_EQ(restore("backup", "new").first, 0);
  options.data = served_.folder() / "none";
  options.directory = served_.folder() / "other";
  EXPECT_EQ(failure_of([&] { make_backup(options); }).first, cli::kExitUnreachable);
}

TEST(BackupTexts, SayWhatIsThereAndWhatToDo) {
  replay::CopyReport report{
      "the node at http://x:1",
      "/b/monday",
      {{{Service::order, 0}, 1'200}, {{Service::order, 3}, 34}, {{Service::wallet, 1}, 7}},
      5'000'000'000,
      4'600'000'000,
      1.234};
  EXPECT_EQ(replay::backup_text(report),
            "Backup of the node at http://x:1: /b/monday, made in 1.23 s\n"
            "  holds    1,241 records (order 1,234, wallet 7)\n"
            "  files    5.0 GB: 400.0 MB of its own, 4.6 GB shared by hard links\n"
            "  restore  souk-replay restore /b/monday NEW-DIRECTORY\n");
  EXPECT_EQ(nlohmann::json::parse(replay::backup_json(report)),
            nlohmann::json::parse(R"({"source":"the node at http://x:1","directory":"/b/monday",
    "records":1241,"position":"order/0@1200,order/3@34,wallet/1@7","bytes":5000000000,
    "hard_linked_bytes":4600000000,"seconds":1.234})"));
  report = {"/b/monday", "/data", {}, 900, 0, 0};
  EXPECT_NE(replay::restore_text({report, replay::Proof::sound}).find("900 B, all of it copied"),
            std::string::npos);
  EXPECT_NE(replay::restore_text({report, replay::Proof::sound}).find("souk-node --data /data"),
            std::string::npos);
  EXPECT_EQ(replay::restore_text({report, replay::Proof::unsound}).find("souk-node --data"),
            std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(replay::restore_json({report, replay::Proof::unsound}))["sound"],
            false);
  EXPECT_FALSE(nlohmann::json::parse(replay::restore_json({report})).contains("sound"));
}

}  // namespace
}  // namespace souk::testing
