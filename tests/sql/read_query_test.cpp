// SQL that strangers write: what it may do, what it is told, where it ends.
#include <filesystem>
#include <sqlite3.h>

#include "tests/sql/support.hpp"

namespace souk::store::sql {
namespace {

class ReadQuery : public testing::Test {
 protected:
  void SetUp() override {
    Database writer = make_database(directory_.file("a.db"));
    RowStore<EveryRow> rows(writer);
    for (int i = 1; i <= 100; ++i) expect_ok(rows.insert(row_of("tea", i, "green")));
    expect_ok(writer.execute("CREATE TABLE orders (order_id TEXT, customer_id TEXT, status TEXT)"));
    expect_ok(writer.execute("INSERT INTO orders VALUES ('o-1', 'ada', 'PLACED')"));
    expect_ok(writer.execute("CREATE VIEW open_orders AS SELECT order_id, status FROM orders"));
    reader_ = must_open(directory_.file("a.db"), Mode::read_only);
  }

  Result<SqlRows> run(std::string_view sql, const SqlParameters& parameters = {},
                      const ReadLimits& limits = {}) {
    return run_read_query(reader_, sql, parameters, limits);
  }
  // What a query is told that fails with `code`.
  std::string told(std::string_view sql, const SqlParameters& parameters = {},
                   Code code = Code::invalid, const ReadLimits& limits = {}) {
    const auto rows = run(sql, parameters, limits);
    if (rows.ok()) return "it ran";
    EXPECT_EQ(rows.status().code(), code) << rows.status().message();
    return rows.status().message();
  }

  Directory directory_;
  Database reader_;
};

TEST_F(ReadQuery, GivesColumnsAndValues) {
  const auto rows =
      run("SELECT number AS n, text, NULL AS empty, 0.5, x'00ff', 9e999, -9e999 "
          "FROM every_kind WHERE number = :n; -- the second",
          {{"n", std::int64_t{2}}});
  ASSERT_TRUE(rows.ok()) << rows.status().message();
  EXPECT_EQ(rows->columns[0], "n");
  EXPECT_EQ(rows->columns[2], "empty");
  using Row = std::vector<SqlValue>;
  const Row expected{std::int64_t{2}, "green", std::monostate(), 0.5, "00ff", "Inf", "-Inf"};
  ASSERT_EQ(rows->rows.size(), 1u);
  EXPECT_EQ(rows->rows[0], expected);
  EXPECT_FALSE(rows->truncated);
}

TEST_F(ReadQuery, RunsWhateverOnlyReads) {
  for (const char* sql :
       {"VALUES (1), (2)", "WITH t AS (SELECT 1) SELECT * FROM t", "EXPLAIN QUERY PLAN SELECT 1",
        "EXPLAIN SELECT * FROM every_kind", "PRAGMA table_info(orders)", "PRAGMA table_list",
        "SELECT * FROM pragma_table_info('orders')", "SELECT * FROM sqlite_schema",
        "SELECT value FROM json_each('[1, 2]')", "SELECT 1;", "SELECT 1; /* done */ -- really",
        "-- first\nSELECT 1", "SELECT * FROM open_orders", "SELECT 1 /* not closed",
        "SELECT strftime('%Y', 'now'), sqrt(2), row_number() OVER () FROM every_kind"}) {
    const auto rows = run(sql);
    EXPECT_TRUE(rows.ok()) << sql << ": " << rows.status().message();
  }
}

TEST_F(ReadQuery, DoesNothingElse) {
  const std::vector<std::pair<const char*, const char*>> refused = {
      {"DELETE FROM orders", "change orders"},
      {"INSERT INTO orders VALUES (1, 2, 3)", "change orders"},
      {"UPDATE orders SET status = 1 RETURNING *", "change orders"},
      {"WITH t AS (SELECT 1) DELETE FROM orders", "change orders"},
      {"EXPLAIN DELETE FROM orders", "change orders"},
      {"CREATE TABLE t (a)", "change the schema"},
      {"CREATE TEMP TABLE t (a)", "change the schema"},
      {"CREATE TEMP VIEW v AS SELECT 1", "change the schema"},
      {"DROP TABLE orders", "change the schema"},
      {"ALTER TABLE orders ADD COLUMN x", "change the schema"},
      {"REINDEX", "change the schema"},
      {"ANALYZE", "change the schema"},
      {"ATTACH '/tmp/x.db' AS x", "attach"},
      {"DETACH main", "attach"},
      {"VACUUM INTO '/tmp/x.db'", ""},
      {"UPDATE sqlite_master SET sql = ''", "may not be modified"},
      {"BEGIN", "transaction"},
      {"COMMIT", "transaction"},
      {"SAVEPOINT a", "transaction"},
      {"PRAGMA query_only = 0", "PRAGMA query_only"},
      {"PRAGMA journal_mode = DELETE", "PRAGMA journal_mode"},
      {"PRAGMA temp_store_directory = '/'", "PRAGMA temp_store_directory"},
      {"SELECT * FROM pragma_database_list", "PRAGMA database_list"},
      {"SELECT load_extension('x')", "load_extension"},
      {"SELECT json_group_array(number) FROM every_kind", "json_group_array"},
      {"SELECT json_group_object(number, 1) FROM every_kind", "json_group_object"}};
  for (const auto& [sql, why] : refused) {
    const std::string message = told(sql);
    EXPECT_NE(message, "it ran") << sql;
    EXPECT_NE(message.find(why), std::string::npos) << sql << ": " << message;
  }
  EXPECT_EQ(number_of(reader_, "SELECT count(*) FROM sqlite_schema"), 3);
  EXPECT_FALSE(std::filesystem::exists("/tmp/x.db"));
}

TEST_F(ReadQuery, IsOneStatement) {
  EXPECT_EQ(told("SELECT 1;\n SELECT 2"),
            "One statement at a time: a second begins at SELECT 2 (line 2, column 2).");
  EXPECT_EQ(told("SELECT 1; DROP TABLE orders").substr(0, 24), "One statement at a time:");
  for (const char* sql : {"", "  ", ";", "-- nothing", "/* nothing"})
    EXPECT_EQ(told(sql), "There is no SQL to run; begin with SELECT.") << sql;
  EXPECT_EQ(told(std::string_view("SELECT 1\0; DROP", 15)), "The SQL contains a zero byte.");
}

TEST_F(ReadQuery, SuggestsTheNameThatWasMeant) {
  EXPECT_EQ(told("SELECT custmer_id FROM orders"),
            "There is no column custmer_id; did you mean customer_id (of orders)?");
  EXPECT_EQ(told("SELECT o.staus FROM orders o"),
            "There is no column o.staus; did you mean status (of orders)?");
  EXPECT_EQ(told("SELECT order_ids FROM orders, open_orders"),
            "There is no column order_ids; did you mean order_id (of orders, open_orders)?");
  EXPECT_EQ(told("SELECT amount_minr"),
            "There is no column amount_minr; did you mean amount_minor (of every_kind)?");
  EXPECT_EQ(told("SELECT colour FROM orders"),
            "There is no column colour; orders has order_id, customer_id, status.");
  EXPECT_EQ(told("SELECT * FROM ordrs"), "There is no table ordrs; did you mean orders?");
  EXPECT_EQ(told("SELECT * FROM xyzzy"),
            "There is no table xyzzy; there are every_kind, orders, open_orders.");
  EXPECT_EQ(told("SELECT lenght(status) FROM orders"),
            "There is no function lenght; did you mean length()?");
  EXPECT_EQ(told("SELECT * FROM orders WHERE status = \"PLACED\""),
            "There is no column \"PLACED\"; a text stands in single quotes: 'PLACED'.");
}

TEST_F(ReadQuery, PointsAtTheWrongPlace) {
  EXPECT_EQ(told("SELECT *\nFORM orders"),
            "The SQL is wrong at FORM (line 2, column 1); did you mean FROM?");
  EXPECT_EQ(told("-- all\nSELCT 1"),
            "The SQL is wrong at SELCT (line 2, column 1); did you mean SELECT?");
  EXPECT_EQ(told("SELECT (1"), "The SQL ends in the middle of a statement.");
  EXPECT_EQ(told("SELECT 1 + ) 2"), "The SQL is wrong at ) (line 1, column 12).");
  EXPECT_EQ(told("SELECT abs(1, 2)"),
            "The SQL is wrong: wrong number of arguments to function abs() (line 1, column 8).");
  EXPECT_EQ(told("SELECT abs(-9223372036854775807 - 1)"), "The SQL is wrong: integer overflow.");
}

TEST_F(ReadQuery, TakesParametersByName) {
  const std::string_view sql = "SELECT count(*) FROM every_kind WHERE name = :name AND number < :n";
  const auto rows = run(sql, {{"n", std::int64_t{10}}, {"name", "tea"}});
  ASSERT_TRUE(rows.ok()) << rows.status().message();
  EXPECT_EQ(rows->rows[0][0], SqlValue(std::int64_t{9}));
  EXPECT_EQ(told(sql, {{"name", "tea"}}), "The parameter :n has no value.");
  EXPECT_EQ(told(sql, {{"n", std::int64_t{1}}, {"name", "tea"}, {"nam", "x"}}),
            "The query has no parameter :nam; did you mean :name?");
  EXPECT_EQ(told("SELECT ?", {}), "Parameters are given by name: write :name instead of ?.");
}

TEST_F(ReadQuery, CutsLongResults) {
  const auto ten = run("SELECT * FROM every_kind", {}, {.rows_max = 10});
  EXPECT_EQ(ten->rows.size(), 10u);
  EXPECT_TRUE(ten->truncated);
  EXPECT_FALSE(run("SELECT * FROM every_kind", {}, {.rows_max = 100})->truncated);
  const auto bytes = run("SELECT printf('%.1000c', 'x') FROM every_kind", {}, {.bytes_max = 5'500});
  EXPECT_EQ(bytes->rows.size(), 5u);
  EXPECT_TRUE(bytes->truncated);
}

TEST_F(ReadQuery, EndsInTime) {
  const ReadLimits limits{.time_max = std::chrono::milliseconds(200)};
  for (const char* sql :
       {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "SELECT count(*) FROM every_kind a, every_kind b, every_kind c, every_kind d, every_kind e",
        "SELECT a.number FROM every_kind a, every_kind b, every_kind c, every_kind d ORDER BY "
        "random()"})
    EXPECT_EQ(told(sql, {}, Code::timed_out, limits),
              "The query took longer than 0.2 s; narrow it, or see with EXPLAIN QUERY PLAN what it "
              "reads.");
}

TEST_F(ReadQuery, MakesNoHugeValues) {
  for (const char* sql : {"SELECT zeroblob(1e9)", "SELECT length(randomblob(1000000000))",
                          "SELECT replace(hex(zeroblob(100000)), '0', 'xx')",
                          "SELECT length(group_concat(printf('%.50000c', 'x'))) FROM every_kind",
                          "SELECT group_concat(printf('%.50000c', 'x')) FROM every_kind"})
    EXPECT_EQ(told(sql), "The query makes a value of more than 250000 bytes.") << sql;
}

TEST_F(ReadQuery, PadsWithNothingThatIsHuge) {
  const auto rows = run("SELECT coalesce(length(printf('%1000000000d', 1)), 0)");
  EXPECT_TRUE(!rows.ok() || rows->rows[0][0] == SqlValue(std::int64_t{0}));
}

// As many values at a time as a row can keep alive: the deepest that SQLite's parser takes.
TEST_F(ReadQuery, DoesNotTakeTheMemory) {
  std::string sql = "SELECT ";
  for (int i = 0; i < 14; ++i) {
    sql += "max(";
    for (int j = 0; j < 60; ++j) sql += "randomblob(250000), ";
  }
  sql += "'1'" + std::string(14, ')') + " FROM orders";
  sqlite3_memory_highwater(1);
  const auto rows = run(sql);
  EXPECT_TRUE(rows.ok()) << rows.status().message();
  EXPECT_GT(sqlite3_memory_highwater(0), 100 << 20) << "it did try";
  EXPECT_LT(sqlite3_memory_highwater(1), 500 << 20);
}

TEST_F(ReadQuery, MayNotBeDeepOrWideOrLong) {
  std::string deep = "SELECT ";
  for (int i = 0; i < 10'000; ++i) deep += '(';
  EXPECT_NE(told(deep), "it ran");
  std::string wide = "SELECT 1";
  for (int i = 0; i < 1'000; ++i) wide += ", 1";
  EXPECT_NE(told(wide), "it ran");
  EXPECT_EQ(told("SELECT '" + std::string(200'000, 'x') + "'"),
            "The SQL is longer than 65536 bytes.");
}

// Ten thousand rows of 100 kB each do not fit into what a sort may write to files.
TEST_F(ReadQuery, DoesNotFillTheDisk) {
  const ReadLimits limits{.rows_max = 1, .time_max = std::chrono::minutes(5)};
  const std::string value = "(a.number * 1000 + b.number) || hex(zeroblob(50000))";
  const std::string from = " AS x FROM every_kind a, every_kind b ";
  for (const std::string& sql : {"SELECT " + value + from + "ORDER BY x",
                                 "SELECT DISTINCT " + value + from + "LIMIT -1 OFFSET 9999"})
    EXPECT_EQ(told(sql, {}, Code::invalid, limits),
              "The query sorts or collects more than 256 MiB; ask for less at a time.");
  EXPECT_TRUE(run("SELECT " + value + from + "WHERE a.number < 11 ORDER BY x").ok())
      << "and the next query has all of that again";
}

TEST_F(ReadQuery, LeavesTheConnectionAsItWas) {
  (void)run("SELECT custmer_id FROM orders");
  (void)run("SELECT zeroblob(1e9)");
  EXPECT_EQ(number_of(reader_, "SELECT length(zeroblob(2000000))"), 2'000'000);
}

}  // namespace
}  // namespace souk::store::sql
