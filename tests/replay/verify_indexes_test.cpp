// The read models' b-trees: whatever is wrong with an index, or with the order of rows, is named.
#include "tests/replay/models_surgery.hpp"
#include "tests/replay/verify_fixture.hpp"
#include "tools/replay/verify/table_indexes.hpp"

namespace souk::replay {
namespace {

const std::string kByTime = "ordered_at, order_id";

class VerifyingIndexes : public Verifying {
 protected:
  void SetUp() override {
    make_shop(seed_with_sales(12));
    make_models();
  }

  // The plan that SQLite makes for a statement on the models, as one line.
  std::string plan(const std::string& sql) {
    auto database = store::sql::Database::open(models_path(), store::sql::Mode::read_only);
    EXPECT_TRUE(database.ok());
    auto query = database->prepare("EXPLAIN QUERY PLAN " + sql);
    EXPECT_TRUE(query.ok()) << sql << ": " << query.status().message();
    std::string text;
    while (query.ok() && *query->step()) text += query->text(3);
    return text;
  }

  std::vector<std::string> said() {
    std::vector<std::string> sentences;
    for (const Finding& one : findings()) {
      EXPECT_EQ(one.check, Check::read_models);
      sentences.push_back(one.subject + ": " + one.what);
    }
    return sentences;
  }
};

TEST_F(VerifyingIndexes, EachIsReadFromItsOwnBTreeAndNoOther) {
  auto database = store::sql::Database::open(models_path(), store::sql::Mode::read_only);
  ASSERT_TRUE(database.ok());
  const auto orders =
      TableIndexes::of(*database, "orders", {"order_id", "customer_id", "status", "ordered_at"});
  ASSERT_TRUE(orders.ok());
  EXPECT_FALSE(orders->has_others());
  ASSERT_EQ(orders->plain().size(), 3u);
  EXPECT_EQ(plan(orders->rows_sql()), "SCAN orders");
  for (const PlainIndex& index : orders->plain())
    EXPECT_EQ(plan(scan_sql("orders", {"order_id", "ordered_at"}, index.name)),
              "SCAN orders USING COVERING INDEX " + index.name);
}

TEST_F(VerifyingIndexes, AnEntryThatIsMissingIsNamed) {
  edit_index(models_path(), "orders_by_time", kByTime,
             "DELETE FROM entries WHERE order_id = (SELECT min(order_id) FROM orders)");
  const auto found = said();
  ASSERT_EQ(found.size(), 1u) << texts(findings());
  EXPECT_TRUE(found[0].starts_with("index orders_by_time: it lacks the entry (")) << found[0];
  EXPECT_TRUE(found[0].ends_with("), which a row of orders has")) << found[0];
}

TEST_F(VerifyingIndexes, AnEntryOfNoRowIsNamed) {
  edit_index(models_path(), "orders_by_time", kByTime,
             "INSERT INTO entries VALUES ('2026-03-01T00:00:00.000000Z', 'nobody''s')");
  const auto found = said();
  ASSERT_EQ(found.size(), 1u) << texts(findings());
  EXPECT_EQ(found[0],
            "index orders_by_time: it has the entry (2026-03-01T00:00:00.000000Z, nobody's), which "
            "no row of orders has");
}

TEST_F(VerifyingIndexes, AnEntryThatWasChangedIsNamedAsItIsAndAsItShouldBe) {
  edit_index(
      models_path(), "coupons_by_owner", "owner_id, coupon_id",
      "UPDATE entries SET owner_id = 'mallory' WHERE coupon_id = (SELECT max(coupon_id) FROM "
      "coupons)");
  const auto found = said();
  ASSERT_EQ(found.size(), 2u) << texts(findings());
  for (const std::string& one : found)
    EXPECT_TRUE(one.starts_with(one.find("mallory") == std::string::npos
                                    ? "index coupons_by_owner: it lacks the entry ("
                                    : "index coupons_by_owner: it has the entry (mallory, "))
        << one;
}

TEST_F(VerifyingIndexes, EntriesThatChangedPlacesAreNamed) {
  swap_neighbours(models_path(), "orders_by_customer");
  const auto found = said();
  ASSERT_EQ(found.size(), 1u) << texts(findings());
  EXPECT_TRUE(found[0].starts_with(
      "index orders_by_customer: it is out of order, so that lookups may miss rows: ("))
      << found[0];
}

TEST_F(VerifyingIndexes, RowsThatChangedPlacesAreNamed) {
  swap_neighbours(models_path(), "wallet_movements");
  const auto found = said();
  ASSERT_EQ(found.size(), 1u) << texts(findings());
  EXPECT_TRUE(found[0].starts_with("wallet_movements: it is out of order, ")) << found[0];
}

TEST_F(VerifyingIndexes, RowsOfBookkeepingThatChangedPlacesAreNamed) {
  swap_neighbours(models_path(), "positions");
  const auto found = said();
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(found[0].starts_with("positions: row not in PRIMARY KEY order")) << found[0];
}

TEST_F(VerifyingIndexes, ManyWrongEntriesAreCounted) {
  edit_index(models_path(), "orders_by_status", "status, ordered_at, order_id",
             "DELETE FROM entries");
  const auto found = said();
  ASSERT_EQ(found.size(), 21u) << texts(findings());
  EXPECT_TRUE(found.back().ends_with(" more entries are not those of the rows of orders"))
      << found.back();
}

// SQLite's own check knows about indexes that souk does not make.
TEST_F(VerifyingIndexes, OnesOfAnOperatorsAreProvedToo) {
  edit_models("CREATE INDEX rich ON wallets (balance_minor) WHERE balance_minor > 0");
  edit_models("CREATE INDEX newest ON wallets (updated_at DESC)");
  edit_models("CREATE INDEX by_balance ON wallets (held_minor, balance_minor, currency)");
  EXPECT_EQ(said(), std::vector<std::string>());
  edit_index(models_path(), "newest", "updated_at, wallet_id",
             "DELETE FROM entries WHERE wallet_id = 'customer-1'");
  edit_index(models_path(), "by_balance", "held_minor, balance_minor, currency, wallet_id",
             "DELETE FROM entries WHERE wallet_id = 'customer-1'");
  const auto found = said();
  ASSERT_GE(found.size(), 2u);
  const auto has = [&](const std::string& part) {
    return std::ranges::any_of(
        found, [&](const std::string& one) { return one.find(part) != std::string::npos; });
  };
  EXPECT_TRUE(has("missing from index newest")) << found[0];
  EXPECT_TRUE(has("index by_balance: it lacks the entry (")) << texts(findings());
}

}  // namespace
}  // namespace souk::replay
