#include "tests/query/support.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include <gtest/gtest.h>

#include "actors/read_models/bookkeeping_rows.hpp"
#include "actors/read_models/schema.hpp"
#include "actors/read_models/tables.hpp"
#include "events/rfc3339.hpp"
#include "store/log.hpp"
#include "store/rocks_kv.hpp"
#include "store/sql/row_store.hpp"
#include "tools/query/run.hpp"

namespace souk::query::testing {
namespace {

using namespace read_models;
using store::sql::Database;

Time at(const char* text) { return *parse_rfc3339(text); }

void expect_ok(const store::Status& status) { EXPECT_TRUE(status.ok()) << status.message(); }

template <class Row>
struct TableOf {
  static void create(Database& database) {
    expect_ok(database.execute(store::sql::create_table_sql<Row>()));
  }
};

template <class... Each>
void create_all(Database& database, std::tuple<Each...>*) {
  (Each::create(database), ...);
}

template <class Row>
void insert(Database& database, const std::vector<Row>& rows) {
  store::sql::RowStore<Row> table(database);
  for (const Row& row : rows) expect_ok(table.insert(row));
}

void insert_orders(Database& database) {
  OrderRow paid{.order_id = "o1",
                .customer_id = "17850",
                .status = "CONFIRMED",
                .ordered_at = at("2010-12-01T08:26:00Z"),
                .placed_at = at("2026-03-01T10:00:00.1Z"),
                .confirmed_at = at("2026-03-01T10:00:00.25Z"),
                .line_count = 2,
                .units = 1'206,
                .currency = "GBP",
                .subtotal_minor = 124'530,
                .discount_minor = 530,
                .total_minor = 124'000};
  OrderRow refused{.order_id = "o2",
                   .customer_id = "17850",
                   .status = "CANCELLED",
                   .ordered_at = at("2010-12-02T23:59:59.999999Z"),
                   .placed_at = at("2026-03-01T10:00:01Z"),
                   .cancelled_at = at("2026-03-01T10:00:01Z"),
                   .reason_code = "stock.out_of_stock",
                   .reason_subject = "MUG",
                   .line_count = 1,
                   .units = 3};
  OrderRow open{.order_id = "o3",
                .customer_id = "12345",
                .status = "PLACED",
                .ordered_at = at("2010-12-03T00:00:00Z"),
                .placed_at = at("2026-03-01T10:00:02Z"),
                .line_count = 1,
                .units = 1};
  insert<OrderRow>(database, {paid, refused, open});
  insert<OrderLineRow>(database, {{"o1", 1, "TEA", 1'200, 100, 120'000},
                                  {"o1", 2, "MUG", 6, 755, 4'530},
                                  {"o2", 1, "MUG", 3, {}, {}},
                                  {"o3", 1, "TEA", 1, {}, {}}});
  insert<SagaRow>(database, {{.saga = "checkout",
                              .saga_id = "o3",
                              .state = "PAYING",
                              .step = "hold_wallet",
                              .waits_for = "wallet 12345",
                              .started_at = at("2026-03-01T10:00:02Z"),
                              .since = at("2026-03-01T10:00:02.5Z")}});
}

void insert_rest(Database& database) {
  insert<WalletRow>(database, {{.wallet_id = "17850",
                                .currency = "GBP",
                                .balance_minor = 76'000,
                                .charged_minor = 200'000,
                                .spent_minor = 124'000,
                                .movements = 3,
                                .updated_at = at("2026-03-01T10:00:00.3Z")}});
  insert<WalletMovementRow>(
      database,
      {{"17850", 1, at("2026-03-01T09:00:00Z"), "CHARGE", 200'000, 200'000, 0, "GBP", "c1", ""},
       {"17850", 2, at("2026-03-01T10:00:00.2Z"), "HOLD", 124'000, 76'000, 124'000, "GBP", "o1",
        ""},
       {"17850", 3, at("2026-03-01T10:00:00.3Z"), "SPEND", 124'000, 76'000, 0, "GBP", "o1", ""}});
  insert<StockRow>(database, {{.sku = "MUG",
                               .title = "Mug, \"large\"",
                               .currency = "GBP",
                               .unit_price_minor = 755,
                               .on_hand = 2,
                               .available = 2,
                               .sold = 6,
                               .received = 8},
                              {.sku = "TEA",
                               .title = "Tea\x1b[31m",
                               .currency = "GBP",
                               .unit_price_minor = 100,
                               .on_hand = 4'000,
                               .available = 3'999,
                               .held = 1,
                               .sold = 1'200,
                               .received = 5'200}});
  insert<SalesHourRow>(database, {{"2010-12-01T08:00:00.000000Z", "TEA", "GBP", 1, 1'200, 120'000},
                                  {"2010-12-01T08:00:00.000000Z", "MUG", "GBP", 1, 6, 453'000},
                                  {"2010-12-23T17:00:00.000000Z", "MUG", "GBP", 2, 7, 5'285}});
  insert<DailyRevenueRow>(database, {{"2010-12-01", "GBP", 1, 1'206, 124'530, 530, 124'000},
                                     {"2010-12-23", "GBP", 2, 7, 5'285, 0, 5'285},
                                     {"2011-01-04", "GBP", 1, 1, 755, 0, 755}});
  insert<CampaignRow>(database, {{.campaign_id = "spring",
                                  .quantity = 10,
                                  .issued = 2,
                                  .delivered = 2,
                                  .discount = "10 %",
                                  .opened_at = at("2026-03-01T08:00:00Z")}});
  CouponRow used{.coupon_id = "k1",
                 .owner_id = "17850",
                 .campaign_id = "spring",
                 .status = "USED",
                 .discount = "10 %",
                 .order_id = "o1",
                 .granted_at = at("2026-03-01T08:00:01Z"),
                 .used_at = at("2026-03-01T10:00:00.3Z")};
  CouponRow waiting{.coupon_id = "k2",
                    .owner_id = "12345",
                    .campaign_id = "spring",
                    .status = "GRANTED",
                    .discount = "10 %",
                    .valid_until = at("9999-01-01T00:00:00Z"),
                    .granted_at = at("2026-03-01T08:00:02Z")};
  insert<CouponRow>(database, {used, waiting});
  insert<PositionRow>(database, {{"order", 0, 1, at("2026-03-01T10:00:02Z")}});
  insert<ParkedRow>(database, {{"stock", 1, 7, "pot", 1, at("2026-03-01T11:00:00Z"), "no fit"},
                               {"stock", 1, 9, "pot", 2, at("2026-03-01T11:00:01Z"), ""}});
  insert<AboutRow>(database, {{"version", "1"}});
}

void write_log(const std::string& path) {
  auto kv = store::open_rocks_kv({.path = path});
  ASSERT_TRUE(kv.ok()) << kv.status().message();
  auto log = store::Log::open(std::move(*kv), {"test", {{Service::order, 2}}});
  ASSERT_TRUE(log.ok()) << log.status().message();
  auto stream = (*log)->open_stream({Service::order, 0}, "o1");
  ASSERT_TRUE(stream.ok());
  for (store::Sequence sequence = 1; sequence <= 3; ++sequence) {
    store::Record record;
    record.stream = "o1";
    record.sequence = sequence;
    record.time = at("2026-03-01T10:00:00Z");
    record.events = {{1, "event"}};
    store::Append append{*stream, sequence, false, {}};
    encode_record(record, append.bytes);
    std::vector<store::Offset> offsets;
    expect_ok((*log)->append({&append, 1}, offsets).at(0));
  }
}

std::string slurp(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int c; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

}  // namespace

ShopDirectory::ShopDirectory() {
  static std::atomic<int> count = 0;
  path_ = std::filesystem::temp_directory_path() /
          ("souk-query-" + std::to_string(::getpid()) + '-' + std::to_string(++count));
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
  write_log(path_);
  auto opened = Database::open(database(), store::sql::Mode::create);
  if (!opened.ok()) throw std::runtime_error(opened.status().message());
  expect_ok(opened->execute("PRAGMA journal_mode = WAL"));
  create_all(*opened, static_cast<ForEachRow<TableOf>*>(nullptr));
  create_all(*opened, static_cast<std::tuple<TableOf<PositionRow>, TableOf<ParkedRow>,
                                             TableOf<SkippedRow>, TableOf<AboutRow>>*>(nullptr));
  for (const std::string_view sql : indexes()) expect_ok(opened->execute(sql));
  for (const View& view : views()) expect_ok(opened->execute(create_view_sql(view)));
  insert_orders(*opened);
  insert_rest(*opened);
  std::filesystem::create_symlink("read-models-1.sqlite", path_ / "read-models.sqlite");
}

ShopDirectory::~ShopDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void ShopDirectory::execute(const std::string& sql) {
  auto opened = Database::open(database(), store::sql::Mode::read_write);
  ASSERT_TRUE(opened.ok()) << opened.status().message();
  expect_ok(opened->execute(sql));
}

Outcome query(const std::vector<std::string>& words, const std::string& input,
              const std::string& url) {
  static const std::atomic<bool> kNever{false};
  Console console;
  console.in = std::tmpfile();
  console.out = std::tmpfile();
  console.err = std::tmpfile();
  console.now = [] { return kNow; };
  console.stop = &kNever;
  std::fwrite(input.data(), 1, input.size(), console.in);
  std::rewind(console.in);
  Outcome outcome;
  outcome.exit_code = run(words, url, console);
  outcome.out = slurp(console.out);
  outcome.err = slurp(console.err);
  std::fclose(console.in);
  return outcome;
}

}  // namespace souk::query::testing
