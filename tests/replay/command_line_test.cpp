// What the command line takes, and what it says of what it does not.
#include "tools/replay/command_line.hpp"

#include <gtest/gtest.h>

#include "tests/replay/told_shop.hpp"

namespace souk::replay {
namespace {

using testing::replay;

constexpr const char* kUrl = "http://127.0.0.1:8080";

Options options_of(const cli::Words& words) {
  ParsedLine line = parse_command_line(words, kUrl);
  EXPECT_FALSE(line.ended) << line.ended->err;
  return line.options;
}

std::string fault(const cli::Words& words) {
  const ParsedLine line = parse_command_line(words, kUrl);
  if (!line.ended) return "none";
  EXPECT_EQ(line.ended->exit_code, 2);
  EXPECT_EQ(line.ended->out, "");
  return line.ended->err;
}

TEST(ReplayCommandLine, TakesEverybodysOptionsOnEitherSideOfTheCommand) {
  for (const cli::Words& words :
       {cli::Words{"--data", "d", "--format", "json", "story", "536365"},
        cli::Words{"story", "536365", "--format", "JSON", "--data", "d"}}) {
    const Options options = options_of(words);
    EXPECT_EQ(options.command, "story");
    EXPECT_EQ(options.subject, "536365");
    EXPECT_EQ(options.format, Format::json);
    EXPECT_EQ(options.data, std::vector<std::string>{"d"});
  }
}

TEST(ReplayCommandLine, FiltersMayBeRepeated) {
  const Options options = options_of({"events", "--service", "stock", "--service", "Wallet",
                                      "--type", "held", "--stream", "wallet/1", "--stream", "2"});
  EXPECT_EQ(options.services, (std::vector<std::string>{"stock", "wallet"}));
  EXPECT_EQ(options.types, (std::vector<std::string>{"held"}));
  EXPECT_EQ(options.streams, (std::vector<std::string>{"wallet/1", "2"}));
}

TEST(ReplayCommandLine, AnIdMayBeTheNameOfACommand) {
  EXPECT_EQ(options_of({"story", "verify"}).subject, "verify");
  EXPECT_EQ(options_of({"state", "stock/state"}).subject, "stock/state");
}

TEST(ReplayCommandLine, ATypoGetsASuggestion) {
  EXPECT_EQ(fault({"stroy", "1"}),
            "souk-replay: there is no command 'stroy'. Did you mean 'story'? See souk-replay "
            "--help\n");
  EXPECT_EQ(fault({"events", "--corelation", "1"}),
            "souk-replay: there is no option '--corelation' of events. Did you mean "
            "'--correlation'? See souk-replay events --help\n");
  EXPECT_NE(fault({"events", "--service", "walet"}).find("Did you mean 'wallet'?"),
            std::string::npos);
}

TEST(ReplayCommandLine, AThingWhereACommandIsDueIsUnderstood) {
  EXPECT_EQ(fault({"536365"}),
            "souk-replay: there is no command '536365'; what happened to it: souk-replay story "
            "536365\n");
  EXPECT_EQ(fault({"order", "536365"}),
            "souk-replay: there is no command 'order'; what happened to it: souk-replay story "
            "order/536365\n");
  EXPECT_EQ(fault({"state", "wallet", "17850"}),
            "souk-replay: a stream is one word: souk-replay state wallet/17850\n");
  EXPECT_EQ(fault({"state", "wallet/17850", "2010-12-01"}),
            "souk-replay: state takes no '2010-12-01'; a moment is --at 2010-12-01\n");
}

TEST(ReplayCommandLine, SaysWhatIsMissing) {
  EXPECT_EQ(fault({}),
            "souk-replay: say what to do, such as 'story 536365' or 'events'; see souk-replay "
            "--help\n");
  EXPECT_NE(fault({"story"}).find("souk-replay story --help"), std::string::npos);
  EXPECT_NE(fault({"diff", "wallet/1", "start"}).find("souk-replay diff --help"),
            std::string::npos);
  EXPECT_NE(fault({"events", "--id", ""}).find("it is empty"), std::string::npos);
}

TEST(ReplayCommandLine, SaysWhatContradictsItself) {
  EXPECT_NE(fault({"story", "1", "--data", "d", "--url", kUrl}).find("exclude each other"),
            std::string::npos);
  EXPECT_NE(fault({"story", "1", "--url", "nonsense url"}).find("is no address"),
            std::string::npos);
  EXPECT_NE(fault({"import", "f"}).find("--data DIR"), std::string::npos);
  EXPECT_NE(fault({"events", "--limit", "1", "--last", "1"}).find("say one of them"),
            std::string::npos);
  EXPECT_NE(fault({"events", "--follow", "--format", "json"}).find("use --format ndjson"),
            std::string::npos);
  EXPECT_NE(fault({"events", "--follow", "--until", "now"}).find("say one of them"),
            std::string::npos);
}

TEST(ReplayCommandLine, SaysWhichFormatsACommandHas) {
  EXPECT_EQ(fault({"story", "1", "--format", "csv"}),
            "souk-replay: story has no format 'csv'; there are human, json\n");
  EXPECT_EQ(options_of({"events", "--format", "table"}).format, Format::table);
  EXPECT_EQ(options_of({"export", "--format", "csv"}).format, Format::csv);
}

TEST(ReplayCommandLine, EveryCommandHasHelpWithExamples) {
  for (const char* command :
       {"events", "story", "state", "diff", "verify", "decide-again", "rebuild", "export", "import",
        "stats", "backup", "restore", "completion"}) {
    const auto outcome = replay({command, "--help"});
    EXPECT_EQ(outcome.exit_code, 0) << command;
    EXPECT_NE(outcome.out.find("  souk-replay " + std::string(command)), std::string::npos)
        << outcome.out;
  }
  EXPECT_EQ(replay({"--version"}).out, "souk-replay " SOUK_VERSION "\n");
}

TEST(ReplayCommandLine, CompletionKnowsTheCommandsAndTheirOptions) {
  const std::string script = replay({"completion", "bash"}).out;
  for (const char* word :
       {"_souk_replay", "decide-again", "--correlation", "order stock wallet", "compgen -d"})
    EXPECT_NE(script.find(word), std::string::npos) << word;
}

TEST(ReplayCommandLine, SaysWhyADirectoryCannotBeOpened) {
  const auto none = replay({"story", "1", "--data", "/nowhere"});
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_EQ(none.err, "souk-replay: there is no directory /nowhere\n");
  test::TempDir dir;
  const auto empty = replay({"story", "1", "--data", dir.path()});
  EXPECT_EQ(empty.exit_code, 3);
  EXPECT_NE(empty.err.find(dir.path().string()), std::string::npos) << empty.err;
  const auto node = replay({"story", "1"});
  EXPECT_EQ(node.exit_code, 3);
  EXPECT_NE(node.err.find("http://127.0.0.1:1"), std::string::npos) << node.err;
}

}  // namespace
}  // namespace souk::replay
