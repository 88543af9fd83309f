// The other listings, and what all of them say to requests that do not fit.
#include <algorithm>
#include <set>

#include "events/rfc3339.hpp"
#include "tests/gateway/reading_fixture.hpp"

namespace souk::testing {
namespace {

using nlohmann::json;
using namespace read_models;

Time at(std::string_view text) { return *parse_rfc3339(text); }

using Listings = ReadingTest;

std::vector<std::string> texts(const std::vector<json>& rows, const char* member) {
  std::vector<std::string> found;
  for (const json& row : rows) found.push_back(row[member]);
  return found;
}

// --- wallets -----------------------------------------------------------------------------------

TEST_F(Listings, StatementIsNewestFirstWithRunningBalances) {
  file_.begin();
  for (const std::string wallet : {"ann", "bob"})
    for (int i = 1; i <= 25; ++i)
      file_.insert(WalletMovementRow{wallet,
                                     i,
                                     {at("2026-01-01T00:00:00Z").micros + i * 60'000'000},
                                     std::string(kCharge),
                                     10,
                                     10 * i,
                                     0,
                                     "GBP",
                                     "top-up-" + std::to_string(i),
                                     "request"});
  file_.commit();
  const auto movements = all_pages("/v1/wallets/ann/statement", "", 7, "movements");
  ASSERT_EQ(movements.size(), 25u);
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(movements[static_cast<std::size_t>(i)]["movement"], 25 - i);
    EXPECT_EQ(movements[static_cast<std::size_t>(i)]["balance_minor"], 10 * (25 - i));
  }
  EXPECT_EQ(movements[0], json::parse(R"({"movement":25,"at":"2026-01-01T00:25:00Z","kind":"CHARGE",
    "amount_minor":10,"balance_minor":250,"held_minor":0,"currency":"GBP","cause":"top-up-25",
    "correlation_id":"request"})"));
  const auto some =
      all_pages("/v1/wallets/bob/statement",
                "since=2026-01-01T00:05:00Z&until=2026-01-01T01:10:00%2B01:00", 3, "movements");
  ASSERT_EQ(some.size(), 5u);
  EXPECT_EQ(some.front()["movement"], 9);
  EXPECT_EQ(some.back()["movement"], 5);
  EXPECT_EQ(backend_.last_plan().find("SCAN"), std::string::npos) << backend_.last_plan();
}

TEST_F(Listings, StatementOfAWalletThatIsNotThere) {
  EXPECT_EQ(get("/v1/wallets/ann/statement").status, 404);
  EXPECT_EQ(get("/v1/wallets/ann/statement").code(), "unknown_wallet");
  // Nothing since then is no reason to say that there is no wallet.
  EXPECT_EQ(get("/v1/wallets/ann/statement?since=2026-01-01").body,
            R"({"wallet_id":"ann","movements":[]})");
}

TEST_F(Listings, Wallets) {
  for (const std::string id : {"b", "a", "c"})
    file_.insert(WalletRow{id, "GBP", 7, 2, 10, 1, 0, 3, at("2026-01-01T00:00:00Z")});
  EXPECT_EQ(texts(all_pages("/v1/wallets", "", 2, "wallets"), "wallet_id"),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(get("/v1/wallets?limit=1").json()["wallets"][0],
            json::parse(R"({"wallet_id":"a","currency":"GBP","balance_minor":7,"held_minor":2,
              "charged_minor":10,"spent_minor":1,"refunded_minor":0,"movements":3,
              "updated_at":"2026-01-01T00:00:00Z"})"));
}

// --- stock, sales ------------------------------------------------------------------------------

TEST_F(Listings, StockByPrefixAndByWhatIsLeft) {
  const std::vector<std::string> skus = {"85", "851", "85123A", "85~", "86", "8", "Z85", "85:x"};
  int available = 0;
  for (const std::string& sku : skus) {
    StockRow row;
    row.sku = sku;
    row.title = "A " + sku;
    row.currency = "GBP";
    row.available = available++;
    row.updated_at = at("2026-01-01T00:00:00Z");
    file_.insert(row);
  }
  for (const std::string prefix : {"", "8", "85", "851", "85~", "9", "Z"})
    for (const int below : {0, 1, 4, 100}) {
      std::set<std::string> expected;
      for (std::size_t i = 0; i < skus.size(); ++i)
        if (skus[i].starts_with(prefix) && (below == 0 || static_cast<int>(i) < below))
          expected.insert(skus[i]);
      const std::string filters = (prefix.empty() ? "" : "&prefix=" + prefix) +
                                  (below == 0 ? "" : "&available_below=" + std::to_string(below));
      EXPECT_EQ(texts(all_pages("/v1/stock", filters, 2, "stock"), "sku"),
                std::vector<std::string>(expected.begin(), expected.end()))
          << filters;
      if (!prefix.empty()) {
        EXPECT_EQ(backend_.last_plan().find("SCAN"), std::string::npos) << backend_.last_plan();
      }
    }
  EXPECT_EQ(get("/v1/stock?prefix=Z").json()["stock"][0],
            json::parse(R"({"sku":"Z85","name":"A Z85","unit_price_minor":0,"currency":"GBP",
              "on_hand_units":0,"available_units":6,"held_units":0,"sold_units":0,
              "received_units":0,"returned_units":0,"updated_at":"2026-01-01T00:00:00Z"})"));
}

TEST_F(Listings, BestSellersOfAWindow) {
  const auto sold = [&](const char* hour, const char* sku, int units, int revenue) {
    file_.insert(SalesHourRow{hour, sku, "GBP", 1, units, revenue});
  };
  sold("2026-01-01T09:00:00.000000Z", "a", 100, 100);
  sold("2026-01-02T10:00:00.000000Z", "a", 5, 50);
  sold("2026-01-03T09:00:00.000000Z", "a", 1, 10);
  sold("2026-01-02T12:00:00.000000Z", "b", 4, 400);
  sold("2026-01-03T10:00:00.000000Z", "b", 4, 400);
  StockRow tea;
  tea.sku = "a";
  tea.title = "Tea";
  file_.insert(tea);

  const json day = get("/v1/best-sellers?days=1&until=2026-01-03T10:30:00Z").json();
  EXPECT_EQ(day, json::parse(R"({"since":"2026-01-02T10:00:00Z","until":"2026-01-03T10:30:00Z",
    "best_sellers":[
      {"sku":"b","currency":"GBP","lines":2,"units":8,"revenue_minor":800},
      {"sku":"a","name":"Tea","currency":"GBP","lines":2,"units":6,"revenue_minor":60}]})"));
  EXPECT_EQ(backend_.last_plan().find("SCAN sales_by_hour"), std::string::npos)
      << backend_.last_plan();
  const json three = get("/v1/best-sellers?days=3&until=2026-01-04").json()["best_sellers"];
  EXPECT_EQ(three[0]["sku"], "a");
  EXPECT_EQ(three[0]["units"], 106);
  const json revenue =
      get("/v1/best-sellers?days=3&until=2026-01-04&by=revenue&limit=1").json()["best_sellers"];
  ASSERT_EQ(revenue.size(), 1u);
  EXPECT_EQ(revenue[0]["sku"], "b");
  EXPECT_EQ(get("/v1/best-sellers?days=3&until=2026-01-04&currency=EUR").json()["best_sellers"],
            json::array());
}

TEST_F(Listings, RevenueByDay) {
  for (const char* day : {"2026-01-01", "2026-01-02", "2026-01-03"})
    for (const char* currency : {"EUR", "GBP"})
      file_.insert(DailyRevenueRow{day, currency, 1, 2, 300, 10, 290});
  const auto all = all_pages("/v1/revenue", "", 2, "revenue");
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0], json::parse(R"({"day":"2026-01-03","currency":"GBP","orders":1,"units":2,
    "subtotal_minor":300,"discount_minor":10,"revenue_minor":290})"));
  EXPECT_EQ(
      texts(all_pages("/v1/revenue", "since=2026-01-02&until=2026-01-03", 10, "revenue"), "day"),
      (std::vector<std::string>{"2026-01-02", "2026-01-02"}));
}

// --- coupons, campaigns, sagas -----------------------------------------------------------------

TEST_F(Listings, CouponsByOwnerCampaignStatusAndUse) {
  const auto coupon = [&](const char* id, const char* owner, std::string_view status,
                          const char* until) {
    CouponRow row;
    row.coupon_id = id;
    row.owner_id = owner;
    row.campaign_id = "may";
    row.status = status;
    row.discount = "10 %";
    row.valid_until = at(until);
    row.granted_at = at("2026-01-01T00:00:00Z");
    file_.insert(row);
  };
  constexpr const char* kLong = "9999-12-31T23:59:59Z";
  coupon("k1", "ann", kCouponGranted, kLong);
  coupon("k2", "ann", kCouponUsed, kLong);
  coupon("k3", "bob", kCouponGranted, "2020-01-01T00:00:00Z");  // its window is over
  coupon("k4", "", kCouponHeld, kLong);
  coupon("k5", "bob", kCouponGranted, kLong);
  const auto ids = [&](const std::string& filters) {
    return texts(all_pages("/v1/coupons", filters, 1, "coupons"), "coupon_id");
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(""), (Ids{"k1", "k2", "k3", "k4", "k5"}));
  EXPECT_EQ(ids("owner=ann"), (Ids{"k1", "k2"}));
  EXPECT_EQ(ids("status=HELD"), (Ids{"k4"}));
  EXPECT_EQ(ids("unused=true"), (Ids{"k1", "k5"}));
  EXPECT_EQ(ids("unused=true&owner=bob&campaign=may"), (Ids{"k5"}));
  EXPECT_EQ(ids("campaign=june"), Ids{});
  EXPECT_EQ(get("/v1/coupons?status=HELD").json()["coupons"][0],
            json::parse(R"({"coupon_id":"k4","status":"HELD","campaign_id":"may",
              "discount_text":"10 %","valid_until":"9999-12-31T23:59:59Z",
              "granted_at":"2026-01-01T00:00:00Z"})"));
}

TEST_F(Listings, Campaigns) {
  CampaignRow row;
  row.campaign_id = "may";
  row.quantity = 10;
  row.issued = 3;
  row.delivered = 2;
  row.discount = "5.00 GBP";
  row.opened_at = at("2026-05-01T00:00:00Z");
  file_.insert(row);
  EXPECT_EQ(get("/v1/campaigns").json(), json::parse(R"({"campaigns":[{"campaign_id":"may",
    "quantity":10,"issued":3,"left":7,"delivered":2,"failed":0,"discount_text":"5.00 GBP",
    "opened_at":"2026-05-01T00:00:00Z"}]})"));
}

TEST_F(Listings, SagasTheOldestFirst) {
  const auto saga = [&](const char* id, std::string_view name, const char* state,
                        const char* started) {
    SagaRow row;
    row.saga = name;
    row.saga_id = id;
    row.state = state;
    row.step = "hold_wallet";
    row.waits_for = "wallet bob";
    row.started_at = row.since = at(started);
    file_.insert(row);
  };
  saga("o-3", kCheckoutSaga, "PAYING", "2026-01-02T00:00:00Z");
  saga("o-1", kCheckoutSaga, "UNDOING", "2026-01-01T00:00:00Z");
  saga("may", kCampaignSaga, "DELIVERING", "2026-01-02T00:00:00Z");
  saga("o-2", kCheckoutSaga, "PAYING", "9000-01-01T00:00:00Z");
  const auto ids = [&](const std::string& filters) {
    return texts(all_pages("/v1/sagas", filters, 1, "sagas"), "saga_id");
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(""), (Ids{"o-1", "may", "o-3", "o-2"}));
  EXPECT_EQ(ids("saga=campaign"), (Ids{"may"}));
  EXPECT_EQ(ids("state=PAYING"), (Ids{"o-3", "o-2"}));
  EXPECT_EQ(ids("older_than_s=60"), (Ids{"o-1", "may", "o-3"}));
  const json first = get("/v1/sagas?limit=1").json()["sagas"][0];
  EXPECT_EQ(first["waits_for"], "wallet bob");
  EXPECT_TRUE(first.contains("next_try")) << first;
}

// --- freshness ---------------------------------------------------------------------------------

TEST_F(Listings, WaitForAtLeastAndSayHowFarTheyAre) {
  backend_.position = {{{Service::order, 3}, 80}, {{Service::wallet, 7}, 5}};
  const Response reached = get("/v1/orders?at_least=order/3@80&wait_ms=250");
  EXPECT_EQ(reached.status, 200);
  EXPECT_EQ(reached.header("Souk-Position"), "order/3@80,wallet/7@5");
  EXPECT_EQ(backend_.last_read.wait, milliseconds(250));
  EXPECT_EQ(backend_.last_read.at_least, (Positions{{{Service::order, 3}, 80}}));
  get("/v1/stock");
  EXPECT_EQ(backend_.last_read.wait, seconds(5));
  EXPECT_TRUE(backend_.last_read.at_least.empty());

  for (const char* path : {"/v1/orders?", "/v1/orders/o/history?", "/v1/wallets?",
                           "/v1/wallets/w/statement?", "/v1/stock?", "/v1/coupons?",
                           "/v1/campaigns?", "/v1/best-sellers?", "/v1/revenue?", "/v1/sagas?"}) {
    const Response behind =
        get(std::string(path) + "at_least=order/3@88,wallet/7@5,stock/0@1&wait_ms=0");
    EXPECT_EQ(behind.status, 504) << path;
    EXPECT_EQ(behind.code(), "behind");
    EXPECT_NE(behind.detail().find("order/3 is at 80 of 88, stock/0 is at 0 of 1;"),
              std::string::npos)
        << behind.detail();
    EXPECT_EQ(behind.header("Souk-Position"), "order/3@80,wallet/7@5");
  }
  backend_.position.clear();
  EXPECT_NE(get("/v1/orders?at_least=order/0@1,order/1@1,order/2@1,order/3@1,order/4@1")
                .detail()
                .find("order/2 is at 0 of 1, and 2 more;"),
            std::string::npos);
}

// --- what does not fit -------------------------------------------------------------------------

struct BadList {
  const char* name;
  const char* target;
  const char* code;
  const char* field;
  const char* says;
};

class BadLists : public ReadingTest, public ::testing::WithParamInterface<BadList> {};

TEST_P(BadLists, AreAnsweredWithAProblem) {
  const BadList& bad = GetParam();
  const Response response = get(bad.target);
  EXPECT_EQ(response.status, 400) << response.body;
  EXPECT_EQ(response.code(), bad.code);
  EXPECT_EQ(response.json().value("field", ""), bad.field);
  EXPECT_NE(response.detail().find(bad.says), std::string::npos) << response.detail();
  EXPECT_TRUE(backend_.last_read.sql.empty());  // the models were not asked
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadLists,
    ::testing::Values(
        BadList{"Customer", "/v1/orders?customer=a%20b", "invalid_parameter", "customer",
                "letters A-Z"},
        BadList{"EmptyCustomer", "/v1/orders?customer=", "invalid_parameter", "customer",
                "1 to 128"},
        BadList{"Status", "/v1/orders?status=CONFIRM", "invalid_parameter", "status",
                "did you mean CONFIRMED?"},
        BadList{"StatusAtAll", "/v1/orders?status=x", "invalid_parameter", "status",
                "PENDING, CONFIRMED, CANCELLED"},
        BadList{"Since", "/v1/orders?since=yesterday", "invalid_parameter", "since",
                "2026-03-01T08:30:00Z"},
        BadList{"Until", "/v1/orders?until=2026-02-30", "invalid_parameter", "until",
                "\"2026-02-30\""},
        BadList{"Day", "/v1/revenue?since=2026-03-01T08:30:00Z", "invalid_parameter", "since",
                "a date such as"},
        BadList{"LimitZero", "/v1/stock?limit=0", "invalid_parameter", "limit", "1 to 1000"},
        BadList{"LimitLarge", "/v1/stock?limit=1001", "invalid_parameter", "limit", "1 to 1000"},
        BadList{"NoLimit", "/v1/orders/o/history?limit=5", "unknown_parameter", "limit",
                "at_least, wait_ms"},
        BadList{"Twice", "/v1/orders?sku=a&sku=b", "duplicate_parameter", "sku", "twice"},
        BadList{"Misspelt", "/v1/stock?avialable_below=3", "unknown_parameter", "avialable_below",
                "did you mean available_below?"},
        BadList{"Below", "/v1/stock?available_below=-1", "invalid_parameter", "available_below",
                "whole number"},
        BadList{"Unused", "/v1/coupons?unused=yes", "invalid_parameter", "unused", "true"},
        BadList{"Saga", "/v1/sagas?saga=checkuot", "invalid_parameter", "saga",
                "did you mean checkout?"},
        BadList{"State", "/v1/sagas?state=DONE", "invalid_parameter", "state", "RESERVING"},
        BadList{"Age", "/v1/sagas?older_than_s=1h", "invalid_parameter", "older_than_s",
                "whole number"},
        BadList{"Days", "/v1/best-sellers?days=0", "invalid_parameter", "days", "1 to 366"},
        BadList{"By", "/v1/best-sellers?by=profit", "invalid_parameter", "by", "units, revenue"},
        BadList{"AtLeast", "/v1/orders?at_least=88", "invalid_position", "at_least", "order/3@88"},
        BadList{"WaitMs", "/v1/orders?wait_ms=60001", "invalid_parameter", "wait_ms", "0 to 60000"},
        BadList{"CursorIsNoBase64", "/v1/orders?cursor=%21", "invalid_cursor", "cursor", "next"},
        BadList{"CursorIsEmpty", "/v1/orders?cursor=", "invalid_cursor", "cursor", "next"},
        // "stock|a", "orders|a", "movements|x|1", "movements|1x"
        BadList{"CursorOfAnother", "/v1/orders?cursor=c3RvY2t8YQ", "invalid_cursor", "cursor", ""},
        BadList{"CursorTooShort", "/v1/orders?cursor=b3JkZXJzfGE", "invalid_cursor", "cursor", ""},
        BadList{"CursorTooLong", "/v1/wallets/w/statement?cursor=bW92ZW1lbnRzfDF8MQ",
                "invalid_cursor", "cursor", ""},
        BadList{"CursorNoNumber", "/v1/wallets/w/statement?cursor=bW92ZW1lbnRzfDF4",
                "invalid_cursor", "cursor", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Listings, SayWhatTheModelsCannotDo) {
  struct Case {
    gateway::ReadOutcome outcome;
    int status;
    const char* code;
    const char* retry_after;
  };
  for (const Case& one : {Case{gateway::ReadOutcome::too_slow, 504, "too_slow", ""},
                          Case{gateway::ReadOutcome::overloaded, 503, "overloaded", "1"},
                          Case{gateway::ReadOutcome::unavailable, 503, "unavailable", "5"},
                          Case{gateway::ReadOutcome::invalid, 500, "internal_error", ""}}) {
    backend_.forced = gateway::ReadAnswer{.outcome = one.outcome, .detail = "They are built."};
    for (const char* path : {"/v1/orders", "/v1/best-sellers"}) {
      const Response response = get(path);
      EXPECT_EQ(response.status, one.status);
      EXPECT_EQ(response.code(), one.code);
      EXPECT_EQ(response.header("Retry-After"), one.retry_after);
    }
  }
}

TEST_F(Listings, GoOnWhileTheNodeDrains) {
  server_->begin_drain();
  EXPECT_EQ(get("/v1/orders").status, 200);
  EXPECT_EQ(post("/v1/read-models/sql", R"({"sql":"SELECT 1"})").status, 200);
  EXPECT_EQ(get("/v1/read-models").status, 200);
  EXPECT_EQ(post("/v1/read-models/rebuild").status, 503);
  EXPECT_EQ(backend_.rebuilds, 0);
}

}  // namespace
}  // namespace souk::testing
