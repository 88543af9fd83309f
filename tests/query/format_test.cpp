// Answers as text.
#include "tools/query/format.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace souk::query {
namespace {

using std::int64_t;

Answer answer_of(Section section) {
  Answer answer;
  answer.sections.push_back(std::move(section));
  return answer;
}

Answer two_orders() {
  return answer_of(
      {"orders",
       {{"order_id", "at", "units", "total_minor", "currency", "reason"},
        {{"o1", "2010-12-01T08:26:00.000000Z", int64_t{1'206}, int64_t{124'000}, "GBP", SqlValue()},
         {"o2", "2010-12-01T08:26:00.120000Z", int64_t{3}, SqlValue(), SqlValue(), SqlValue()}}}});
}

TEST(Table, ShowsMoneyTimesAndNumbersForPeopleAndLeavesOutEmptyColumns) {
  EXPECT_EQ(table_text(two_orders(), false),
            "order_id  at                       units         total\n"
            "o1        2010-12-01 08:26:00      1,206  1,240.00 GBP\n"
            "o2        2010-12-01 08:26:00.120      3\n");
}

TEST(Table, KnowsTheCurrencysDigits) {
  EXPECT_EQ(
      table_text(
          answer_of({"x",
                     {{"a_minor", "currency"},
                      {{int64_t{1'500}, "JPY"}, {int64_t{-5}, "GBP"}, {int64_t{7}, "none"}}}}),
          false),
      "        a\n"
      "1,500 JPY\n"
      "-0.05 GBP\n"
      "        7\n");
}

TEST(Table, OfSqlIsPlain) {
  Answer answer = two_orders();
  answer.sections[0].plain = true;
  EXPECT_EQ(table_text(answer, false),
            "order_id  at                           units  total_minor  currency  reason\n"
            "o1        2010-12-01T08:26:00.000000Z   1206       124000  GBP\n"
            "o2        2010-12-01T08:26:00.120000Z      3\n");
}

TEST(Table, OfOneRowHasAFieldALineAndSectionsHaveTitles) {
  Answer answer;
  answer.sections = {{"wallet", {{"id", "held"}, {{"w", int64_t{1'000}}}}, true},
                     {"empty", {{"a"}, {}}},
                     {"statement", {{"kind"}, {{"HOLD"}}}}};
  EXPECT_EQ(table_text(answer, false),
            "field  value\n"
            "id     w\n"
            "held   1,000\n"
            "\n"
            "statement\n"
            "kind\n"
            "HOLD\n");
}

TEST(Table, ColoursWordsOnlyIfAskedTo) {
  const Answer answer = answer_of({"x", {{"status"}, {{"CANCELLED"}, {"other"}}}});
  EXPECT_EQ(table_text(answer, true), "\x1b[1mstatus\x1b[0m\n\x1b[31mCANCELLED\x1b[0m\nother\n");
}

TEST(Table, TextsCannotSteerTheTerminal) {
  EXPECT_EQ(table_text(answer_of({"x", {{"a"}, {{"red\x1b[31m\nnext"}}}}), false),
            "a\nred [31m next\n");
}

TEST(Json, HasTheColumnsOwnValues) {
  const auto json = nlohmann::json::parse(json_text(two_orders()));
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["total_minor"], 124'000);
  EXPECT_EQ(json[0]["at"], "2010-12-01T08:26:00.000000Z");
  EXPECT_TRUE(json[1]["total_minor"].is_null());
  EXPECT_EQ(json_text(answer_of({"x", {{"a"}, {}}})), "[]\n");
}

TEST(Json, OfSeveralSectionsIsAnObjectOfThem) {
  Answer answer;
  answer.sections = {{"wallet", {{"id"}, {{"w"}}}, true},
                     {"statement", {{"kind"}, {{"HOLD"}, {"SPEND"}}}}};
  const auto json = nlohmann::json::parse(json_text(answer));
  EXPECT_EQ(json["wallet"]["id"], "w");
  EXPECT_EQ(json["statement"][1]["kind"], "SPEND");
}

TEST(Json, KeepsColumnsOfOneNameApartAndNumbersExact) {
  const auto json = nlohmann::json::parse(json_text(
      answer_of({"x",
                 {{"id", "id", "id_2", "real"},
                  {{int64_t{1}, int64_t{2}, int64_t{9'223'372'036'854'775'807}, 0.1}}}})));
  EXPECT_EQ(json[0]["id"], 1);
  EXPECT_EQ(json[0]["id_3"], 2);
  EXPECT_EQ(json[0]["id_2"], 9'223'372'036'854'775'807);
  EXPECT_EQ(json[0]["real"], 0.1);
}

TEST(Json, SurvivesBytesThatAreNoText) {
  EXPECT_TRUE(nlohmann::json::accept(json_text(answer_of({"x", {{"a"}, {{"\xff\x01\""}}}}))));
}

TEST(Ndjson, HasAnObjectALine) {
  EXPECT_EQ(ndjson_text(answer_of({"x", {{"a", "b"}, {{int64_t{1}, 2.0}, {"x", SqlValue()}}}})),
            "{\"a\":1,\"b\":2.0}\n{\"a\":\"x\",\"b\":null}\n");
  Answer two;
  two.sections = {{"wallet", {{"id"}, {{"w"}}}, true}, {"statement", {{"kind"}, {{"HOLD"}}}}};
  EXPECT_EQ(
      ndjson_text(two),
      "{\"section\":\"wallet\",\"id\":\"w\"}\n{\"section\":\"statement\",\"kind\":\"HOLD\"}\n");
}

TEST(Csv, QuotesAsRfc4180Says) {
  EXPECT_EQ(csv_text(answer_of({"x",
                                {{"a", "b,c", "d"},
                                 {{"plain", "say \"hi\"", SqlValue()},
                                  {"two\nlines", int64_t{-3}, 0.5},
                                  {" spaces ", "c,d", "\r"}}}})),
            "a,\"b,c\",d\r\n"
            "plain,\"say \"\"hi\"\"\",\r\n"
            "\"two\nlines\",-3,0.5\r\n"
            " spaces ,\"c,d\",\"\r\"\r\n");
}

TEST(Csv, OfAnEmptyAnswerHasItsColumns) {
  EXPECT_EQ(csv_text(answer_of({"x", {{"a", "b"}, {}}})), "a,b\r\n");
}

}  // namespace
}  // namespace souk::query
