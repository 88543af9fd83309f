#include "tests/read_models/story.hpp"

namespace souk::test {

using namespace souk::read_models;
namespace {

using Lines = Table<OrderLineRow>;

OrderLineRow row(const std::string& order, std::int64_t number, std::int64_t quantity = 1) {
  return {order, number, "sku", quantity, {}, {}};
}

// A table over a map, committed by hand.
struct Fixture {
  MemorySource<OrderLineRow> source;
  Lines table{source};
  std::vector<std::string> written;  // of the last commit

  void commit() {
    written.clear();
    table.for_each_change([&](Change change, const OrderLineRow& row) {
      static constexpr const char* kWords[] = {"none", "insert", "update", "erase"};
      written.push_back(std::string(kWords[static_cast<int>(change)]) + ' ' + row.order_id + '/' +
                        std::to_string(row.line_number));
      source.write(change, row);
    });
    table.committed();
  }
};
using Written = std::vector<std::string>;

TEST(TableOfRows, WritesChangesInTheOrderOfTheirKeysEachOnce) {
  Fixture f;
  f.table.insert(row("b", 2));
  f.table.insert(row("b", 1));
  f.table.append(row("a", 9));
  f.table.find({"b", 2})->quantity = 7;
  f.table.find({"b", 2})->quantity = 8;
  f.commit();
  EXPECT_EQ(f.written, (Written{"insert a/9", "insert b/1", "insert b/2"}));
  EXPECT_EQ(f.source.rows.at({"b", 2}).quantity, 8);
  f.commit();
  EXPECT_TRUE(f.written.empty());
}

TEST(TableOfRows, KnowsWhatTheDatabaseHas) {
  Fixture f;
  f.source.rows[{"a", 1}] = row("a", 1);
  f.source.rows[{"a", 2}] = row("a", 2);
  f.table.find({"a", 1})->quantity = 5;
  f.table.erase({"a", 2});
  EXPECT_EQ(f.table.look({"a", 2}), nullptr);
  f.table.insert(row("a", 3));
  f.table.erase({"a", 3});
  f.commit();
  EXPECT_EQ(f.written, (Written{"update a/1", "erase a/2"}));
  f.table.insert(row("a", 2));
  f.commit();
  EXPECT_EQ(f.written, (Written{"insert a/2"}));
}

TEST(TableOfRows, AnErasedRowThatComesAgainIsAnUpdate) {
  Fixture f;
  f.source.rows[{"a", 1}] = row("a", 1);
  f.table.erase({"a", 1});
  EXPECT_EQ(f.table.find({"a", 1}), nullptr);
  f.table.find_or_insert({"a", 1}, [] { return row("a", 1, 4); });
  f.commit();
  EXPECT_EQ(f.written, (Written{"update a/1"}));
  EXPECT_EQ(f.source.rows.at({"a", 1}).quantity, 4);
}

TEST(TableOfRows, LookingWritesNothing) {
  Fixture f;
  f.source.rows[{"a", 1}] = row("a", 1);
  EXPECT_NE(f.table.look({"a", 1}), nullptr);
  EXPECT_EQ(f.table.look({"a", 2}), nullptr);
  f.commit();
  EXPECT_TRUE(f.written.empty());
}

TEST(TableOfRows, AsksTheDatabaseOnceForARowAndNeverForANewOne) {
  Fixture f;
  f.source.rows[{"a", 1}] = row("a", 1);
  f.table.find({"a", 1});
  f.table.find({"a", 1});
  EXPECT_EQ(f.source.loads, 1u);
  f.table.insert(row("b", 1));
  f.table.find({"b", 1});
  f.table.append(row("b", 2));
  f.table.find_or_insert(
      {"b", 3}, [] { return row("b", 3); }, Stored::no);
  EXPECT_EQ(f.table.find({"b", 4}, Stored::no), nullptr);
  EXPECT_EQ(f.source.loads, 1u);
}

TEST(TableOfRows, InsertingWhatIsThereIsTheRecordsFault) {
  Fixture f;
  f.table.insert(row("a", 1));
  try {
    f.table.insert(row("a", 1));
    FAIL() << "taken twice";
  } catch (const Unprojectable& error) {
    EXPECT_STREQ(error.what(), "order_lines a 1 exists already");
  }
}

TEST(TableOfRows, DiscardForgetsWhatWasNotCommitted) {
  Fixture f;
  f.table.insert(row("a", 1, 1));
  f.commit();
  f.table.find({"a", 1})->quantity = 2;
  f.table.append(row("b", 1));
  f.table.insert(row("c", 1));
  f.table.discard();
  EXPECT_EQ(f.table.changes(), 0u);
  EXPECT_EQ(f.table.rows_in_memory(), 0u);
  f.commit();
  EXPECT_TRUE(f.written.empty());
  EXPECT_EQ(f.table.look({"a", 1})->quantity, 1);
}

TEST(TableOfRows, ShrinksOnlyBeyondItsBound) {
  Fixture f;
  for (int i = 0; i < 100; ++i) f.table.insert(row("a", i));
  f.commit();
  f.table.shrink(100);
  EXPECT_EQ(f.table.rows_in_memory(), 100u);
  f.table.shrink(99);
  EXPECT_EQ(f.table.rows_in_memory(), 0u);
  EXPECT_NE(f.table.look({"a", 99}), nullptr) << "from the database now";
}

TEST(TableOfRows, RowsStayWhereTheyAreWhileOthersCome) {
  Fixture f;
  OrderLineRow& first = f.table.insert(row("a", 0));
  for (int i = 1; i < 10'000; ++i) f.table.insert(row("a", i));
  EXPECT_EQ(f.table.find({"a", 0}), &first);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(f.table.look({"a", i})->line_number, i);
}

}  // namespace
}  // namespace souk::test
