// What the command line takes, and what it says of what it does not.
#include "tools/query/command_line.hpp"

#include <gtest/gtest.h>

#include "tests/query/support.hpp"

namespace souk::query {
namespace {

constexpr const char* kUrl = "http://127.0.0.1:8080";

Options options_of(const std::vector<std::string>& words) {
  ParsedLine line = parse_command_line(words, kUrl);
  EXPECT_FALSE(line.exit_code) << line.err;
  return line.options;
}

std::string fault(const std::vector<std::string>& words) {
  const ParsedLine line = parse_command_line(words, kUrl);
  EXPECT_EQ(line.exit_code, 2);
  EXPECT_EQ(line.out, "");
  return line.err;
}

TEST(CommandLine, TakesTheGlobalOptionsOnEitherSideOfTheCommand) {
  for (const auto& words :
       {std::vector<std::string>{"--format", "csv", "orders", "--customer", "c", "--limit", "7"},
        std::vector<std::string>{"orders", "--customer", "c", "--limit", "7", "--format", "CSV"}}) {
    const Options options = options_of(words);
    EXPECT_EQ(options.command, "orders");
    EXPECT_EQ(options.customer, "c");
    EXPECT_EQ(options.limit, 7u);
    EXPECT_EQ(options.format, Format::csv);
    EXPECT_EQ(options.url, kUrl);
  }
}

TEST(CommandLine, WatchNeedsNoSeconds) {
  EXPECT_EQ(options_of({"orders", "--watch"}).watch_s, 2.0);
  EXPECT_EQ(options_of({"orders", "--watch", "0.5"}).watch_s, 0.5);
  EXPECT_EQ(options_of({"--watch", "lag"}).watch_s, 2.0);
  EXPECT_EQ(options_of({"order", "--watch", "o1"}).id, "o1");
  EXPECT_EQ(options_of({"orders"}).watch_s, std::nullopt);
}

TEST(CommandLine, AnIdMayBeTheNameOfACommand) {
  EXPECT_EQ(options_of({"order", "lag"}).id, "lag");
  const Options options = options_of({"schema", "orders", "--format", "markdown"});
  EXPECT_EQ(options.command, "schema");
  EXPECT_EQ(options.id, "orders");
  EXPECT_EQ(options.schema_format, "markdown");
  EXPECT_EQ(options_of({"parked", "skip", "retry", "--reason", "x"}).command, "parked skip");
}

TEST(CommandLine, ChoicesTakeAnyCase) {
  EXPECT_EQ(options_of({"orders", "--status", "cancelled"}).status, "CANCELLED");
  EXPECT_EQ(options_of({"revenue", "--by", "Month"}).by, "month");
  EXPECT_EQ(options_of({"orders", "--status", "Pending"}).status, "PLACED");
  EXPECT_NE(fault({"orders", "--status", "open"}).find("there are PLACED, CONFIRMED, CANCELLED"),
            std::string::npos);
}

TEST(CommandLine, APositionIsReadWhole) {
  const Options options =
      options_of({"--at-least", "order/3@88,stock/0@2", "--wait", "0.5", "lag"});
  EXPECT_EQ(to_string(options.at_least), "order/3@88,stock/0@2");
  EXPECT_EQ(options.wait, milliseconds(500));
}

TEST(CommandLine, ATypoGetsASuggestion) {
  EXPECT_EQ(fault({"odrers"}),
            "souk-query: there is no command 'odrers'. Did you mean 'orders'? See souk-query "
            "--help\n");
  EXPECT_EQ(fault({"orders", "--statsu", "x"}),
            "souk-query: there is no option '--statsu' of orders. Did you mean '--status'? See "
            "souk-query orders --help\n");
  EXPECT_EQ(fault({"orders", "--fromat=csv"}),
            "souk-query: there is no option '--fromat' of orders. Did you mean '--format'? See "
            "souk-query orders --help\n");
  EXPECT_EQ(fault({"orders", "--format", "jsno"}),
            "souk-query: --format: there is no 'jsno'; there are table, json, csv, ndjson. Did you "
            "mean 'json'? See souk-query orders "
            "--help\n");
  EXPECT_EQ(fault({"orders", "--status", "confirmd"}),
            "souk-query: --status: there is no 'confirmd'; there are PLACED, CONFIRMED, CANCELLED. "
            "Did you mean 'CONFIRMED'? See "
            "souk-query orders --help\n");
  EXPECT_EQ(fault({"parked", "skp", "o1"}),
            "souk-query: there is no command 'skp' of parked. Did you mean 'skip'? See souk-query "
            "parked --help\n");
}

TEST(CommandLine, WhatMakesNoSenseIsSaidInOneSentence) {
  EXPECT_NE(fault({}).find("say what to show"), std::string::npos);
  EXPECT_NE(fault({"order"}).find("ID is required"), std::string::npos);
  EXPECT_NE(fault({"orders", "x"}).find("orders takes no 'x'"), std::string::npos);
  EXPECT_NE(fault({"--data", "d", "--url", "h:1", "orders"}).find("exclude each other"),
            std::string::npos);
  EXPECT_NE(fault({"--data", "d", "rebuild"}).find("needs a running node"), std::string::npos);
  EXPECT_NE(fault({"--data", "d", "parked", "retry", "x"}).find("needs a running node"),
            std::string::npos);
  EXPECT_NE(fault({"--watch", "schema"}).find("cannot be watched"), std::string::npos);
  EXPECT_NE(fault({"--url", "ftp://x", "orders"}).find("is no address"), std::string::npos);
  EXPECT_NE(fault({"--at-least", "x", "orders"}).find("is no position"), std::string::npos);
  EXPECT_NE(fault({"best-sellers", "--days", "0"}).find("--days"), std::string::npos);
  EXPECT_NE(fault({"orders", "--limit", "3", "--all"}).find("--limit"), std::string::npos);
  EXPECT_NE(fault({"parked", "skip", "x"}).find("--reason is required"), std::string::npos);
}

TEST(CommandLine, AFilterThatIsEmptyOrNoIdIsRefused) {
  const std::vector<std::vector<std::string>> filters = {{"orders", "--customer"},
                                                         {"orders", "--sku"},
                                                         {"orders", "--since"},
                                                         {"orders", "--until"},
                                                         {"orders", "--status"},
                                                         {"wallet", "w", "--since"},
                                                         {"revenue", "--until"},
                                                         {"coupons", "--owner"},
                                                         {"coupons", "--campaign"},
                                                         {"best-sellers", "--until"},
                                                         {"sagas", "--older-than"},
                                                         {"sagas", "--state"},
                                                         {"order"},
                                                         {"wallet"},
                                                         {"stock"},
                                                         {"orders", "--data"}};
  for (std::vector<std::string> words : filters) {
    words.emplace_back("");
    EXPECT_NE(fault(words), "") << words[0] << ' ' << words[1];
  }
  EXPECT_NE(fault({"orders", "--customer="}), "");
  for (const char* id : {"a b", "o'1", "\"o1\"", "caf\xc3\xa9"}) {
    EXPECT_NE(fault({"orders", "--customer", id}).find("is no id"), std::string::npos) << id;
    EXPECT_NE(fault({"orders", "--sku", id}).find("is no id"), std::string::npos) << id;
    EXPECT_NE(fault({"coupons", "--owner", id}).find("is no id"), std::string::npos) << id;
    EXPECT_NE(fault({"stock", id}).find("is no id"), std::string::npos) << id;
  }
}

TEST(CommandLine, DataIsReadEvenIfTheVariableNamesANodeBadly) {
  const ParsedLine line = parse_command_line({"--data", "d", "orders"}, "ftp://x");
  EXPECT_FALSE(line.exit_code);
}

TEST(CommandLine, EveryCommandHasHelpWithExamples) {
  const ParsedLine top = parse_command_line({"--help"}, kUrl);
  EXPECT_EQ(top.exit_code, 0);
  EXPECT_NE(top.out.find("Exit codes: 0 done; 1 "), std::string::npos);
  for (const char* command :
       {"orders", "order", "wallet", "stock", "coupons", "campaigns", "best-sellers", "revenue",
        "sagas", "lag", "parked", "rebuild", "sql", "schema", "completion"}) {
    EXPECT_NE(top.out.find(std::string("  ") + command + " "), std::string::npos) << command;
    const ParsedLine help = parse_command_line({command, "--help"}, kUrl);
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_NE(help.out.find(std::string("Examples:\n  souk-query ") + command), std::string::npos)
        << help.out;
    EXPECT_EQ(help.err, "");
  }
}

}  // namespace
}  // namespace souk::query
