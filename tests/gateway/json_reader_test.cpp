// Bad input, one row each: what is sent, and what the answer says.
#include "node/gateway/json_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "events/rfc3339.hpp"
#include "node/gateway/requests.hpp"

namespace souk::gateway {
namespace {

constexpr Time kNow{1'767'268'800'000'000};  // 2026-01-01T12:00:00Z

// The problem that `read` throws, or one with status 0.
template <class Read>
Problem problem_in(Read read) {
  try {
    read();
  } catch (const Problem& problem) {
    return problem;
  }
  return Problem{.status = 0};
}

struct BadOrder {
  const char* name;
  std::string body;
  int status;
  const char* code;
  const char* field;
  const char* says;  // a part of the sentence
};

std::string with_line(const std::string& line) {
  return R"({"order_id":"o","customer_id":"c","lines":[)" + line + "]}";
}

class BadOrders : public ::testing::TestWithParam<BadOrder> {};

TEST_P(BadOrders, AreRefusedWithASentenceThatHelps) {
  const BadOrder& bad = GetParam();
  const Problem problem = problem_in([&] { read_order(bad.body, kNow); });
  EXPECT_EQ(problem.status, bad.status);
  EXPECT_EQ(problem.code, bad.code) << problem.detail;
  EXPECT_EQ(problem.field, bad.field) << problem.detail;
  EXPECT_NE(problem.detail.find(bad.says), std::string::npos) << problem.detail;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadOrders,
    ::
        testing::
            Values(BadOrder{"Empty", "", 400, "empty_body", "",
                            "order_id, customer_id, lines, coupon_id, ordered_at"},
                   BadOrder{"OnlySpace", " \n", 400, "empty_body", "", "empty"},
                   BadOrder{"Word", "hello", 400, "not_json", "", "byte 0"},
                   BadOrder{"Array", "[]", 400, "wrong_type", "", "an object, and it is an array"},
                   BadOrder{"CutOff", R"({"order_id":"o")", 400, "not_json", "", "where it ends"},
                   BadOrder{"LineAndColumn", "{\n  \"order_id\": oops}", 400, "not_json",
                            "order_id", "line 2, column 15"},
                   BadOrder{"TrailingComma", R"({"order_id":"o",})", 400, "not_json", "",
                            "double quotes"},
                   BadOrder{"TrailingText", with_line(R"({"sku":"s","quantity":1})") + " x", 400,
                            "not_json", "", "nothing more"},
                   BadOrder{"SingleQuotes", "{'order_id':'o'}", 400, "not_json", "",
                            "double quotes"},
                   BadOrder{"UnknownField", R"({"orderid":"o"})", 400, "unknown_field", "",
                            "did you mean \"order_id\""},
                   BadOrder{"StrangeField", R"({"zzzzzzzzzz":1})", 400, "unknown_field", "",
                            "known fields"},
                   BadOrder{"Duplicate", R"({"order_id":"o","order_id":"p"})", 400,
                            "duplicate_field", "", "twice"},
                   BadOrder{"Missing", R"({"order_id":"o","lines":[{"sku":"s","quantity":1}]})",
                            400, "missing_field", "customer_id", "customer_id"},
                   BadOrder{"MissingInLine", with_line(R"({"sku":"s"})"), 400, "missing_field",
                            "lines[0].quantity", "lines[0].quantity"},
                   BadOrder{"LineIsText", with_line(R"("s")"), 400, "wrong_type", "lines[0]",
                            "a string"},
                   BadOrder{"LinesIsObject", R"({"lines":{}})", 400, "wrong_type", "lines",
                            "an array"},
                   BadOrder{"NoLines", with_line(""), 422, "no_lines", "lines", "at least one"},
                   BadOrder{"QuantityText", with_line(R"({"sku":"s","quantity":"1"})"), 400,
                            "wrong_type", "lines[0].quantity", "without quotes"},
                   BadOrder{"QuantityNull", with_line(R"({"sku":"s","quantity":null})"), 400,
                            "wrong_type", "lines[0].quantity", "null"},
                   BadOrder{"QuantityBool", with_line(R"({"sku":"s","quantity":true})"), 400,
                            "wrong_type", "lines[0].quantity", "true"},
                   BadOrder{"QuantityZero", with_line(R"({"sku":"s","quantity":0})"), 422,
                            "out_of_range", "lines[0].quantity", "1 to 1000000000000"},
                   BadOrder{"QuantityNegative", with_line(R"({"sku":"s","quantity":-3})"), 422,
                            "out_of_range", "lines[0].quantity", "1 to"},
                   BadOrder{"QuantityHuge",
                            with_line(R"({"sku":"s","quantity":99999999999999999999999})"), 422,
                            "out_of_range", "lines[0].quantity", "1 to"},
                   BadOrder{"QuantityWholeFraction", with_line(R"({"sku":"s","quantity":3.0})"),
                            400, "not_an_integer", "lines[0].quantity", "write 3."},
                   BadOrder{"QuantityFraction", with_line(R"({"sku":"s","quantity":3.5})"), 400,
                            "not_an_integer", "lines[0].quantity", "\"3.5\""},
                   BadOrder{"QuantityExponent", with_line(R"({"sku":"s","quantity":1e3})"), 400,
                            "not_an_integer", "lines[0].quantity", "\"1e3\""},
                   BadOrder{"LeadingZero", with_line(R"({"sku":"s","quantity":01})"), 400,
                            "not_json", "lines[0].quantity", "leading zeros"},
                   BadOrder{"PriceNegative",
                            with_line(R"({"sku":"s","quantity":1,"unit_price_minor":-1})"), 422,
                            "out_of_range", "lines[0].unit_price_minor", "0 to"},
                   BadOrder{"IdFraction", R"({"order_id":17850.0})", 400, "not_an_integer",
                            "order_id", "17850.0"},
                   BadOrder{"IdEmpty", R"({"order_id":""})", 422, "invalid_id", "order_id",
                            "1 to 128"},
                   BadOrder{"IdLong", R"({"order_id":")" + std::string(129, 'x') + "\"}", 422,
                            "invalid_id", "order_id", "1 to 128"},
                   BadOrder{"IdSpace", R"({"order_id":"a b"})", 422, "invalid_id", "order_id",
                            "letters"},
                   BadOrder{"IdNewline", R"({"order_id":"a\nb"})", 422, "invalid_id", "order_id",
                            "letters"},
                   BadOrder{"IdBool", R"({"order_id":false})", 400, "wrong_type", "order_id",
                            "false"},
                   BadOrder{"TimeNumber", R"({"ordered_at":1291191960})", 400, "wrong_type",
                            "ordered_at", "a string"},
                   BadOrder{"TimeWithoutZone", R"({"ordered_at":"2010-12-01T08:26:00"})", 422,
                            "invalid_time", "ordered_at", "2026-03-01T08:30:00Z"},
                   BadOrder{"TimeTooEarly", R"({"ordered_at":"1970-01-01T00:00:00Z"})", 422,
                            "out_of_range", "ordered_at", "is before 1970-01-02"},
                   BadOrder{"TimeInTheFuture", R"({"ordered_at":"2026-01-02T00:00:00Z"})", 422,
                            "out_of_range", "ordered_at",
                            "in the future (the node's clock says 2026-01-01T12:00:00Z)"},
                   BadOrder{"NotUtf8", "{\"order_id\":\"a\xff\"}", 400, "not_utf8", "order_id",
                            "Byte 14"},
                   BadOrder{"Overlong", "{\"order_id\":\"\xc0\xaf\"}", 400,
                            "not_utf8", "order_id", "UTF-8"},
                   BadOrder{"RawSurrogate", "{\"order_id\":\"\xed\xa0\x80\"}", 400,
                            "not_utf8", "order_id", "UTF-8"},
                   BadOrder{"HalfSurrogate", R"({"order_id":"\ud800"})", 400,
                            "not_json", "order_id", "surrogates"},
                   BadOrder{"BadEscape", R"({"order_id":"\x"})", 400,
                            "not_json", "order_id", "escape"},
                   BadOrder{"RawControl", "{\"order_id\":\"a\tb\"}", 400,
                            "not_json", "order_id", "escape"},
                   BadOrder{"Deep", R"({"lines":)" + std::string(500'000, '['), 400, "wrong_type",
                            "lines[0]", "an object"},
                   BadOrder{
                       "DeepObjects",
                       [] {
                         std::string body;
                         for (int i = 0; i < 100'000; ++i) body += "{\"lines\":";
                         return body;
                       }(),
                       400, "wrong_type", "lines", "an array"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ReadOrder, TakesEveryForm) {
  const auto start = read_order(
      "\xef\xbb\xbf {\"lines\":[ {\"sku\":22423,\"quantity\":2},{\"quantity\":1,\"sku\":\"a\","
      "\"unit_price_minor\":0}],\r\n\t\"customer_id\":17850,\"order_id\":\"\\u0041+~.:@_-\","
      "\"coupon_id\":null,\"ordered_at\":null}",
      kNow);
  EXPECT_EQ(start.order_id.str(), "A+~.:@_-");
  EXPECT_EQ(start.customer_id.str(), "17850");
  EXPECT_TRUE(start.coupon_id.empty());
  EXPECT_FALSE(start.ordered_at.is_set());
  ASSERT_EQ(start.lines.size(), 2u);
  EXPECT_EQ(start.lines[0], (order::Line{Sku("22423"), {2}, {}}));
  EXPECT_EQ(start.lines[1], (order::Line{Sku("a"), {1}, order::AskedPrice{0}}));
}

// ordered_at as it is read, or the code of what is wrong with it.
std::string ordered_at(const std::string& text) {
  std::string read;
  const Problem problem = problem_in([&] {
    const auto start =
        read_order(R"({"ordered_at":")" + text + R"(","order_id":"o","customer_id":"c",
      "lines":[{"sku":"s","quantity":1}]})",
                   kNow);
    read = to_rfc3339(start.ordered_at);
  });
  if (problem.status == 0) return read;
  EXPECT_EQ(problem.status, 422);
  EXPECT_EQ(problem.field, "ordered_at");
  return problem.code;
}

TEST(ReadOrder, TakesTheTimeOfAnOrderPlacedElsewhereBefore) {
  EXPECT_EQ(ordered_at("2010-12-01T08:26:00Z"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(ordered_at("2010-12-01T08:26:00.25+02:00"), "2010-12-01T06:26:00.25Z");
  EXPECT_EQ(ordered_at("yesterday"), "invalid_time");
  EXPECT_EQ(ordered_at("2010-12-01"), "invalid_time");
}

TEST(ReadOrder, TakesNoTimeBeforeTheSecondDay) {
  EXPECT_EQ(ordered_at("1970-01-02T00:00:00Z"), "1970-01-02T00:00:00Z");
  EXPECT_EQ(ordered_at("1970-01-01T23:59:59.999999Z"), "out_of_range");
  EXPECT_EQ(ordered_at("1970-01-02T00:00:00+00:01"), "out_of_range");
  EXPECT_EQ(ordered_at("1969-12-31T00:00:00Z"), "invalid_time");
}

TEST(ReadOrder, TakesNoTimeInTheFutureBeyondWhatClocksDiffer) {
  EXPECT_EQ(ordered_at("2026-01-01T12:01:00Z"), "2026-01-01T12:01:00Z");
  EXPECT_EQ(ordered_at("2026-01-01T12:01:00.000001Z"), "out_of_range");
  EXPECT_EQ(ordered_at("2026-01-01T12:01:00-00:01"), "out_of_range");
  EXPECT_EQ(ordered_at("9999-12-31T23:59:59Z"), "out_of_range");
}

TEST(ReadOrder, TakesTwoThousandLinesAndNoMore) {
  const auto body_of = [](int lines) {
    std::string all;
    for (int i = 0; i < lines; ++i)
      all += (i == 0 ? "" : ",") + std::string(R"({"sku":"s","quantity":1})");
    return with_line(all);
  };
  EXPECT_EQ(read_order(body_of(2000), kNow).lines.size(), 2000u);
  const Problem problem = problem_in([&] { read_order(body_of(2001), kNow); });
  EXPECT_EQ(problem.status, 422);
  EXPECT_EQ(problem.code, "too_many");
}

TEST(ReadRegister, KeepsTextAsItIsMeant) {
  const auto command = read_register(
      R"({"name":"T\u00e9a \ud83c\udf75 \"x\"","unit_price_minor":0,"currency":"GBP"})");
  EXPECT_EQ(command.title, "T\xc3\xa9\x61 \xf0\x9f\x8d\xb5 \"x\"");
  EXPECT_EQ(problem_in([] {
              read_register(R"({"name":"a\u0000b","unit_price_minor":0,"currency":"GBP"})");
            }).code,
            "control_character");
  EXPECT_EQ(problem_in([] {
              read_register(R"({"name":"a","unit_price_minor":0,"currency":"XXX"})");
            }).code,
            "unknown_currency");
  EXPECT_EQ(problem_in([] {
              read_register(R"({"name":"","unit_price_minor":0,"currency":"GBP"})");
            }).field,
            "name");
}

// --- terms -------------------------------------------------------------------------------------

coupon::Terms terms(const std::string& rest) {
  return read_grant(R"({"coupon_id":"k",)" + rest + "}").grant.terms;
}

TEST(ReadTerms, AmountAndPercent) {
  const Currency gbp = *Currency::parse("GBP");
  const auto amount = terms(R"("discount":{"amount_minor":500,"currency":"GBP"})");
  EXPECT_EQ(amount.discount.amount, (Money{500, gbp}));
  EXPECT_EQ(amount.valid_until, kForever);
  const auto percent = terms(
      R"("currency":"GBP","minimum_total_minor":1000,"valid_from":"2026-01-01T00:00:00Z",
         "valid_until":"2026-02-01T01:00:00+01:00","discount":{"percent":12.5,"cap_minor":900})");
  EXPECT_EQ(percent.discount.kind, coupon::DiscountKind::percent);
  EXPECT_EQ(percent.discount.basis_points, 1250);
  EXPECT_EQ(percent.discount.cap, (Money{900, gbp}));
  EXPECT_EQ(percent.minimum_total, (Money{1000, gbp}));
  EXPECT_EQ(to_rfc3339(percent.valid_until), "2026-02-01T00:00:00Z");
}

TEST(ReadTerms, PercentIsExact) {
  const auto points = [](const std::string& percent) {
    return terms(R"("discount":{"percent":)" + percent + "}").discount.basis_points;
  };
  EXPECT_EQ(points("0.01"), 1);
  EXPECT_EQ(points("100"), 10'000);
  EXPECT_EQ(points("7.1"), 710);
  for (const char* bad : {"0", "100.01", "0.001", "-1", "1e1", "1000", "0.0"})
    EXPECT_EQ(problem_in([&] { points(bad); }).code, "out_of_range") << bad;
}

TEST(ReadTerms, Faults) {
  const auto code = [](const std::string& rest) { return problem_in([&] { terms(rest); }).code; };
  EXPECT_EQ(code(R"("discount":{})"), "invalid_discount");
  EXPECT_EQ(code(R"("discount":{"amount_minor":1,"percent":5},"currency":"GBP")"),
            "invalid_discount");
  EXPECT_EQ(code(R"("discount":{"amount_minor":1,"cap_minor":5},"currency":"GBP")"),
            "invalid_discount");
  EXPECT_EQ(code(R"("discount":{"amount_minor":1})"), "missing_field");
  EXPECT_EQ(code(R"("discount":{"amount_minor":1,"currency":"EUR"},"currency":"GBP")"),
            "mixed_currencies");
  EXPECT_EQ(code(R"("discount":{"percent":5},"valid_until":"yesterday")"), "invalid_time");
  EXPECT_EQ(code(R"("discount":{"percent":5},"valid_from":"2026-01-02T00:00:00Z",
                   "valid_until":"2026-01-01T00:00:00Z")"),
            "invalid_window");
}

// --- times -------------------------------------------------------------------------------------

TEST(Rfc3339, GoesThereAndBack) {
  for (const char* text :
       {"1970-01-01T00:00:00Z", "2026-03-01T08:30:00Z", "2024-02-29T23:59:59.000001Z",
        "9999-12-31T23:59:59Z", "2026-03-01T08:30:00.5Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_rfc3339(*time), text);
  }
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59Z"), kForever);
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026", "2026-03-01", "2026-03-01T08:30:00", "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T08:60:00Z",
        "2026-03-01T08:30:60Z", "2026-03-01T08:30:00.Z", "2026-03-01T08:30:00.1234567Z",
        "2026-03-01T08:30:00Zx", "1969-12-31T23:59:59Z", "2026-03-01T08:30:00+25:00",
        "2026-03-01T08:30:00+", "1970-01-01T00:00:00+01:00", "-026-03-01T08:30:00Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

}  // namespace
}  // namespace souk::gateway
