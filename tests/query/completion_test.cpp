// The completion script, asked by a real bash.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/query/support.hpp"
#include "tools/query/schema_command.hpp"

namespace souk::query {
namespace {

class Completion : public ::testing::Test {
 protected:
  Completion() : script_(::testing::TempDir() + "souk-query-" + std::to_string(::getpid())) {
    std::ofstream(script_) << testing::query({"completion", "bash"}).out;
  }
  ~Completion() override { ::unlink(script_.c_str()); }

  // What bash offers for the last of the words.
  std::vector<std::string> offered(const std::vector<std::string>& words) const {
    std::string list = "souk-query";
    for (const std::string& word : words) list += " '" + word + "'";
    const std::string command = "bash --norc -c 'source " + script_ + "; COMP_WORDS=(" +
                                replaced(list) + "); COMP_CWORD=" + std::to_string(words.size()) +
                                "; _souk_query; printf \"%s\\n\" \"${COMPREPLY[@]}\"'";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0) << command;
    std::istringstream lines(text);
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);)
      if (!line.empty()) found.push_back(line);
    return found;
  }

 private:
  // The words stand inside a command that is itself in single quotes.
  static std::string replaced(const std::string& list) {
    std::string text;
    for (const char c : list) text += c == '\'' ? std::string("\"") : std::string(1, c);
    return text;
  }

  std::string script_;
};

using Words = std::vector<std::string>;

bool has(const Words& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

TEST_F(Completion, OffersCommands) {
  EXPECT_EQ(offered({"or"}), (Words{"orders", "order"}));
  EXPECT_EQ(offered({"best"}), (Words{"best-sellers"}));
  EXPECT_TRUE(has(offered({""}), "completion"));
}

TEST_F(Completion, OffersTheCommandsOptionsAndEverybodys) {
  const Words words = offered({"orders", "--"});
  EXPECT_TRUE(has(words, "--customer"));
  EXPECT_TRUE(has(words, "--format"));
  EXPECT_FALSE(has(words, "--older-than"));
  EXPECT_EQ(offered({"coupons", "--ne"}), (Words{"--never-used"}));
  EXPECT_EQ(offered({"--data", "sagas", "sagas", "--old"}), (Words{"--older-than"}));
}

TEST_F(Completion, OffersTheWordsOfChoices) {
  EXPECT_EQ(offered({"orders", "--status", "C"}), (Words{"CONFIRMED", "CANCELLED"}));
  EXPECT_EQ(offered({"coupons", "--status", ""}), (Words{"GRANTED", "HELD", "USED", "LAPSED"}));
  EXPECT_EQ(offered({"orders", "--format", "n"}), (Words{"ndjson"}));
  EXPECT_EQ(offered({"orders", "--format", "=", "js"}), (Words{"json"}));
  EXPECT_EQ(offered({"orders", "--format", "="}), (Words{"table", "json", "csv", "ndjson"}));
  EXPECT_EQ(offered({"schema", "--format", ""}), (Words{"sql", "markdown"}));
}

TEST_F(Completion, OffersNothingWhereAPersonsOwnWordIsDue) {
  EXPECT_EQ(offered({"orders", "--customer", ""}), Words{});
}

TEST_F(Completion, OffersTablesAndInnerCommands) {
  EXPECT_EQ(offered({"schema", "order_"}), (Words{"order_lines", "order_history"}));
  for (const std::string& name : schema_names()) EXPECT_TRUE(has(offered({"schema", ""}), name));
  EXPECT_EQ(offered({"parked", "s"}), (Words{"skip"}));
  EXPECT_TRUE(has(offered({"parked", "skip", "--"}), "--reason"));
  EXPECT_TRUE(has(offered({"completion", ""}), "bash"));
}

TEST_F(Completion, OffersDirectoriesForData) {
  const Words words = offered({"--data", SOUK_SOURCE_DIR "/tool"});
  EXPECT_EQ(words, Words{SOUK_SOURCE_DIR "/tools"});
}

}  // namespace
}  // namespace souk::query
