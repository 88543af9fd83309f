// What the small commands show, and the addresses they take.
#include "tools/souk/show.hpp"

#include <gtest/gtest.h>

#include "tools/shared/node_client.hpp"
#include "tools/shared/progress.hpp"

namespace souk::cli {
namespace {

TEST(Show, AnOrderIsATableOfMembersAndATableOfLines) {
  EXPECT_EQ(object_text(R"({"order_id":"o1","status":"CANCELLED","coupon_id":null,
      "reason":{"code":"stock.out_of_stock","subject":"A"},"currency":"GBP",
      "lines":[{"sku":"A","quantity":1200,"unit_price_minor":255},
               {"sku":"LONGER","quantity":2,"unit_price_minor":5}],"total_minor":123456})"),
            "field           value\n"
            "order_id        o1\n"
            "status          CANCELLED\n"
            "reason.code     stock.out_of_stock\n"
            "reason.subject  A\n"
            "currency        GBP\n"
            "total           GBP 1,234.56\n"
            "\n"
            "lines\n"
            "sku     quantity  unit_price\n"
            "A          1,200    GBP 2.55\n"
            "LONGER         2    GBP 0.05\n");
}

TEST(Show, WithoutACurrencyAmountsStayAsTheyAre) {
  EXPECT_EQ(object_text(R"({"balance_minor":5})"),
            "field          value\n"
            "balance_minor  5\n");
}

TEST(Url, IsAnAddressAndNothingElse) {
  EXPECT_EQ(checked_url("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
  EXPECT_EQ(checked_url("localhost:8080"), "http://localhost:8080");
  EXPECT_EQ(checked_url("http://[::1]:8080"), "http://[::1]:8080");
  for (const char* text : {"", "ftp://x", "http://x/v1", "http://x:99999", "http://x:",
                           "http://:80", "http://", "http://[::1", "http://a@b", "a b"})
    EXPECT_EQ(checked_url(text), std::nullopt) << text;
}

TEST(Explanation, IsTheProblemsDetail) {
  HttpAnswer answer;
  answer.status = 409;
  answer.body = R"({"title":"Conflict","detail":"the order exists with another body"})";
  EXPECT_EQ(answer.explanation(), "the order exists with another body (409)");
  answer.body = "<html>";
  EXPECT_EQ(answer.explanation(), "the node answered 409");
}

TEST(Progress, ShowsCountRateAndTimeLeft) {
  using std::chrono::duration;
  EXPECT_EQ(Progress::line("orders", 700, 1'400, duration<double>(2.0)),
            "orders   [##############--------------] 700/1,400  350/s  2 s left");
  EXPECT_EQ(Progress::line("orders", 1'400, 1'400, duration<double>(2.0)),
            "orders   [############################] 1,400/1,400");
  EXPECT_EQ(Progress::line("stock", 0, 0, duration<double>(0)),
            "stock    [############################] 0/0");
}

}  // namespace
}  // namespace souk::cli
