#include "tools/bench/order_source.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace souk::bench {
namespace {

constexpr Response kConfirmed{201, R"({"order_id":"b1-0","status":"CONFIRMED","lines":[]})"};
constexpr Response kRefused{201, R"({"status":"CANCELLED","reason":"wallet.insufficient_funds"})"};
constexpr std::chrono::microseconds kLatency{250};

// A source of one slot that has sent its first order, of a customer who is poor or not.
struct OneOrder {
  explicit OneOrder(bool poor, std::uint64_t coupons = 1'000'000)
      : source(Workload(poor ? WorkloadKind::mixed : WorkloadKind::happy,
                        {.skus = 10, .customers = poor ? 1u : 100u}, 1),
               "1", "127.0.0.1:1", 1, coupons) {
    source.measure(true);
    source.next(0, request);
  }
  OrderSource source;
  std::string request;
};

TEST(OrderSource, SendsAWholeRequest) {
  OneOrder one(false);
  EXPECT_TRUE(one.request.starts_with("POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"));
  const std::size_t body = one.request.find("\r\n\r\n") + 4;
  EXPECT_NE(
      one.request.find("\r\nContent-Length: " + std::to_string(one.request.size() - body) + "\r\n"),
      std::string::npos);
  EXPECT_EQ(one.source.sent(), 1u);
}

TEST(OrderSource, CountsWhatWasExpected) {
  OneOrder rich(false);
  rich.source.answered(0, kConfirmed, kLatency);
  EXPECT_EQ(rich.source.tally().confirmed, 1u);
  EXPECT_EQ(rich.source.tally().latency_us.max(), 250u);

  OneOrder poor(true);
  poor.source.answered(0, kRefused, kLatency);
  EXPECT_EQ(poor.source.tally().cancelled, 1u);
  EXPECT_EQ(poor.source.tally().orders(), 1u);
  EXPECT_EQ(poor.source.tally().unexpected, 0u);
}

TEST(OrderSource, TheWrongOutcomeIsUnexpected) {
  OneOrder rich(false);
  rich.source.answered(0, kRefused, kLatency);
  EXPECT_EQ(rich.source.tally().unexpected, 1u);
  EXPECT_EQ(rich.source.tally().orders(), 0u);
  EXPECT_NE(rich.source.tally().example.find("insufficient_funds"), std::string::npos);

  OneOrder poor(true);
  poor.source.answered(0, kConfirmed, kLatency);
  EXPECT_EQ(poor.source.tally().unexpected, 1u);
}

TEST(OrderSource, OtherAnswersAreUnexpected) {
  const Response answers[] = {
      {202, R"({"status":"CONFIRMED"})"},
      {503, R"({"title":"overloaded"})"},
      {201, R"({"status":"PENDING"})"},
      {201, ""},
  };
  for (const Response& answer : answers) {
    OneOrder one(false);
    one.source.answered(0, answer, kLatency);
    EXPECT_EQ(one.source.tally().unexpected, 1u) << answer.status << " " << answer.body;
  }
  OneOrder other_reason(true);
  other_reason.source.answered(0, {201, R"({"status":"CANCELLED","reason":"stock.out_of_stock"})"},
                               kLatency);
  EXPECT_EQ(other_reason.source.tally().unexpected, 1u);
}

TEST(OrderSource, ABrokenConnectionIsUnexpectedEvenBeforeMeasuring) {
  OneOrder one(false);
  one.source.measure(false);
  one.source.failed(0, "the node closed the connection");
  EXPECT_EQ(one.source.tally().unexpected, 1u);
  EXPECT_NE(one.source.tally().example.find("closed the connection"), std::string::npos);
}

TEST(OrderSource, WarmUpIsNotCounted) {
  OneOrder one(false);
  one.source.measure(false);
  one.source.answered(0, kConfirmed, kLatency);
  EXPECT_EQ(one.source.tally().orders(), 0u);
  EXPECT_EQ(one.source.tally().latency_us.count(), 0u);
}

TEST(OrderSource, OrdersBeyondTheLastCouponGoWithoutAndAreCountedApart) {
  OneOrder first(false, 1);
  std::string request = first.request;
  int presented = 0;
  for (int i = 0; i < 200; ++i) {
    if (request.find("coupon_id") != std::string::npos) ++presented;
    first.source.answered(0, kConfirmed, kLatency);
    request.clear();
    first.source.next(0, request);
  }
  EXPECT_EQ(presented, 1);
  EXPECT_EQ(first.source.tally().with_coupon, 1u);
  EXPECT_GT(first.source.tally().coupons_missing, 10u);
  EXPECT_EQ(first.source.tally().orders(), 200u);
}

}  // namespace
}  // namespace souk::bench
