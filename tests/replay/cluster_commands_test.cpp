// The commands over a cluster's directories: what they say is what they say of one log.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/replay/told_shop.hpp"
#include "tools/replay/placement.hpp"

namespace souk::replay {
namespace {

using testing::Outcome;
using testing::replay;
using testing::ToldShop;

class ClusterCommands : public ::testing::Test {
 protected:
  ClusterCommands() {
    shop_.stock("MUG", 10, 795);
    shop_.stock("TEA", 100, 255);
    shop_.stock("CUP", 100, 199);
    shop_.charge("17850", 10'000);
    shop_.grant("less", 100);
    shop_.start("536365", "17850", {ToldShop::line("MUG", 1), ToldShop::line("TEA", 2)}, "less");
    shop_.carry("536365");
    shop_.start("536366", "17850", {ToldShop::line("CUP", 500)});
    shop_.carry("536366");
    shop_.write(one());
    for (std::size_t i = 0; i < 3; ++i) write_node(i);
  }

  std::string one() const { return dir_ / "one"; }
  std::string node(std::size_t i) const { return dir_ / ("node-" + std::to_string(i)); }

  // The first node has orders and their checkouts, the second the stock, the third what is left.
  static std::size_t owner_of(Service service) {
    if (service == Service::order || service == Service::checkout) return 0;
    return service == Service::stock ? 1 : 2;
  }
  void write_node(std::size_t i) {
    ToldShop its;
    for (const auto& record : shop_.records)
      if (owner_of(record.service) == i) its.records.push_back(record);
    its.write(node(i));
  }

  Outcome of_one(std::vector<std::string> words) const {
    words.insert(words.end(), {"--data", one()});
    return replay(words);
  }
  Outcome of_all(std::vector<std::string> words) const {
    for (std::size_t i = 0; i < 3; ++i) words.insert(words.end(), {"--data", node(2 - i)});
    return replay(words);
  }
  // Without the commands that a story ends with, which name the directories.
  static std::string story_in(const Outcome& outcome) {
    return outcome.out.substr(0, outcome.out.find("\n\n  souk-replay"));
  }

  test::TempDir dir_;
  ToldShop shop_;
};

TEST_F(ClusterCommands, TellTheSameStories) {
  for (const std::string id : {"536365", "536366", "wallet/17850", "stock/MUG"}) {
    const Outcome all = of_all({"story", id});
    EXPECT_EQ(all.exit_code, 0) << all.err;
    EXPECT_EQ(story_in(all), story_in(of_one({"story", id})));
  }
}

TEST_F(ClusterCommands, ListRecordsInTheOrderOfTheirTimes) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"events", "--all"},
        {"events", "--last", "7"},
        {"events", "--limit", "9"},
        {"events", "--service", "stock", "--service", "wallet", "--all"},
        {"events", "--stream", "stock/MUG", "--stream", "wallet/17850"},
        {"events", "--correlation", "536366"},
        {"events", "--since", "2026-03-01T10:00:00.015Z", "--until", "2026-03-01T10:00:00.020Z"}}) {
    const Outcome all = of_all(words);
    EXPECT_EQ(all.exit_code, 0) << all.err;
    EXPECT_EQ(all.out, of_one(words).out) << words.back();
  }
}

TEST_F(ClusterCommands, ShowTheSameStatesAndDecideTheSame) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"state", "stock/MUG"},
                                                {"state", "coupon/less"},
                                                {"state", "order/536365"},
                                                {"diff", "wallet/17850", "start", "now"}})
    EXPECT_EQ(of_all(words).out, of_one(words).out);
  const Outcome again = of_all({"decide-again"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_EQ(of_all({"stats"}).exit_code, 0);
}

TEST_F(ClusterCommands, ExportWhatImportMakesOneLogOf) {
  const std::string file = dir_ / "log.ndjson";
  const Outcome out = of_all({"export", file});
  ASSERT_EQ(out.exit_code, 0) << out.err;
  const Outcome in = replay({"import", file, "--data", dir_ / "copy"});
  ASSERT_EQ(in.exit_code, 0) << in.err;
  const Outcome proved = replay({"verify", "--data", dir_ / "copy", "--against", node(0),
                                 "--against", node(1), "--against", node(2)});
  EXPECT_EQ(proved.exit_code, 0) << proved.out << proved.err;
  EXPECT_NE(proved.out.find("CLEAN"), std::string::npos);
}

TEST_F(ClusterCommands, SayWhatMayBeElsewhere) {
  const Outcome some = replay({"state", "stock/MUG", "--data", node(0), "--data", node(2)});
  EXPECT_EQ(some.exit_code, 1);
  EXPECT_NE(
      some.err.find("there is no stock 'MUG' in these directories, and none of them has stock/"),
      std::string::npos)
      << some.err;
}

TEST_F(ClusterCommands, AreRefusedWhereTheyMakeNoSense) {
  const auto refused = [](const Outcome& outcome, const std::string& sentence) {
    EXPECT_EQ(outcome.exit_code, 2) << outcome.out;
    EXPECT_NE(outcome.err.find(sentence), std::string::npos) << outcome.err;
  };
  refused(of_all({"backup", dir_ / "backup"}), "backup takes one --data");
  refused(of_all({"import", dir_ / "log.ndjson"}), "import takes one --data");
  refused(replay({"events", "--data", one(), "--data", dir_ / "./one"}), "the same directory");
}

TEST(Placement, SaysWhoOwnsWhat) {
  const auto placement = parse_placement(
      R"({"node":"stock-1","owners":{"stock":["stock-1","stock-2"],"order":["o"],"new":["o"]}})");
  ASSERT_TRUE(placement);
  EXPECT_EQ(placement->node, "stock-1");
  EXPECT_EQ(placement->owner_of,
            (std::map<PartitionId, std::string>{{{Service::stock, 0}, "stock-1"},
                                                {{Service::stock, 1}, "stock-2"},
                                                {{Service::order, 0}, "o"}}));
  for (const char* wrong :
       {"", "[]", "{}", R"({"node":1,"owners":{}})", R"({"node":"a"})",
        R"({"node":"a","owners":{"stock":"b"}})", R"({"node":"a","owners":{"stock":[1]}})"})
    EXPECT_FALSE(parse_placement(wrong)) << wrong;
}

}  // namespace
}  // namespace souk::replay
