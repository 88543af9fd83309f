// Our JSON reader, against another one and against the grammar.
#include "tools/replay/json_reader.hpp"

#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/replay/exchange_support.hpp"

namespace souk::replay {
namespace {

TEST(JsonReader, TakesWhatIsJson) {
  for (const char* text : {"0",
                           "-0",
                           "12",
                           "-1.5e+3",
                           "1E5",
                           "0.1",
                           " \t\r\n7 ",
                           "true",
                           "false",
                           "null",
                           "\"\"",
                           "[]",
                           "{}",
                           "[1,[2],{}]",
                           R"({"a":{"b":[null]},"a":1})",
                           R"("\"\\\/\b\f\n\r\t\u00e4")",
                           R"("\ud83e\uded6")",
                           "\"\x7f tsch\xc3\xbc\xc3\x9f\"",
                           "[ 1 , 2 ]",
                           "{ \"a\" : 1 }"})
    EXPECT_TRUE(is_json(text)) << text;
}

TEST(JsonReader, TakesNothingElse) {
  for (const char* text : {"",
                           " ",
                           "01",
                           "-",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "1e+",
                           "--1",
                           "0x1",
                           "tru",
                           "truex",
                           "nul",
                           "\"",
                           "\"\\\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           R"("\ud83e")",
                           R"("\uded6")",
                           R"("\ud83e\u0041")",
                           "\"\n\"",
                           "\"\xff\"",
                           "\"\xed\xa0\x80\"",
                           "[",
                           "]",
                           "[1",
                           "[1,",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "{",
                           "}",
                           "{\"a\"",
                           "{\"a\":",
                           "{\"a\":1",
                           "{\"a\":1,",
                           "{\"a\":1,}",
                           "{,\"a\":1}",
                           "{a:1}",
                           "{\"a\" 1}",
                           "{1:1}",
                           "[}",
                           "{]",
                           "1 2",
                           "{} {}",
                           "// x",
                           "'a'",
                           "NaN",
                           "Infinity"})
    EXPECT_FALSE(is_json(text)) << text;
  EXPECT_FALSE(is_json(std::string(100'000, '[')));
  EXPECT_FALSE(is_json(std::string(100'000, '[') + std::string(100'000, ']')));
  EXPECT_TRUE(is_json(std::string(400, '[') + std::string(400, ']')));
}

// Lines of an export with random bytes changed, left out, doubled or cut.
TEST(JsonReader, AgreesWithAnotherOne) {
  const auto view = memory_shop(41, 300).view();
  const auto lines = lines_of(export_text(*view));
  std::mt19937 random(1);
  constexpr std::string_view kBytes = "{}[]\",:\\u0123456789eE+-. \t\ntrfalsn\xc3\xa4\xff";
  int good = 0, bad = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string text = lines[random() % lines.size()];
    for (auto changes = random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0: text[at] = kBytes[random() % kBytes.size()]; break;
        case 1: text.erase(at, 1); break;
        case 2: text.insert(at, 1, kBytes[random() % kBytes.size()]); break;
        default: text.insert(at, text.substr(at, random() % 9)); break;
      }
    }
    const bool expected = nlohmann::json::accept(text);
    (expected ? good : bad)++;
    ASSERT_EQ(is_json(text), expected) << text;
  }
  EXPECT_GT(good, 10'000);
  EXPECT_GT(bad, 10'000);
}

TEST(JsonReader, ResolvesEscapes) {
  const auto text_of = [](std::string_view json) {
    JsonReader reader(json);
    const auto text = reader.text();
    return text ? std::string(*text) : "no text";
  };
  EXPECT_EQ(text_of(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(text_of(R"("\u0000")"), std::string(1, '\0'));
  EXPECT_EQ(text_of(R"("\u007f\u0080\u07ff\u0800\uFFFF\ud800\udc00\udbff\udfff")"),
            "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
}

TEST(JsonReader, ReadsNumbersToTheirLimits) {
  const auto number_of = [](std::string_view json) {
    JsonReader reader(json);
    return reader.number();
  };
  EXPECT_EQ(number_of("18446744073709551615")->magnitude,
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(number_of("18446744073709551615")->fits);
  EXPECT_FALSE(number_of("18446744073709551616")->fits);
  EXPECT_FALSE(number_of("99999999999999999999999")->fits);
  EXPECT_TRUE(number_of("-9223372036854775808")->negative);
  EXPECT_FALSE(number_of("1.0")->whole);
  EXPECT_FALSE(number_of("1e2")->whole);
  EXPECT_FALSE(number_of("x"));
}

TEST(JsonReader, PassesOverValues) {
  JsonReader reader(R"( { "a" : [1, {"b": "]"}] , "c":null} )");
  std::string_view name;
  reader.enter();
  ASSERT_TRUE(reader.next_member(name));
  EXPECT_EQ(name, "a");
  EXPECT_EQ(reader.skip(), R"([1, {"b": "]"}])");
  ASSERT_TRUE(reader.next_member(name));
  EXPECT_EQ(name, "c");
  EXPECT_EQ(reader.kind(), JsonReader::Kind::null);
  EXPECT_TRUE(reader.null());
  EXPECT_FALSE(reader.next_member(name));
  EXPECT_TRUE(reader.finished());
}

}  // namespace
}  // namespace souk::replay
