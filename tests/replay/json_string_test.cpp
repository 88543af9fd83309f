// Any bytes as a JSON string: valid to others, the same bytes again, no two alike.
#include "tools/replay/json_string.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "tools/replay/base64.hpp"

namespace souk::replay {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

// What another program reads, and what we make of it.
std::string back(const std::string& json) {
  std::string text = nlohmann::json::parse(json).get<std::string>();
  return text_of_json(text) ? text : "no base64";
}

TEST(JsonString, LeavesUtf8Readable) {
  EXPECT_EQ(as_json(""), R"("")");
  EXPECT_EQ(as_json("WHITE HANGING HEART"), R"("WHITE HANGING HEART")");
  EXPECT_EQ(as_json("tsch\xc3\xbc\xc3\x9f \xf0\x9f\xab\x96"),
            "\"tsch\xc3\xbc\xc3\x9f \xf0\x9f\xab\x96\"");
  EXPECT_EQ(as_json("a \"b\" c\\d\n\t\r\x01\x7f"), "\"a \\\"b\\\" c\\\\d\\n\\t\\r\\u0001\x7f\"");
  EXPECT_EQ(as_json(std::string(1, '\0')), R"("\u0000")");
}

TEST(JsonString, WritesOtherBytesInBase64) {
  EXPECT_EQ(as_json("caf\xe9"), R"("base64:Y2Fm6Q==")");
  EXPECT_EQ(as_json("base64:"), R"("base64:YmFzZTY0Og==")");  // which would look like one
  EXPECT_EQ(as_json(" base64:"), R"(" base64:")");
}

TEST(JsonString, TellsUtf8AsUnicodeDoes) {
  for (const char* good : {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << as_json(good);
  for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80",
                          "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                          "\xff", "abcdefgh\x80", "\xf0\x90\x80"})
    EXPECT_FALSE(is_utf8(bad)) << as_json(bad);
}

TEST(JsonString, GivesBackAnyBytes) {
  const auto bytes = rc::gen::container<std::string>(rc::gen::oneOf(
      rc::gen::arbitrary<char>(), rc::gen::element('"', '\\', 'a', '\n', '\xc3', '\xa4', '\x1f')));
  EXPECT_TRUE(rc::check("any bytes", [&] {
    const std::string text = *bytes;
    RC_ASSERT(back(as_json(text)) == text);
    RC_ASSERT(back(as_json("base64:" + text)) == "base64:" + text);
  }));
}

TEST(JsonString, MeetsEveryByteAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte)
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text = "eight by eight bytes";
      text[at] = static_cast<char>(byte);
      ASSERT_EQ(back(as_json(text)), text);
    }
}

TEST(Base64, IsThatOfTheRfc) {
  const auto text = [](std::string_view bytes) {
    std::string out;
    append_base64(bytes, out);
    return out;
  };
  EXPECT_EQ(text(""), "");
  EXPECT_EQ(text("f"), "Zg==");
  EXPECT_EQ(text("fo"), "Zm8=");
  EXPECT_EQ(text("foo"), "Zm9v");
  EXPECT_EQ(text("foobar"), "Zm9vYmFy");
  EXPECT_EQ(text("\xfb\xff"), "+/8=");
}

TEST(Base64, TakesNothingElse) {
  EXPECT_EQ(parse_base64("Zm8="), "fo");
  for (const char* bad : {"Zg=", "Zg", "Z===", "====", "=", "Zm 8", "Zh==", "Zm9=", "Zm9v="})
    EXPECT_FALSE(parse_base64(bad)) << bad;
  EXPECT_TRUE(rc::check("base64", [](const std::string& bytes) {
    std::string out;
    append_base64(bytes, out);
    RC_ASSERT(parse_base64(out) == bytes);
  }));
}

}  // namespace
}  // namespace souk::replay
