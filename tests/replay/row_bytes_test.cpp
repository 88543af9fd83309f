// Rows as bytes: their order is SQLite's, and they can be read again.
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "store/sql/database.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/replay/verify/row_values.hpp"

namespace souk::replay {
namespace {

using store::sql::Database;

// Few different values, so that many are equal or differ late.
rc::Gen<SqlValue> value() {
  const auto text = rc::gen::container<std::string>(
      rc::gen::element('\0', '\1', 'a', 'b', '\x7f', '\xc3', '\xff'));
  return rc::gen::oneOf(
      rc::gen::just(SqlValue()),
      rc::gen::map(rc::gen::element<std::int64_t>(0, 1, -1, 255, 256, -256,
                                                  std::numeric_limits<std::int64_t>::max(),
                                                  std::numeric_limits<std::int64_t>::min()),
                   [](std::int64_t number) { return SqlValue(number); }),
      rc::gen::map(text, [](std::string bytes) { return SqlValue(std::move(bytes)); }));
}

std::string bytes_of(sqlite3_stmt* row) {
  RowBytes bytes;
  put_column(bytes, row, 0);
  put_column(bytes, row, 1);
  return std::string(bytes.view());
}

TEST(RowBytes, AreInTheOrderOfSqlite) {
  const test::TempDir dir;
  auto opened = Database::open(dir / "rows.sqlite", store::sql::Mode::create);
  ASSERT_TRUE(opened.ok());
  Database& database = *opened;
  ASSERT_TRUE(database.execute("PRAGMA synchronous = 0; CREATE TABLE rows (a, b)").ok());
  const bool holds = rc::check("each is at least the one before", [&] {
    const auto rows = *rc::gen::container<std::vector<std::pair<SqlValue, SqlValue>>>(
        rc::gen::pair(value(), value()));
    RC_ASSERT(database.execute("DELETE FROM rows").ok());
    auto insert = database.prepare("INSERT INTO rows VALUES (?1, ?2)");
    for (const auto& [a, b] : rows) {
      insert->bind(1, a);
      insert->bind(2, b);
      RC_ASSERT(insert->run().ok());
    }
    auto sorted = database.prepare("SELECT a, b FROM rows ORDER BY a, b");
    std::string last;
    SqlValue last_a, last_b;
    while (*sorted->step()) {
      const std::string bytes = bytes_of(sorted->handle());
      RC_ASSERT(last <= bytes);
      const bool same = !last.empty() && last_a == sorted->value(0) && last_b == sorted->value(1);
      RC_ASSERT(same == (last == bytes));
      last = bytes, last_a = sorted->value(0), last_b = sorted->value(1);
    }
  });
  EXPECT_TRUE(holds);
}

TEST(RowBytes, AreShownAsValues) {
  RowBytes bytes;
  bytes.put_text("17850");
  bytes.put_null();
  bytes.put_integer(-255);
  bytes.put_text("");
  EXPECT_EQ(texts_of_row(bytes.view()), (std::vector<std::string>{"17850", "NULL", "-255", ""}));
  EXPECT_EQ(text_of_row(bytes.view()), "(17850, NULL, -255, )");
}

// A projection's row has the bytes of the row that is stored for it.
TEST(RowBytes, OfATimeAreThoseOfItsText) {
  const Time time{1'291'191'960'123'456};
  RowBytes mine, stored;
  put(mine, time, false);
  const IsoTime iso = to_iso(time);
  stored.put_text({iso.data(), iso.size()});
  EXPECT_EQ(mine.view(), stored.view());
  mine.clear();
  stored.clear();
  put(mine, Time{}, false);
  put(mine, std::string(), false);
  put(mine, std::optional<std::int64_t>(), false);
  stored.put_null();
  stored.put_null();
  stored.put_null();
  EXPECT_EQ(mine.view(), stored.view());
}

}  // namespace
}  // namespace souk::replay
