// What `events` lists.
#include <algorithm>
#include <atomic>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/replay/told_shop.hpp"
#include "tools/replay/run.hpp"

namespace souk::replay {
namespace {

using nlohmann::json;
using testing::lines_of;
using testing::replay;
using testing::ToldShop;
using Lines = std::vector<std::string>;

// The lines with these words.
Lines events(const std::string& path, Lines words) {
  words.insert(words.begin(), {"events", "--data", path});
  const auto outcome = replay(words);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return lines_of(outcome.out);
}

class Events : public ::testing::Test {
 protected:
  Events() {
    shop.stock("MUG", 10, 795);
    shop.charge("ada", 1'000);
    shop.start("o1", "ada", {ToldShop::line("MUG", 1)});
    shop.carry("o1");
    shop.start("o2", "ada", {ToldShop::line("MUG", 1)});
    shop.carry("o2");
    shop.write(path);
  }

  test::TempDir dir_;
  ToldShop shop;
  const std::string path = dir_ / "shop";
};

TEST_F(Events, ALineEachSaysWhenWhatAndWhoAsked) {
  EXPECT_EQ(events(path, {"--stream", "wallet/ada", "--stream", "stock/MUG", "--limit", "6"}),
            (Lines{"2026-03-01 10:00:00.001  stock/MUG                 registered at 7.95 GBP: "
                   "Title of MUG  <- a client",
                   "2026-03-01 10:00:00.002  stock/MUG                 received 10 units (d1)  <- "
                   "a client (receipt/d1)",
                   "2026-03-01 10:00:00.003  wallet/ada                charged 10.00 GBP (c1)  <- "
                   "a client (charge/c1)",
                   "2026-03-01 10:00:00.006  stock/MUG                 held 1 unit at 7.95 GBP  "
                   "<- checkout o1",
                   "2026-03-01 10:00:00.008  wallet/ada                held 7.95 GBP  <- checkout "
                   "o1",
                   "2026-03-01 10:00:00.012  stock/MUG                 settled: 1 unit sold  <- "
                   "checkout o1"}));
}

TEST_F(Events, RefusalsSayWhy) {
  EXPECT_EQ(events(path, {"--refused"}),
            (Lines{"2026-03-01 10:00:00.019  wallet/ada                refused to hold 7.95 GBP: "
                   "insufficient funds  <- checkout o2"}));
}

TEST_F(Events, TypesAreEventsOrCommands) {
  EXPECT_EQ(events(path, {"--type", "wallet.held"}).size(), 1u);
  EXPECT_EQ(events(path, {"--type", "wallet.hold"}).size(), 2u);
  EXPECT_EQ(events(path, {"--type", "held"}).size(), 3u);
  EXPECT_EQ(events(path, {"--type", "placed", "--type", "cancelled"}).size(), 3u);
  const auto wrong = replay({"events", "--data", path, "--type", "hled"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.err.find("Did you mean 'held'?"), std::string::npos) << wrong.err;
}

TEST_F(Events, OffsetsNameOnePartition) {
  const Lines lines = events(path, {"--from", "wallet/0@1", "--to", "wallet/0@2"});
  const Lines other = events(path, {"--from", "wallet/1@1", "--to", "wallet/1@2"});
  EXPECT_EQ(lines.size() + other.size(), 2u);
  const auto wrong = replay({"events", "--data", path, "--from", "wallet/7@1"});
  EXPECT_EQ(wrong.err, "souk-replay: there is no partition wallet/7; wallet has 2\n");
}

TEST_F(Events, TimesCutAWindow) {
  const Lines lines =
      events(path, {"--since", "2026-03-01T10:00:00.003Z", "--until", "2026-03-01T10:00:00.005Z"});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("charged"), std::string::npos);
  EXPECT_NE(lines[1].find("started"), std::string::npos);
  EXPECT_TRUE(events(path, {"--until", "2026-02-28"}).empty());
}

TEST_F(Events, TheNewestAndTheOldest) {
  const Lines all = events(path, {"--all"});
  EXPECT_EQ(all.size(), shop.records.size());
  EXPECT_EQ(events(path, {"--last", "4"}), Lines(all.end() - 4, all.end()));
  EXPECT_EQ(events(path, {"--limit", "4"}), Lines(all.begin(), all.begin() + 4));
}

TEST_F(Events, JsonHasEverything) {
  const Lines lines = events(path, {"--format", "ndjson", "--correlation", "o1"});
  for (const std::string& line : lines) {
    const json record = json::parse(line);
    EXPECT_EQ(record["correlation_id"], "o1");
    EXPECT_TRUE(record.contains("offset") && record.contains("group"));
  }
  const auto array = replay({"events", "--data", path, "--format", "json", "--correlation", "o1"});
  EXPECT_EQ(json::parse(array.out).size(), lines.size());
  EXPECT_EQ(replay({"events", "--data", path, "--format", "json", "--id", "none"}).out, "[]\n");
}

TEST_F(Events, ATableHasTheIds) {
  const Lines lines = events(path, {"--format", "table", "--type", "wallet.held"});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[1].find("checkout:o1/3/0"), std::string::npos) << lines[1];
}

// Beside the one that writes.
TEST_F(Events, FollowingGoesOnWithWhatIsRecorded) {
  const std::string live = dir_ / "live";
  auto kv = store::open_rocks_kv({.path = live});
  ASSERT_TRUE(kv.ok()) << kv.status().message();
  auto log = store::Log::open(std::move(*kv), test::shop_identity());
  ASSERT_TRUE(log.ok()) << log.status().message();
  test::ShopWriter writer(**log, 1, 1);
  const std::vector<test::ShopRecord>& records = shop.records;
  writer.write({records.begin(), records.begin() + 3});

  std::atomic<bool> stop{false};
  cli::Console console;
  console.out = std::tmpfile();
  console.err = std::tmpfile();
  console.now = [] { return testing::kNow; };
  console.stop = &stop;
  int exit_code = -1;
  std::thread following([&] {
    exit_code =
        run({"events", "--follow", "--data", live, "--service", "checkout", "--service", "wallet"},
            "http://127.0.0.1:1", console);
  });
  const auto shown = [&] {
    char text[65'536];
    const auto size = ::pread(::fileno(console.out), text, sizeof text, 0);
    return lines_of(std::string(text, static_cast<std::size_t>(size)));
  };
  const auto wait_for = [&](std::size_t lines) {
    for (int i = 0; i < 1'000 && shown().size() < lines; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  wait_for(1);  // the charge, which was there
  writer.write({records.begin() + 3, records.begin() + 4});
  wait_for(2);  // the start of the order
  stop = true;
  following.join();
  EXPECT_EQ(exit_code, 130);
  const Lines lines = shown();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("charged 10.00 GBP"), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find("started: 1 line"), std::string::npos) << lines[1];
  std::fclose(console.out);
  std::fclose(console.err);
}

TEST_F(Events, SaysWhereThereIsNothing) {
  const auto none = replay({"events", "--data", path, "--trace", "x"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.err, "no record is like that\n");
  const auto stream = replay({"events", "--data", path, "--stream", "wallet/bob"});
  EXPECT_EQ(stream.exit_code, 1);
  EXPECT_EQ(stream.err, "souk-replay: there is no wallet 'bob'\n");
}

// The short ways must find what reading everything finds.
TEST(EventsOfRandomShops, AShortWayFindsWhatAScanFinds) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    test::TempDir dir;
    const std::string path = dir / "shop";
    test::make_shop_directory(path, seed, 600, seed % 2 == 0);
    const Lines all = events(path, {"--format", "ndjson"});
    std::map<std::string, Lines> by_correlation, by_stream;
    for (const std::string& line : all) {
      const json record = json::parse(line);
      by_stream[record["service"].get<std::string>() + "/" + record["stream"].get<std::string>()]
          .push_back(line);
      if (record.contains("correlation_id"))
        by_correlation[record["correlation_id"]].push_back(line);
    }
    ASSERT_GT(by_correlation.size(), 20u);
    int asked = 0;
    for (auto& [id, expected] : by_correlation) {
      if (++asked > 40) break;
      Lines found = events(path, {"--format", "ndjson", "--correlation", id});
      std::ranges::sort(found);
      std::ranges::sort(expected);
      EXPECT_EQ(found, expected) << "seed " << seed << ", correlation " << id;
    }
    asked = 0;
    for (const auto& [name, expected] : by_stream) {
      if (++asked > 40) break;
      EXPECT_EQ(events(path, {"--format", "ndjson", "--stream", name}), expected) << name;
    }
    for (const std::size_t count : {1u, 7u, 100u})
      EXPECT_EQ(events(path, {"--format", "ndjson", "--last", std::to_string(count)}),
                Lines(all.end() - static_cast<std::ptrdiff_t>(count), all.end()));
  }
}

}  // namespace
}  // namespace souk::replay
