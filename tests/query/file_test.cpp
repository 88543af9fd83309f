// The commands over a data directory.
#include <atomic>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/query/support.hpp"
#include "tools/query/commands.hpp"
#include "tools/query/file_source.hpp"

namespace souk::query {
namespace {

using nlohmann::json;
using testing::Outcome;
using testing::ShopDirectory;

class Files : public ::testing::Test {
 protected:
  Outcome ask(std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), {"--data", shop_.path()});
    return testing::query(words, input);
  }
  // What stands in JSON, of a question that succeeds.
  json rows(std::vector<std::string> words) {
    words.insert(words.begin(), {"--format", "json"});
    const Outcome outcome = ask(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out);
  }
  std::vector<std::string> ids(const std::vector<std::string>& words, const char* member) {
    std::vector<std::string> found;
    for (const json& row : rows(words)) found.push_back(row.at(member));
    return found;
  }

  ShopDirectory shop_;
};

using Ids = std::vector<std::string>;

TEST_F(Files, OrdersAreListedNewestFirst) {
  const Outcome outcome = ask({"orders"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "3 orders\n");
  EXPECT_EQ(outcome.out.substr(0, outcome.out.find('\n')),
            "order_id  customer_id  status     ordered_at               line_count  units         "
            "total  reason_code         reason_subject");
  EXPECT_NE(outcome.out.find("1,240.00 GBP"), std::string::npos) << outcome.out;
  EXPECT_EQ(ids({"orders"}, "order_id"), (Ids{"o3", "o2", "o1"}));
}

TEST_F(Files, OrdersCanBeFiltered) {
  EXPECT_EQ(ids({"orders", "--customer", "17850"}, "order_id"), (Ids{"o2", "o1"}));
  EXPECT_EQ(ids({"orders", "--status", "placed"}, "order_id"), (Ids{"o3"}));
  EXPECT_EQ(ids({"orders", "--sku", "TEA"}, "order_id"), (Ids{"o3", "o1"}));
  EXPECT_EQ(ids({"orders", "--since", "2010-12-02", "--until", "2010-12-02"}, "order_id"),
            (Ids{"o2"}));
  EXPECT_EQ(ids({"orders", "--until", "2010-12-03T00:00:00Z"}, "order_id"), (Ids{"o2", "o1"}));
  EXPECT_EQ(ids({"orders", "--since", "2010-12-03T00:00:00Z"}, "order_id"), (Ids{"o3"}));
  EXPECT_EQ(ids({"orders", "--since", "22d"}, "order_id"), (Ids{"o3", "o2"}));
}

TEST_F(Files, WhatALimitLeavesOutIsSaid) {
  const Outcome outcome = ask({"orders", "--limit", "2"});
  EXPECT_EQ(outcome.err, "2 orders; there are more: see --limit, --all and the filters\n");
  EXPECT_EQ(ask({"orders", "--all"}).err, "3 orders\n");
  const Outcome none = ask({"orders", "--customer", "nobody"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err, "no orders\n");
}

TEST_F(Files, AnOrderHasItsLinesItsHistoryAndWhatItWaitsFor) {
  const json paid = rows({"order", "o1"});
  EXPECT_EQ(paid["order"]["total_minor"], 124'000);
  EXPECT_EQ(paid["lines"][1]["sku"], "MUG");
  EXPECT_EQ(paid["lines"][1]["title"], "Mug, \"large\"");
  EXPECT_EQ(paid["history"][1]["status"], "CONFIRMED");
  EXPECT_EQ(paid["waits_for"], json::array());
  const json refused = rows({"order", "o2"});
  EXPECT_EQ(refused["history"][0]["status"], "PLACED");
  EXPECT_EQ(refused["history"][1]["reason"], "stock.out_of_stock: MUG");
  EXPECT_EQ(rows({"order", "o3"})["waits_for"][0]["waits_for"], "wallet 12345");
  const Outcome csv = ask({"order", "o1", "--format", "csv"});
  EXPECT_EQ(csv.out.substr(0, 12), "line_number,");
  EXPECT_EQ(csv.err, "csv has lines only; json has everything\n");
}

TEST_F(Files, WhatThereIsNotEndsWithOne) {
  EXPECT_EQ(ask({"order", "o9"}).exit_code, 1);
  EXPECT_EQ(ask({"order", "o9"}).err, "souk-query: there is no order 'o9' in the read models\n");
  EXPECT_EQ(ask({"wallet", "w9"}).exit_code, 1);
  EXPECT_EQ(ask({"stock", "NO"}).exit_code, 1);
  EXPECT_EQ(ask({"order", "a b"}).exit_code, 2);
}

TEST_F(Files, AWalletsStatementHasTheNewestMovementsInTheirOrder) {
  const Outcome outcome = ask({"wallet", "17850", "--limit", "2"});
  EXPECT_NE(outcome.out.find("balance     760.00 GBP\n"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.err, "2 movements; there are more: see --limit, --all and the filters\n");
  const json statement = rows({"wallet", "17850", "--limit", "2"})["statement"];
  EXPECT_EQ(statement[0]["kind"], "HOLD");
  EXPECT_EQ(statement[1]["balance_minor"], 76'000);
  EXPECT_EQ(rows({"wallet", "17850", "--since", "2026-03-01T09:30"})["statement"].size(), 2u);
}

TEST_F(Files, StockIsFoundByItsBeginningAndByWhatIsLeft) {
  EXPECT_EQ(ids({"stock"}, "sku"), (Ids{"MUG", "TEA"}));
  EXPECT_EQ(ids({"stock", "T"}, "sku"), (Ids{"TEA"}));
  EXPECT_EQ(ids({"stock", "TEA"}, "sku"), (Ids{"TEA"}));
  EXPECT_EQ(ids({"stock", "--below", "3"}, "sku"), (Ids{"MUG"}));
  EXPECT_EQ(ids({"stock", "--sort", "sold"}, "sku"), (Ids{"TEA", "MUG"}));
  EXPECT_EQ(ask({"stock", "TEA"}).out.find('\x1b'), std::string::npos);
}

TEST_F(Files, CouponsAndCampaigns) {
  EXPECT_EQ(ids({"coupons"}, "coupon_id"), (Ids{"k2", "k1"}));
  EXPECT_EQ(ids({"coupons", "--owner", "17850"}, "coupon_id"), (Ids{"k1"}));
  EXPECT_EQ(ids({"coupons", "--campaign", "spring", "--status", "used"}, "coupon_id"), (Ids{"k1"}));
  EXPECT_EQ(ids({"coupons", "--unused"}, "coupon_id"), (Ids{"k2"}));
  EXPECT_EQ(ids({"coupons", "--never-used"}, "coupon_id"), (Ids{"k2"}));
  shop_.execute("UPDATE coupons SET valid_until = '2011-01-01' WHERE coupon_id = 'k2'");
  EXPECT_EQ(ids({"coupons", "--unused"}, "coupon_id"), Ids{});
  EXPECT_EQ(ids({"coupons", "--never-used"}, "coupon_id"), (Ids{"k2"}));
  const json campaign = rows({"campaigns"})[0];
  EXPECT_EQ(campaign["issued"], 2);
  EXPECT_EQ(campaign["used"], 1);
}

TEST_F(Files, BestSellersCountTheirWindowToTheHour) {
  const Outcome outcome = ask({"best-sellers", "--days", "1"});
  EXPECT_EQ(outcome.out,
            "sku  title         lines  units    revenue\n"
            "MUG  Mug, \"large\"      2      7  52.85 GBP\n");
  EXPECT_EQ(outcome.err, "1 SKU sold from 2010-12-23T12:00:00Z to 2010-12-24T12:30:00Z\n");
  EXPECT_EQ(ids({"best-sellers", "--days", "30"}, "sku"), (Ids{"TEA", "MUG"}));
  EXPECT_EQ(ids({"best-sellers", "--days", "30", "--by", "revenue"}, "sku"), (Ids{"MUG", "TEA"}));
  EXPECT_EQ(rows({"best-sellers", "--days", "30"})[1]["units"], 13);
  EXPECT_EQ(ids({"best-sellers", "--days", "1", "--until", "2010-12-01"}, "sku"),
            (Ids{"TEA", "MUG"}));
  EXPECT_EQ(ids({"best-sellers", "--days", "1", "--until", "2010-12-01T08:00:00Z"}, "sku"), Ids{});
  EXPECT_EQ(ids({"best-sellers", "--days", "1", "--until", "2010-12-01T08:00:01Z"}, "sku"),
            (Ids{"TEA", "MUG"}));
}

TEST_F(Files, AWindowWithoutSalesSaysWhereTheyAre) {
  const Outcome best = ask({"best-sellers", "--days", "2", "--until", "2011-06-30"});
  EXPECT_EQ(best.out, "");
  EXPECT_EQ(best.err,
            "no SKUs sold from 2011-06-29T00:00:00Z to 2011-07-01T00:00:00Z\n"
            "the last sale was on 2011-01-04: --until 2011-01-04 shows it\n");
  EXPECT_EQ(ask({"revenue", "--since", "2012-01-01"}).err,
            "no days\n"
            "there are sales from 2010-12-01 to 2011-01-04: --since 2010-12-01 --until 2011-01-04 "
            "shows them\n");
}

TEST_F(Files, ABestSellersWindowBeginsWithAFullHour) {
  const auto sold = [&](const char* until) {
    return ids({"best-sellers", "--days", "1", "--until", until}, "sku").size();
  };
  EXPECT_EQ(sold("2010-12-02T08:00:00Z"), 2u);
  EXPECT_EQ(sold("2010-12-02T08:59:59Z"), 2u);
  EXPECT_EQ(sold("2010-12-02T09:00:00Z"), 0u);
  EXPECT_NE(ask({"best-sellers", "--days", "1", "--until", "2010-12-02T08:30:00Z"})
                .err.find(" sold from 2010-12-01T08:00:00Z to 2010-12-02T08:30:00Z"),
            std::string::npos);
}

TEST_F(Files, WhatHoldsNoReadModelsEndsWithThree) {
  const std::string path = shop_.path() + "/read-models.sqlite";
  const auto refused = [&] {
    const Outcome outcome = ask({"orders"});
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_EQ(outcome.err, "souk-query: " + path + " holds no souk read models\n");
    EXPECT_EQ(outcome.out, "");
  };
  // All is in the file itself, whose end is then missing.
  shop_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  refused();
  std::filesystem::remove(path);
  std::ofstream(path) << std::string(20'000, 'x');
  refused();
  std::filesystem::remove(path);
  auto other = store::sql::Database::open(path, store::sql::Mode::create);
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(other->execute("CREATE TABLE orders (id TEXT)").ok());
  refused();
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  refused();
}

TEST_F(Files, AQueryEndsWhenTheWatchIsStopped) {
  FileSource source(shop_.path());
  std::atomic<bool> stop{false};
  source.stop_when(stop);
  std::jthread person([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  });
  try {
    source.run({"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                " SELECT count(*) FROM n",
                {}},
               1);
    FAIL() << "it cannot end by itself";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_code(), 130);
  }
}

TEST_F(Files, RevenueByDayAndByMonth) {
  EXPECT_EQ(ids({"revenue"}, "day"), (Ids{"2010-12-01", "2010-12-23", "2011-01-04"}));
  EXPECT_EQ(ids({"revenue", "--since", "2010-12-01", "--until", "2010-12-23"}, "day"),
            (Ids{"2010-12-01", "2010-12-23"}));
  EXPECT_EQ(ids({"revenue", "--until", "2010-12-23T00:00:00Z"}, "day"), (Ids{"2010-12-01"}));
  EXPECT_EQ(ids({"revenue", "--limit", "2"}, "day"), (Ids{"2010-12-23", "2011-01-04"}));
  EXPECT_EQ(ids({"revenue", "--by", "month", "--limit", "1"}, "month"), (Ids{"2011-01"}));
  const json months = rows({"revenue", "--by", "month"});
  ASSERT_EQ(months.size(), 2u);
  EXPECT_EQ(months[0]["month"], "2010-12");
  EXPECT_EQ(months[0]["revenue_minor"], 129'285);
  EXPECT_EQ(months[0]["orders"], 3);
}

TEST_F(Files, SagasByAgeAndState) {
  EXPECT_EQ(ids({"sagas"}, "saga_id"), (Ids{"o3"}));
  EXPECT_EQ(ids({"sagas", "--older-than", "30s", "--state", "paying"}, "saga_id"), (Ids{"o3"}));
  EXPECT_EQ(ids({"sagas", "--older-than", "52000w"}, "saga_id"), Ids{});
  EXPECT_EQ(ids({"sagas", "--state", "undoing"}, "saga_id"), Ids{});
  EXPECT_EQ(ask({"sagas", "--older-than", "soon"}).exit_code, 2);
}

TEST_F(Files, LagIsTheLogsEndsAgainstThePositions) {
  const json lag = rows({"lag"});
  EXPECT_EQ(lag["models"]["records_behind"], 2);
  EXPECT_GT(lag["models"]["seconds_behind"], 0.0);
  EXPECT_EQ(lag["models"]["parked"], 1);
  ASSERT_EQ(lag["partitions"].size(), 1u);
  EXPECT_EQ(lag["partitions"][0]["position"], 1);
  EXPECT_EQ(lag["partitions"][0]["end"], 3);
  EXPECT_EQ(rows({"lag", "--all"})["partitions"].size(), 2u);
  const json parked = rows({"parked"});
  ASSERT_EQ(parked.size(), 1u);
  EXPECT_EQ(parked[0]["stream"], "pot");
  EXPECT_EQ(parked[0]["records"], 2);
  EXPECT_EQ(parked[0]["reason"], "no fit");
}

TEST_F(Files, SqlIsShownAsItIs) {
  EXPECT_EQ(ask({"sql", "SELECT order_id, total_minor FROM orders WHERE order_id = :id", "--param",
                 "id=o1"})
                .out,
            "order_id  total_minor\no1             124000\n");
  EXPECT_EQ(ask({"sql", "-", "--format", "csv"}, "SELECT 1 AS a, NULL AS b, 0.5 AS c").out,
            "a,b,c\r\n1,,0.5\r\n");
  EXPECT_EQ(rows({"sql", "SELECT typeof(:a) AS a, typeof(:b) AS b, typeof(:c) AS c, :d AS d",
                  "--param", "a=42", "--param", "b=007", "--param", "c=4.5", "--param", "d='42'"}),
            json::parse(R"([{"a":"integer","b":"text","c":"real","d":"42"}])"));
}

TEST_F(Files, WrongSqlEndsWithOneAndASuggestion) {
  const Outcome column = ask({"sql", "SELECT totl_minor FROM orders"});
  EXPECT_EQ(column.exit_code, 1);
  EXPECT_NE(column.err.find("total_minor"), std::string::npos) << column.err;
  const Outcome write = ask({"sql", "DELETE FROM orders"});
  EXPECT_EQ(write.exit_code, 1);
  EXPECT_EQ(ids({"orders"}, "order_id").size(), 3u);
  EXPECT_EQ(ask({"sql", "SELECT 1", "--param", "id"}).exit_code, 2);
}

TEST_F(Files, APositionThatIsNotReachedEndsWithFour) {
  EXPECT_EQ(ask({"--at-least", "order/0@1", "orders"}).exit_code, 0);
  const Outcome behind = ask({"--at-least", "order/0@9,stock/1@2", "--wait", "0.05", "orders"});
  EXPECT_EQ(behind.exit_code, 4);
  EXPECT_EQ(behind.out, "");
  EXPECT_EQ(behind.err,
            "souk-query: the read models are 10 records behind: order/0 is at 1, not at 9; stock/1 "
            "is at 0, not at 2\n");
}

TEST_F(Files, APositionIsWaitedFor) {
  std::jthread node([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    shop_.execute("UPDATE positions SET position = 9");
  });
  EXPECT_EQ(ask({"--at-least", "order/0@9", "--wait", "30", "orders"}).exit_code, 0);
}

TEST_F(Files, ADirectoryWithoutReadModelsEndsWithThree) {
  EXPECT_EQ(testing::query({"--data", shop_.path() + "/none", "orders"}).exit_code, 3);
  std::filesystem::remove(shop_.path() + "/read-models.sqlite");
  const Outcome outcome = ask({"orders"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_NE(outcome.err.find("no read models"), std::string::npos);
}

TEST_F(Files, AnotherGenerationIsSeenAtTheNextLook) {
  FileSource source(shop_.path());
  const Query count{"SELECT count(*) FROM orders", {}};
  EXPECT_EQ(source.run(count, 1).rows[0][0], SqlValue(std::int64_t{3}));
  ShopDirectory next;
  next.execute("DELETE FROM orders");
  std::filesystem::remove(shop_.path() + "/read-models.sqlite");
  std::filesystem::create_symlink(next.database(), shop_.path() + "/read-models.sqlite");
  EXPECT_EQ(source.run(count, 1).rows[0][0], SqlValue(std::int64_t{3}));
  source.refresh();
  EXPECT_EQ(source.run(count, 1).rows[0][0], SqlValue(std::int64_t{0}));
}

TEST_F(Files, OneMomentIsReadWhateverIsWrittenMeanwhile) {
  FileSource source(shop_.path());
  const auto orders = [&] { return source.run({"SELECT count(*) FROM orders", {}}, 1).rows[0][0]; };
  const bool fits = source.at_one_moment([&] {
    EXPECT_EQ(orders(), SqlValue(std::int64_t{3}));
    shop_.execute("DELETE FROM orders WHERE order_id = 'o3'");
    EXPECT_EQ(orders(), SqlValue(std::int64_t{3}));
    return true;
  });
  EXPECT_TRUE(fits);
  EXPECT_EQ(orders(), SqlValue(std::int64_t{2}));
  EXPECT_THROW(source.at_one_moment([]() -> bool { throw Failure(1, "no"); }), Failure);
  EXPECT_TRUE(source.at_one_moment([&] { return orders() == SqlValue(std::int64_t{2}); }));
}

TEST(Schema, IsKnownWithoutAnybody) {
  const Outcome sql = testing::query({"schema", "orders"});
  EXPECT_EQ(sql.exit_code, 0);
  EXPECT_TRUE(sql.out.starts_with("CREATE TABLE orders (")) << sql.out;
  const Outcome markdown = testing::query({"schema", "order_history", "--format", "markdown"});
  EXPECT_TRUE(markdown.out.starts_with("### order_history\n")) << markdown.out;
  EXPECT_EQ(markdown.out.find("### customer_orders"), std::string::npos);
  const Outcome typo = testing::query({"schema", "ordrs"});
  EXPECT_EQ(typo.exit_code, 1);
  EXPECT_EQ(typo.err, "souk-query: there is no table or view 'ordrs'. Did you mean 'orders'?\n");
}

}  // namespace
}  // namespace souk::query
