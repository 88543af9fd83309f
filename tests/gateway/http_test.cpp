// Every route, over a real socket, with the real deciders behind it.
#include <string>

#include "tests/gateway/http_fixture.hpp"

namespace souk::testing {
namespace {

using nlohmann::json;

constexpr const char* kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class Http : public HttpTest {};

// --- stock -------------------------------------------------------------------------------------

TEST_F(Http, StockIsRegisteredReceivedAndRead) {
  EXPECT_EQ(get("/v1/stock/tea").status, 404);
  EXPECT_EQ(get("/v1/stock/tea").code(), "unknown_sku");
  EXPECT_EQ(post("/v1/stock/tea/receipts", R"({"receipt_id":"r1","units":3})").status, 404);

  const Response made =
      put("/v1/stock/tea", R"({"name":"Tea","unit_price_minor":250,"currency":"GBP"})");
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.json()["unit_price_minor"], 250);

  for (int i = 0; i < 2; ++i) {  // the second one is the same delivery
    const Response received = post("/v1/stock/tea/receipts", R"({"receipt_id":7,"units":3})");
    EXPECT_EQ(received.status, 201);
    EXPECT_EQ(received.json()["available_units"], 3);
  }
  EXPECT_EQ(post("/v1/stock/tea/receipts", R"({"receipt_id":"7","units":4})").code(), "id_reused");

  const Response read = get("/v1/stock/tea");
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.header("Content-Type"), "application/json");
  EXPECT_EQ(read.header("X-Correlation-Id"), "tea");
  EXPECT_EQ(read.header("Souk-Position").substr(0, 8), "stock/3@");
  EXPECT_EQ(read.json(), json::parse(R"({"sku":"tea","name":"Tea","unit_price_minor":250,
    "currency":"GBP","available_units":3,"held_units":0,"sold_units":0,"received_units":3,
    "returned_units":0})"));
  EXPECT_EQ(put("/v1/stock/tea", R"({"name":"Tea","unit_price_minor":1,"currency":"EUR"})").code(),
            "currency_fixed");
}

TEST_F(Http, SoldUnitsComeBackOnce) {
  stock("tea", 5, 100);
  charge("ann", 1000);
  ASSERT_EQ(post("/v1/orders", R"({"order_id":"o","customer_id":"ann",
                                  "lines":[{"sku":"tea","quantity":2}]})")
                .status,
            201);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(
        post("/v1/stock/tea/returns", R"({"return_id":"x","units":1})").json()["available_units"],
        4);
  EXPECT_EQ(post("/v1/stock/tea/returns", R"({"return_id":"y","units":9})").code(), "not_sold");
}

// --- positions ---------------------------------------------------------------------------------

TEST_F(Http, AnswersSayHowFarTheLogHasToBeRead) {
  const auto position = [](const Response& response) {
    const auto parsed = parse_positions(response.header("Souk-Position"));
    EXPECT_TRUE(parsed) << response.header("Souk-Position");
    return parsed.value_or(Positions{});
  };
  const PartitionId wallet{Service::wallet, 3};
  const std::string charge = R"({"charge_id":"c","amount_minor":500,"currency":"GBP"})";
  const Positions charged = position(post("/v1/wallets/ann/charges", charge));
  ASSERT_EQ(charged.size(), 1u);
  EXPECT_GT(charged.at(wallet), 0u);
  EXPECT_EQ(position(get("/v1/wallets/ann")), charged);
  // What is refused says it as well: the refusal is a record, too.
  const Response refused =
      post("/v1/wallets/ann/charges", R"({"charge_id":"d","amount_minor":5,"currency":"EUR"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_GT(position(refused).at(wallet), charged.at(wallet));
  // What never reached an aggregate has none.
  EXPECT_EQ(post("/v1/wallets/ann/charges", "{").header("Souk-Position"), "");
}

// It reads the newest there is, so it is as fresh as anybody may ask for.
TEST_F(Http, SingleResourcesTakeAPositionAndAnswerAtOnce) {
  stock("tea", 1, 250);
  for (const char* path :
       {"/v1/stock/tea", "/v1/wallets/ann", "/v1/coupons/k", "/v1/campaigns/m", "/v1/orders/o"}) {
    const Response plain = get(path);
    const Response fresh = get(std::string(path) + "?at_least=order/3@88,stock/1@9&wait_ms=0");
    EXPECT_EQ(fresh.status, plain.status) << path;
    EXPECT_EQ(fresh.status == 200 ? fresh.body : fresh.code(),
              plain.status == 200 ? plain.body : plain.code())
        << path;
  }
}

// --- wallets -----------------------------------------------------------------------------------

TEST_F(Http, WalletIsChargedOnceAnId) {
  EXPECT_EQ(get("/v1/wallets/ann").code(), "unknown_wallet");
  for (int i = 0; i < 2; ++i) {
    const Response charged =
        post("/v1/wallets/ann/charges", R"({"charge_id":"c","amount_minor":500,"currency":"GBP"})");
    EXPECT_EQ(charged.status, 201);
    EXPECT_EQ(charged.json()["balance_minor"], 500);
  }
  EXPECT_EQ(get("/v1/wallets/ann").json(),
            json::parse(R"({"wallet_id":"ann","currency":"GBP","balance_minor":500,"held_minor":0,
                            "charged_minor":500,"spent_minor":0,"refunded_minor":0})"));
  EXPECT_EQ(
      post("/v1/wallets/ann/charges", R"({"charge_id":"d","amount_minor":5,"currency":"EUR"})")
          .code(),
      "currency_mismatch");
  EXPECT_EQ(
      post("/v1/wallets/ann/refunds", R"({"refund_id":"f","amount_minor":5,"currency":"GBP"})")
          .code(),
      "not_spent");
}

// --- coupons and campaigns ---------------------------------------------------------------------

TEST_F(Http, CouponIsGrantedAndRead) {
  const std::string body = R"({"coupon_id":"k1","owner":"ann","currency":"GBP",
    "discount":{"percent":12.5,"cap_minor":300},"minimum_total_minor":100,
    "valid_until":"2999-01-01T00:00:00Z"})";
  for (int i = 0; i < 2; ++i) {
    const Response granted = post("/v1/coupons", body);
    EXPECT_EQ(granted.status, 201);
    EXPECT_EQ(granted.header("Location"), "/v1/coupons/k1");
  }
  EXPECT_EQ(get("/v1/coupons/k1").json(), json::parse(R"({"coupon_id":"k1","status":"GRANTED",
    "owner":"ann","discount":{"percent":12.5,"cap_minor":300},"currency":"GBP",
    "minimum_total_minor":100,"valid_from":"1970-01-01T00:00:00Z",
    "valid_until":"2999-01-01T00:00:00Z"})"));
  EXPECT_EQ(get("/v1/coupons/other").code(), "unknown_coupon");
}

TEST_F(Http, CampaignIssuesInOrderAndOneEach) {
  const std::string terms = R"({"quantity":2,"currency":"GBP","discount":{"amount_minor":50}})";
  EXPECT_EQ(get("/v1/campaigns/may").code(), "unknown_campaign");
  EXPECT_EQ(put("/v1/campaigns/may", terms).status, 200);
  EXPECT_EQ(put("/v1/campaigns/may", terms).status, 200);
  EXPECT_EQ(
      put("/v1/campaigns/may", R"({"quantity":3,"currency":"GBP","discount":{"amount_minor":50}})")
          .code(),
      "already_opened");
  const Response first = post("/v1/campaigns/may/coupons", R"({"customer_id":"ann"})");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.json()["ordinal"], 1);
  EXPECT_EQ(post("/v1/campaigns/may/coupons", R"({"customer_id":"ann"})").body, first.body);
  EXPECT_EQ(post("/v1/campaigns/may/coupons", R"({"customer_id":"bob"})").json()["ordinal"], 2);
  const Response late = post("/v1/campaigns/may/coupons", R"({"customer_id":"cem"})");
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.code(), "sold_out");
  EXPECT_EQ(get("/v1/campaigns/may").json()["left"], 0);
  const Response coupon = get(first.header("Location"));
  EXPECT_EQ(coupon.status, 200);
  EXPECT_EQ(coupon.json()["owner"], "ann");
}

// A coupon granted under a campaign's id was answered 201 to the campaign's customer, and belonged
// to somebody else.
TEST_F(Http, CouponIdsOfCampaignsCannotBeGranted) {
  const Response taken =
      post("/v1/coupons", R"({"coupon_id":"camp~1","owner":"mallory","discount":{"percent":10}})");
  EXPECT_EQ(taken.status, 422);
  EXPECT_EQ(taken.json()["code"], "reserved_id");
  EXPECT_EQ(get("/v1/coupons/camp~1").status, 404);
}

// --- orders ------------------------------------------------------------------------------------

TEST_F(Http, OrderIsConfirmedWithTotals) {
  stock("tea", 10, 250);
  stock("cup", 10, 100);
  charge("17850", 10'000);
  ASSERT_EQ(post("/v1/coupons", R"({"coupon_id":"k","discount":{"percent":10}})").status, 201);
  const std::string body = R"({"order_id":536365,"customer_id":17850,"coupon_id":"k","lines":[
    {"sku":"tea","quantity":2},{"sku":"cup","quantity":1,"unit_price_minor":90},
    {"sku":"tea","quantity":1}]})";
  const Response made = post("/v1/orders", body);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("Location"), "/v1/orders/536365");
  EXPECT_EQ(made.header("X-Correlation-Id"), "536365");
  EXPECT_EQ(made.json(), json::parse(R"({"order_id":"536365","status":"CONFIRMED",
    "customer_id":"17850","coupon_id":"k","currency":"GBP","lines":[
      {"sku":"tea","quantity":2,"unit_price_minor":250,"line_total_minor":500},
      {"sku":"cup","quantity":1,"unit_price_minor":90,"line_total_minor":90},
      {"sku":"tea","quantity":1,"unit_price_minor":250,"line_total_minor":250}],
    "subtotal_minor":840,"discount_minor":84,"total_minor":756})"));
  EXPECT_EQ(post("/v1/orders", body).body, made.body);
  EXPECT_EQ(get("/v1/orders/536365").body, made.body);
  EXPECT_EQ(get("/v1/coupons/k").json()["status"], "USED");
  EXPECT_EQ(get("/v1/wallets/17850").json()["spent_minor"], 756);
  EXPECT_EQ(get("/v1/stock/tea").json()["sold_units"], 3);

  const Response other = post("/v1/orders", R"({"order_id":536365,"customer_id":17850,
    "lines":[{"sku":"tea","quantity":1}]})");
  EXPECT_EQ(other.status, 409);
}

TEST_F(Http, OrderIsCancelledWithTheReason) {
  stock("tea", 1, 250);
  const Response poor = post("/v1/orders", R"({"order_id":"o1","customer_id":"bob",
    "lines":[{"sku":"tea","quantity":1}]})");
  EXPECT_EQ(poor.status, 201);
  EXPECT_EQ(poor.json()["status"], "CANCELLED");
  EXPECT_EQ(poor.json()["reason"]["code"], "wallet.unknown_wallet");
  EXPECT_EQ(poor.json()["reason"]["subject"], "bob");
  EXPECT_EQ(get("/v1/orders/o1").body, poor.body);
  EXPECT_EQ(get("/v1/stock/tea").json()["available_units"], 1);

  const Response greedy = post("/v1/orders", R"({"order_id":"o2","customer_id":"bob",
    "lines":[{"sku":"tea","quantity":2}]})");
  EXPECT_EQ(greedy.json()["reason"]["code"], "stock.out_of_stock");
  EXPECT_NE(greedy.json()["reason"]["detail"].get<std::string>().find("order fewer"),
            std::string::npos);
}

TEST_F(Http, OrderKeepsTheTimeAtWhichItWasPlacedElsewhere) {
  stock("tea", 10, 250);
  charge("ann", 1000);
  const auto body = [](const std::string& ordered_at) {
    return R"({"order_id":"o","customer_id":"ann","ordered_at":")" + ordered_at +
           R"(","lines":[{"sku":"tea","quantity":1}]})";
  };
  const Response future = post("/v1/orders", body("2999-01-01T00:00:00Z"));
  EXPECT_EQ(future.status, 422);
  EXPECT_EQ(future.json()["field"], "ordered_at");
  EXPECT_EQ(get("/v1/orders/o").status, 404) << "a time in the future uses up no id";

  const Response made = post("/v1/orders", body("2010-12-01T10:26:00+02:00"));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.json()["ordered_at"], "2010-12-01T08:26:00Z");
  EXPECT_EQ(get("/v1/orders/o").body, made.body);
  EXPECT_EQ(post("/v1/orders", body("2010-12-01T08:26:00Z")).body, made.body)
      << "the same moment, written otherwise";
  EXPECT_EQ(post("/v1/orders", body("2010-12-01T08:26:01Z")).code(), "id_reused");
}

TEST_F(Http, OrderThatIsNotWaitedForIsPending) {
  stock("tea", 1, 250);
  charge("ann", 1000);
  const Response pending = post("/v1/orders?wait_ms=0", R"({"order_id":"o","customer_id":"ann",
    "lines":[{"sku":"tea","quantity":1}]})");
  EXPECT_EQ(pending.status, 202);
  EXPECT_EQ(pending.json(), json::parse(R"({"order_id":"o","status":"PENDING"})"));
  EXPECT_EQ(get(pending.header("Location")).json()["status"], "CONFIRMED");
}

TEST_F(Http, UnknownOrderIsNotFound) {
  const Response response = get("/v1/orders/nobody");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.code(), "unknown_order");
}

// --- frame -------------------------------------------------------------------------------------

struct BadFrame {
  const char* name;
  const char* method;
  const char* path;
  const char* type;
  std::string body;
  int status;
  const char* code;
  const char* says;
};

class BadFrames : public HttpTest, public ::testing::WithParamInterface<BadFrame> {};

TEST_P(BadFrames, AreAnsweredWithAProblem) {
  const BadFrame& bad = GetParam();
  httplib::Request request;
  request.method = bad.method;
  request.path = bad.path;
  if (*bad.type != 0) request.set_header("Content-Type", bad.type);
  request.body = bad.body;
  const auto result = client_->send(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, bad.status) << result->body;
  EXPECT_EQ(result->get_header_value("Content-Type"), "application/problem+json");
  const json problem = json::parse(result->body);
  EXPECT_EQ(problem["code"], bad.code);
  EXPECT_EQ(problem["status"], bad.status);
  EXPECT_NE(problem["detail"].get<std::string>().find(bad.says), std::string::npos)
      << problem["detail"];
  EXPECT_EQ(problem["correlation_id"], result->get_header_value("X-Correlation-Id"));
  EXPECT_EQ(get("/healthz").status, 200);  // on the same connection, or a new one
}

constexpr const char* kJson = "application/json";

INSTANTIATE_TEST_SUITE_P(
    Rows, BadFrames,
    ::testing::Values(
        BadFrame{"UnknownPath", "GET", "/v1/order/1", "", "", 404, "unknown_path",
                 "/v1/orders/{id}"},
        BadFrame{"Root", "GET", "/", "", "", 404, "unknown_path", "nearest"},
        BadFrame{"TrailingSlash", "GET", "/v1/stock/", "", "", 404, "unknown_path", "/v1/stock"},
        BadFrame{"MissingId", "POST", "/v1/read-models/parked/order/3/retry", "", "", 404,
                 "unknown_path", "/v1/read-models/parked/{service}/{partition}/{stream}/retry"},
        BadFrame{"DeepPath", "GET", "/v1/stock/a/b/c/d", "", "", 404, "unknown_path", "nearest"},
        BadFrame{"WrongMethod", "DELETE", "/v1/stock/a", "", "", 405, "method_not_allowed", "PUT"},
        BadFrame{"PutOrders", "PUT", "/v1/orders", kJson, "{}", 405, "method_not_allowed",
                 "GET, HEAD, POST"},
        BadFrame{"Patch", "PATCH", "/v1/orders", kJson, "{}", 405, "method_not_allowed", "POST"},
        BadFrame{"BadEscape", "GET", "/v1/stock/a%zz", "", "", 400, "bad_escape", "percent"},
        BadFrame{"IdWithSlash", "GET", "/v1/stock/a%2Fb", "", "", 400, "invalid_id", "letters"},
        BadFrame{"IdWithSpace", "GET", "/v1/stock/a%20b", "", "", 400, "invalid_id", "letters"},
        BadFrame{"UnknownParameter", "GET", "/v1/stock/a?x=1", "", "", 400, "unknown_parameter",
                 "it takes at_least, wait_ms"},
        BadFrame{"ParameterWhereNoneIs", "POST", "/v1/stock/a/returns?x=1", kJson, "{}", 400,
                 "unknown_parameter", "takes none"},
        BadFrame{"ListParameter", "GET", "/v1/orders?costumer=ann", "", "", 400,
                 "unknown_parameter", "did you mean customer?"},
        BadFrame{"NoPosition", "GET", "/v1/stock/a?at_least=stock@3", "", "", 400,
                 "invalid_position", "order/3@88"},
        BadFrame{"NoReadModels", "GET", "/v1/orders", "", "", 503, "unavailable",
                 "keeps no read models"},
        BadFrame{"MisspeltParameter", "POST", "/v1/orders?wait=1", kJson, "{}", 400,
                 "unknown_parameter", "wait_ms"},
        BadFrame{"WaitNegative", "POST", "/v1/orders?wait_ms=-1", kJson, "{}", 400,
                 "invalid_parameter", "0 to 60000"},
        BadFrame{"WaitTooLong", "POST", "/v1/orders?wait_ms=60001", kJson, "{}", 400,
                 "invalid_parameter", "0 to 60000"},
        BadFrame{"WaitNoNumber", "POST", "/v1/orders?wait_ms=1s", kJson, "{}", 400,
                 "invalid_parameter", "whole number"},
        BadFrame{"WaitTwice", "POST", "/v1/orders?wait_ms=1&wait_ms=2", kJson, "{}", 400,
                 "duplicate_parameter", "twice"},
        BadFrame{"Xml", "POST", "/v1/orders", "text/xml", "<order/>", 415,
                 "unsupported_media_type", "application/json"},
        BadFrame{"FormThatIsNoJson", "POST", "/v1/orders", "application/x-www-form-urlencoded",
                 "order_id=1", 400, "not_json", "byte 0"},
        BadFrame{"EmptyBody", "PUT", "/v1/stock/a", kJson, "", 400, "empty_body",
                 "unit_price_minor"},
        BadFrame{"OneMegabyte", "POST", "/v1/orders", kJson, std::string((1 << 20) + 1, ' '), 413,
                 "body_too_large", "1 MiB"},
        BadFrame{"TenMegabytes", "POST", "/v1/orders", kJson, std::string(10'000'000, '['), 413,
                 "body_too_large", "1 MiB"},
        BadFrame{"LongTarget", "GET",
                 [] {
                   static const std::string path = "/v1/stock/" + std::string(5000, 'a');
                   return path.c_str();
                 }(),
                 "", "", 414, "target_too_long", "4096"},
        BadFrame{"CouponNameTooLongForACampaign", "PUT", "/v1/campaigns/a~b", kJson,
                 R"({"quantity":1,"discount":{"percent":1}})", 422, "invalid_id", "campaign"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Http, BodyOfExactlyOneMebibyteIsTaken) {
  std::string body = R"({"name":"x","unit_price_minor":1,"currency":"GBP"})";
  body.resize(1 << 20, ' ');
  EXPECT_EQ(put("/v1/stock/a", body).status, 200);
}

TEST_F(Http, ContentTypesThatAreTaken) {
  const std::string body = R"({"charge_id":"c","amount_minor":5,"currency":"GBP"})";
  for (const char* type : {"application/json; charset=utf-8", "Application/JSON",
                           "application/x-www-form-urlencoded", "application/vnd.shop+json"})
    EXPECT_EQ(post("/v1/wallets/a/charges", body, type).status, 201) << type;
}

TEST_F(Http, TooManyHeadersAreRefused) {
  httplib::Headers headers;
  for (int i = 0; i < 200; ++i) headers.emplace("X-" + std::to_string(i), "1");
  EXPECT_EQ(get("/healthz", headers).status, 431);
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(Http, HeadAndOptionsAnswerWithoutABody) {
  stock("tea", 1, 1);
  const auto head = client_->Head("/v1/stock/tea");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(head->get_header_value("Content-Length"),
            std::to_string(get("/v1/stock/tea").body.size()));
  const auto options = client_->Options("/v1/stock/tea");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->status, 204);
  EXPECT_EQ(options->get_header_value("Allow"), "OPTIONS, GET, HEAD, PUT");
  httplib::Request request;
  request.method = "DELETE";
  request.path = "/v1/orders";
  const auto wrong = client_->send(request);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->get_header_value("Allow"), "OPTIONS, GET, HEAD, POST");
}

TEST_F(Http, CorrelationIdAndTraceArePassedOn) {
  const Response response =
      get("/v1/stock/tea", {{"X-Request-Id", "r-1"}, {"traceparent", kTrace}});
  EXPECT_EQ(response.header("X-Correlation-Id"), "r-1");
  EXPECT_EQ(response.json()["correlation_id"], "r-1");
  EXPECT_EQ(backend_.last_correlation_id(), "r-1");
  EXPECT_EQ(backend_.last_trace(), kTrace);
  get("/v1/stock/tea", {{"X-Correlation-Id", "not valid"}, {"traceparent", "x"}});
  EXPECT_EQ(backend_.last_correlation_id(), "tea");
  EXPECT_EQ(backend_.last_trace(), "");
  get("/v1/orders/o", {{"X-Correlation-Id", "mine"}});
  EXPECT_EQ(backend_.last_correlation_id(), "o");
  EXPECT_FALSE(get("/healthz").header("X-Correlation-Id").empty());
}

// --- what the node may say ---------------------------------------------------------------------

TEST_F(Http, HealthAndReadiness) {
  EXPECT_EQ(get("/healthz").json()["status"], "OK");
  EXPECT_EQ(get("/readyz").json()["status"], "READY");
  backend_.set_not_ready("Partition 3 of stock has stopped.");
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_EQ(get("/readyz").detail(), "Partition 3 of stock has stopped.");
}

TEST_F(Http, BackendThatFailsIsExplained) {
  const std::string body =
      R"({"order_id":"o","customer_id":"c","lines":[{"sku":"s","quantity":1}]})";
  struct Row {
    gateway::Outcome outcome;
    int status;
    const char* code;
  };
  for (const Row& row : {Row{gateway::Outcome::unavailable, 503, "unavailable"},
                         Row{gateway::Outcome::misdirected, 421, "not_a_gateway"},
                         Row{gateway::Outcome::overloaded, 503, "overloaded"},
                         Row{gateway::Outcome::timed_out, 504, "timed_out"}}) {
    backend_.fail_with(row.outcome);
    for (const Response& response :
         {post("/v1/orders", body), get("/v1/stock/a"), get("/v1/orders/o")}) {
      EXPECT_EQ(response.status, row.status);
      EXPECT_EQ(response.code(), row.code);
      EXPECT_EQ(response.header("Retry-After").empty(), row.status != 503);
    }
  }
  backend_.fail_with(gateway::Outcome::pending);
  EXPECT_EQ(post("/v1/orders", body).status, 202);
}

}  // namespace
}  // namespace souk::testing
