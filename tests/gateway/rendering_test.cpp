// What comes out: bodies, problems, refusals' sentences, bytes, paths.
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "events/nearest.hpp"
#include "node/gateway/asking.hpp"
#include "node/gateway/refusals.hpp"
#include "node/gateway/render.hpp"
#include "node/gateway/requests.hpp"
#include "node/gateway/response_bytes.hpp"
#include "node/gateway/target.hpp"

namespace souk::gateway {
namespace {

using nlohmann::json;

// --- refusals ----------------------------------------------------------------------------------

// Every refusal of A up to `last` has a row of its own.
template <class A>
void expect_rows(typename A::Refusal last) {
  std::set<std::string_view> codes;
  for (std::uint16_t n = 1; n <= static_cast<std::uint16_t>(last); ++n) {
    const std::string_view code = A::refusal_name(static_cast<typename A::Refusal>(n));
    EXPECT_TRUE(has_refusal_text(A::kService, code)) << name_of(A::kService) << "." << code;
    EXPECT_TRUE(codes.insert(code).second) << code << " names two refusals";
  }
  // `last` is the last: the one after it has no name of its own.
  const auto beyond = static_cast<std::uint16_t>(static_cast<std::uint16_t>(last) + 1);
  EXPECT_FALSE(
      has_refusal_text(A::kService, A::refusal_name(static_cast<typename A::Refusal>(beyond))))
      << name_of(A::kService) << " has a refusal that this test does not cover";
}

TEST(Refusals, EveryOneHasASentence) {
  expect_rows<Stock>(Stock::Refusal::not_sold);
  expect_rows<Wallet>(Wallet::Refusal::not_spent);
  expect_rows<Coupon>(Coupon::Refusal::not_due);
  expect_rows<Campaign>(Campaign::Refusal::sold_out);
  expect_rows<Order>(Order::Refusal::invalid_totals);
  expect_rows<Checkout>(Checkout::Refusal::not_running);
}

TEST(Refusals, TheReasonsThatACheckoutMakesUpHaveOne) {
  for (const char* code : {"no_price", "no_terms", "mixed_currencies", "total_too_large"})
    EXPECT_TRUE(has_refusal_text(Service::checkout, code)) << code;
  EXPECT_TRUE(has_refusal_text(Service::coupon, "minimum_not_reached"));
  EXPECT_TRUE(has_refusal_text(Service::coupon, "currency_mismatch"));
  EXPECT_NE(reason_sentence("deadline_passed").find("in time"), std::string::npos);
  EXPECT_EQ(reason_sentence("stock.out_of_stock"),
            refusal_text(Service::stock, "out_of_stock").sentence);
  EXPECT_FALSE(reason_sentence("nobody.nothing").empty());
}

TEST(Refusals, StatusFollowsTheKind) {
  for (const Service service : kServices) {
    for (const char* code : {"unknown_sku", "unknown_wallet", "unknown_coupon", "unknown_campaign",
                             "unknown_order", "invalid_title", "invalid_terms", "invalid_id"}) {
      if (!has_refusal_text(service, code)) continue;
      EXPECT_EQ(refusal_text(service, code).status, code[0] == 'u' ? 404 : 422) << code;
    }
  }
}

TEST(Outcomes, BecomeProblems) {
  EXPECT_EQ(problem_of(Outcome::refused, Service::stock, "out_of_stock", "").status, 409);
  EXPECT_EQ(problem_of(Outcome::id_reused, Service::stock, "", "").status, 409);
  EXPECT_EQ(problem_of(Outcome::timed_out, Service::stock, "", "").status, 504);
  const Problem unavailable = problem_of(Outcome::unavailable, Service::stock, "", "It burns.");
  EXPECT_EQ(unavailable.status, 503);
  EXPECT_EQ(unavailable.detail, "It burns.");
  EXPECT_EQ(problem_of(Outcome::overloaded, Service::stock, "", "").retry_after_seconds, 1);
}

// --- bodies ------------------------------------------------------------------------------------

TEST(RenderOrder, IsTheSameFromTheSagaAndFromTheOrder) {
  const Currency gbp = *Currency::parse("GBP");
  const std::vector<order::Line> lines = {{Sku("a"), {2}, {}},
                                          {Sku("b"), {1}, order::AskedPrice{7}}};
  const order::Totals totals{gbp, {100, 7}, 207, 20, 187};
  checkout::State saga{.phase = checkout::Phase::confirmed,
                       .order_id = OrderId("o"),
                       .customer_id = CustomerId("c"),
                       .lines = lines,
                       .coupon_id = CouponId("k"),
                       .totals = totals,
                       .ordered_at = Time{1'291'191'960'000'000}};
  order::State own{.status = order::Status::confirmed,
                   .customer_id = CustomerId("c"),
                   .lines = lines,
                   .coupon_id = CouponId("k"),
                   .totals = totals,
                   .ordered_at = saga.ordered_at};
  EXPECT_EQ(render_order(saga), render_order("o", own));
  EXPECT_EQ(json::parse(render_order(saga)), json::parse(R"({
    "order_id":"o","status":"CONFIRMED","customer_id":"c","coupon_id":"k",
    "ordered_at":"2010-12-01T08:26:00Z","currency":"GBP",
    "lines":[{"sku":"a","quantity":2,"unit_price_minor":100,"line_total_minor":200},
             {"sku":"b","quantity":1,"unit_price_minor":7,"line_total_minor":7}],
    "subtotal_minor":207,"discount_minor":20,"total_minor":187})"));

  saga.phase = checkout::Phase::cancelled;
  saga.reason = {"stock.out_of_stock", "a"};
  own.status = order::Status::cancelled;
  own.totals = {};
  own.reason = saga.reason;
  EXPECT_EQ(render_order(saga), render_order("o", own));
  const json cancelled = json::parse(render_order(saga));
  EXPECT_EQ(cancelled["status"], "CANCELLED");
  EXPECT_EQ(cancelled["reason"]["code"], "stock.out_of_stock");
  EXPECT_EQ(cancelled["reason"]["subject"], "a");
  EXPECT_FALSE(cancelled.contains("total_minor"));

  saga.phase = checkout::Phase::settling;
  EXPECT_EQ(json::parse(render_order(saga))["status"], "PENDING");
  EXPECT_EQ(json::parse(render_order(saga))["ordered_at"], "2010-12-01T08:26:00Z");
  saga.ordered_at = {};
  EXPECT_FALSE(json::parse(render_order(saga)).contains("ordered_at"));
}

TEST(RenderCoupon, ReadsBackAsTheSameTerms) {
  coupon::State view{.status = coupon::Status::granted, .owner = CustomerId("c")};
  view.terms = read_grant(R"({"coupon_id":"k","currency":"GBP","minimum_total_minor":5,
    "discount":{"percent":0.05,"cap_minor":900},"valid_from":"2026-01-01T00:00:00Z"})")
                   .grant.terms;
  json rendered = json::parse(render_coupon("k", view));
  EXPECT_EQ(rendered["status"], "GRANTED");
  rendered.erase("status");
  EXPECT_EQ(read_grant(rendered.dump()).grant.terms, view.terms);
}

TEST(RenderStock, EscapesTheName) {
  stock::State view{.registered = true, .title = "\"a\\b\"\n\x7f \xc3\xa9"};
  EXPECT_EQ(json::parse(render_stock("s", view))["name"], view.title);
}

// --- bytes -------------------------------------------------------------------------------------

TEST(ResponseBytes, AreHttp) {
  Reply reply{.status = 201,
              .body = "{}",
              .correlation_id = "o",
              .position = "checkout/3@7,order/0@12",
              .location = "/v1/orders/o"};
  EXPECT_EQ(response_bytes(reply, {}, 784111777),
            "HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\nX-Correlation-Id: o\r\n"
            "Souk-Position: checkout/3@7,order/0@12\r\nLocation: /v1/orders/o\r\n\r\n{}");
  const std::string head = response_bytes(reply, {.head = true}, 0);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_NE(head.find("Content-Length: 2"), std::string::npos);
  const std::string none = response_bytes({.status = 204, .allow = "GET"}, {.close = true}, 0);
  EXPECT_EQ(none.find("Content-"), std::string::npos);
  EXPECT_NE(none.find("Connection: close\r\n"), std::string::npos);
}

TEST(ToReply, IsAProblemDocument) {
  const Reply reply = to_reply({.status = 409, .code = "out_of_stock", .detail = "No."}, "x");
  EXPECT_TRUE(reply.is_problem);
  EXPECT_EQ(json::parse(reply.body),
            json::parse(R"({"type":"/problems/out_of_stock","title":"Out of stock","status":409,
                            "detail":"No.","code":"out_of_stock","correlation_id":"x"})"));
}

// --- targets -----------------------------------------------------------------------------------

TEST(Target, IsSplitAndDecoded) {
  EXPECT_EQ(split_target("/a/b?c=d&e").path, "/a/b");
  EXPECT_EQ(split_target("/a/b?c=d&e").query, "c=d&e");
  EXPECT_EQ(split_target("http://host:8/a?b").path, "/a");
  EXPECT_EQ(split_target("http://host").path, "/");
  EXPECT_EQ(percent_decode("a%2Fb+%40"), "a/b+@");
  for (const char* bad : {"%", "%2", "a%zz", "%2%2"}) EXPECT_FALSE(percent_decode(bad)) << bad;
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::string_view names[] = {"order_id", "customer_id", "lines", "coupon_id"};
  EXPECT_EQ(nearest("customer", names), "customer_id");
  EXPECT_EQ(nearest("orderId", names), "order_id");
  EXPECT_EQ(nearest("line", names), "lines");
  EXPECT_EQ(nearest("xyz", names), "");
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Traceparent, IsCheckedInForm) {
  const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_TRUE(valid_traceparent(good));
  EXPECT_TRUE(valid_traceparent("01" + good.substr(2) + "-ab"));
  EXPECT_FALSE(valid_traceparent(good + "-ab"));
  EXPECT_FALSE(valid_traceparent("ff" + good.substr(2)));
  EXPECT_FALSE(valid_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
  EXPECT_FALSE(valid_traceparent("00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  EXPECT_FALSE(valid_traceparent(""));
}

}  // namespace
}  // namespace souk::gateway
