// The views and indexes in a real SQLite database, over rows that are written by hand.
#include <chrono>
#include <filesystem>
#include <unistd.h>

#include <gtest/gtest.h>

#include "actors/read_models/bookkeeping_rows.hpp"
#include "actors/read_models/hours.hpp"
#include "actors/read_models/schema.hpp"
#include "actors/read_models/tables.hpp"
#include "actors/read_models/wrap.hpp"
#include "store/sql/read_query.hpp"
#include "store/sql/row_store.hpp"

namespace souk::read_models {
namespace {

using store::sql::Database;
using store::sql::RowStore;

class Views : public ::testing::Test {
 protected:
  Views() {
    auto opened = Database::open(path_, store::sql::Mode::create);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    database_ = std::move(*opened);
    create(static_cast<ForEachRow<RowStore>*>(nullptr));
    for (const std::string_view index : indexes()) run(index);
    for (const View& view : views()) run(create_view_sql(view));
  }
  ~Views() override {
    database_ = Database();
    std::filesystem::remove(path_);
  }

  template <class Row>
  void write(const Row& row) {
    const store::Status status = RowStore<Row>(database_).insert(row);
    EXPECT_TRUE(status.ok()) << status.message();
  }

  void run(std::string_view sql) {
    const store::Status status = database_.execute(sql);
    EXPECT_TRUE(status.ok()) << status.message() << "\n" << sql;
  }

  // Every row as "value|value".
  std::vector<std::string> query(std::string_view sql) {
    const auto rows = store::sql::run_read_query(database_, sql, {});
    EXPECT_TRUE(rows.ok()) << rows.status().message();
    std::vector<std::string> lines;
    if (!rows.ok()) return lines;
    for (const auto& row : rows->rows) {
      std::string line;
      for (const SqlValue& value : row)
        line += (&value == &row.front() ? "" : "|") + text_of(value);
      lines.push_back(line);
    }
    return lines;
  }

  std::vector<std::string> columns_of(std::string_view table) {
    const auto rows =
        store::sql::run_read_query(database_, "SELECT * FROM " + std::string(table), {});
    EXPECT_TRUE(rows.ok()) << rows.status().message();
    return rows.ok() ? rows->columns : std::vector<std::string>();
  }

  // How SQLite would run it, in one text.
  std::string plan(const std::string& sql) {
    std::string text;
    for (const std::string& line : query("EXPLAIN QUERY PLAN " + sql)) text += line + "\n";
    return text;
  }

  static Time now() {
    return {std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
  }

 private:
  template <class... Rows>
  void create(std::tuple<RowStore<Rows>...>*) {
    (run(store::sql::create_table_sql<Rows>()), ...);
  }
  static std::string text_of(const SqlValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value)) return std::to_string(*number);
    return "NULL";
  }

  std::string path_ = (std::filesystem::temp_directory_path() /
                       ("souk-views-" + std::to_string(::getpid()) + ".sqlite"))
                          .string();
  Database database_;
};
using Lines = std::vector<std::string>;

constexpr Time kNoon{1'767'268'800'000'000};  // 2026-01-01T12:00:00Z

OrderRow order(const char* id, const char* customer, std::string_view status) {
  OrderRow row;
  row.order_id = id;
  row.customer_id = customer;
  row.status = status;
  row.ordered_at = row.placed_at = kNoon;
  return row;
}

SagaRow saga(Time since) {
  SagaRow row;
  row.saga = "checkout";
  row.saga_id = "o1";
  row.waits_for = "wallet ann";
  row.started_at = row.since = since;
  return row;
}

std::string hour_text(Time time) { return std::string(Hour(time).text()); }

TEST_F(Views, ColumnsAreThoseThatAreDocumented) {
  for (const View& view : views()) {
    Lines documented;
    for_each_column(view.columns, [&](std::string_view name, std::string_view comment) {
      documented.emplace_back(name);
      EXPECT_FALSE(comment.empty());
    });
    EXPECT_EQ(columns_of(view.name), documented) << view.name;
  }
}

TEST_F(Views, StatementsKeepTheirComments) {
  const auto text = query("SELECT sql FROM sqlite_schema WHERE name = 'open_sagas'").at(0);
  EXPECT_NE(text.find("-- Orders and campaigns that are under way"), std::string::npos);
  EXPECT_NE(text.find("--   next_try             when it asks again"), std::string::npos);
  const auto index = query("SELECT sql FROM sqlite_schema WHERE name = 'orders_by_customer'").at(0);
  EXPECT_NE(index.find("-- A customer's orders"), std::string::npos);
}

TEST_F(Views, OrderHistoryHasARowForEachStatus) {
  OrderRow confirmed = order("o1", "ann", kConfirmed);
  confirmed.confirmed_at = kNoon + seconds(1);
  OrderRow cancelled = order("o2", "ann", kCancelled);
  cancelled.cancelled_at = kNoon + seconds(2);
  cancelled.reason_code = "stock.out_of_stock";
  cancelled.reason_subject = "lamp";
  OrderRow never_placed = order("o3", "", kCancelled);
  never_placed.placed_at = {};
  never_placed.cancelled_at = kNoon;
  never_placed.reason_code = "deadline_passed";
  for (const OrderRow& row : {confirmed, cancelled, never_placed}) write(row);
  EXPECT_EQ(query("SELECT * FROM order_history ORDER BY order_id, at"),
            (Lines{"o1|2026-01-01T12:00:00.000000Z|PLACED|NULL",
                   "o1|2026-01-01T12:00:01.000000Z|CONFIRMED|NULL",
                   "o2|2026-01-01T12:00:00.000000Z|PLACED|NULL",
                   "o2|2026-01-01T12:00:02.000000Z|CANCELLED|stock.out_of_stock: lamp",
                   "o3|2026-01-01T12:00:00.000000Z|CANCELLED|deadline_passed"}));
}

TEST_F(Views, CustomerOrdersSayWhatWasOrderedAndWhatItWaitsFor) {
  write(order("o1", "ann", kPlaced));
  write(order("o2", "bob", kPlaced));
  write(OrderLineRow{"o1", 2, "chair", 1, {}, {}});
  write(OrderLineRow{"o1", 1, "lamp", 6, {}, {}});
  write(saga(kNoon));
  EXPECT_EQ(query("SELECT order_id, status, reason, waits_for, items FROM customer_orders "
                  "WHERE customer_id = 'ann'"),
            (Lines{"o1|PLACED|NULL|wallet ann|6 x lamp, 1 x chair"}));
  EXPECT_EQ(query("SELECT order_id, waits_for, items FROM customer_orders "
                  "WHERE customer_id = 'bob'"),
            (Lines{"o2|NULL|NULL"}));
}

TEST_F(Views, BestSellersGoByTheirWindows) {
  StockRow lamp;
  lamp.sku = "lamp";
  lamp.title = "A lamp";
  write(lamp);
  const auto days = [](std::int64_t n) { return seconds(n * 86'400); };
  const auto sell = [&](Duration ago, const char* sku, std::int64_t units) {
    write(SalesHourRow{hour_text(now() - ago), sku, "GBP", 1, units, units * 100});
  };
  sell(seconds(0), "lamp", 1);
  sell(days(2), "lamp", 1);
  sell(days(2), "chair", 5);
  sell(days(6), "lamp", 10);
  sell(days(29), "rug", 15);
  sell(days(31), "rug", 99);
  const auto window = [&](int days) {
    return query(
        "SELECT rank, sku, title, units, revenue_minor, currency FROM best_sellers "
        "WHERE window_days = " +
        std::to_string(days) + " ORDER BY rank, sku");
  };
  EXPECT_EQ(window(1), (Lines{"1|lamp|A lamp|1|100|GBP"}));
  EXPECT_EQ(window(3), (Lines{"1|chair|NULL|5|500|GBP", "2|lamp|A lamp|2|200|GBP"}));
  EXPECT_EQ(window(7), (Lines{"1|lamp|A lamp|12|1200|GBP", "2|chair|NULL|5|500|GBP"}));
  EXPECT_EQ(window(30), (Lines{"1|rug|NULL|15|1500|GBP", "2|lamp|A lamp|12|1200|GBP",
                               "3|chair|NULL|5|500|GBP"}));
}

TEST_F(Views, UnusedCouponsAreThoseThatCouldBeUsedNow) {
  const auto add = [&](const char* id, std::string_view status, Time from, Time until) {
    CouponRow row;
    row.coupon_id = id;
    row.status = status;
    row.valid_from = from;
    row.valid_until = until;
    write(row);
  };
  const Time before = now() - seconds(60);
  const Time after = now() + seconds(60);
  add("open", kCouponGranted, before, after);
  add("always", kCouponGranted, {}, after);
  add("later", kCouponGranted, after, after + seconds(1));
  add("over", kCouponGranted, before - seconds(1), before);
  add("held", kCouponHeld, before, after);
  add("used", kCouponUsed, before, after);
  EXPECT_EQ(query("SELECT coupon_id FROM unused_coupons ORDER BY 1"), (Lines{"always", "open"}));
}

TEST_F(Views, CampaignResultsCountCouponsByWhatBecameOfThem) {
  CampaignRow campaign;
  campaign.campaign_id = "spring";
  campaign.quantity = 9;
  campaign.issued = 5;
  write(campaign);
  int number = 0;
  for (const auto status : {kCouponGranted, kCouponHeld, kCouponUsed, kCouponUsed, kCouponLapsed}) {
    CouponRow row;
    row.coupon_id = "spring~" + std::to_string(++number);
    row.campaign_id = "spring";
    row.status = status;
    write(row);
  }
  EXPECT_EQ(query("SELECT issued, used, held, unused FROM campaign_results"), (Lines{"5|2|1|2"}));
}

TEST_F(Views, OpenSagasSayWhenTheNextTryIs) {
  // Seconds at this step, and the latest moment of the next try, counted from its beginning.
  const std::vector<std::pair<double, const char*>> tries = {
      {0.2, "0.5"}, {1.0, "1.5"}, {3, "3.5"}, {7, "7.5"}, {15, "15.5"}, {16, "25.5"}, {47, "55.5"}};
  for (const auto& [age, next] : tries) {
    run("DELETE FROM sagas");
    const Time since = now() - Duration{static_cast<std::int64_t>(age * 1e6)};
    write(saga(since));
    const auto line =
        query("SELECT round((julianday(next_try) - julianday(s.since)) * 86400, 1) = " +
              std::string(next) +
              ", age_seconds = step_seconds, length(next_try) FROM open_sagas JOIN sagas AS s "
              "USING (saga, saga_id)");
    EXPECT_EQ(line, (Lines{"1|1|27"})) << age;
  }
}

TEST_F(Views, OutOfStockIsWhatCannotBeOrdered) {
  StockRow gone;
  gone.sku = "lamp";
  gone.held = gone.on_hand = 3;
  StockRow there;
  there.sku = "chair";
  there.available = there.on_hand = 1;
  write(gone);
  write(there);
  EXPECT_EQ(query("SELECT sku, held FROM out_of_stock"), (Lines{"lamp|3"}));
}

// --- what the indexes are for -------------------------------------------------------------------

TEST_F(Views, PagesOfOrdersAreRangesOfAnIndex) {
  const std::string page =
      " AND (ordered_at, order_id) < ('2026', 'o9') "
      "ORDER BY ordered_at DESC, order_id DESC LIMIT 50";
  const std::vector<std::pair<std::string, std::string>> pages = {
      {"customer_id = 'ann'", "orders_by_customer"},
      {"status = 'CANCELLED'", "orders_by_status"},
      {"ordered_at >= '2025'", "orders_by_time"}};
  for (const auto& [where, index] : pages) {
    const std::string text = plan("SELECT * FROM orders WHERE " + where + page);
    EXPECT_NE(text.find("USING INDEX " + index + " ("), std::string::npos) << text;
    EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << text;
  }
}

TEST_F(Views, OneCustomersOrdersAreNotSearchedFor) {
  const std::string text =
      plan("SELECT * FROM customer_orders WHERE customer_id = 'ann' ORDER BY ordered_at DESC");
  EXPECT_NE(text.find("USING INDEX orders_by_customer ("), std::string::npos) << text;
  EXPECT_EQ(text.find("SCAN order_lines"), std::string::npos) << text;
}

TEST_F(Views, BestSellersReadOnlyTheirWindow) {
  const std::string text = plan("SELECT * FROM best_sellers WHERE window_days = 7");
  EXPECT_NE(text.find("SEARCH sales_by_hour USING PRIMARY KEY (hour>?)"), std::string::npos)
      << text;
}

TEST_F(Views, CouponsAreFoundByOwnerAndByCampaign) {
  EXPECT_NE(plan("SELECT * FROM unused_coupons WHERE owner_id = 'ann'").find("coupons_by_owner"),
            std::string::npos);
  EXPECT_NE(plan("SELECT * FROM coupons WHERE campaign_id = 'spring'").find("coupons_by_campaign"),
            std::string::npos);
}

}  // namespace
}  // namespace souk::read_models
