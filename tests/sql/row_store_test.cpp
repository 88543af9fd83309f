// Rows by key, and the text of their table.
#include <rapidcheck.h>

#include "events/rfc3339.hpp"
#include "tests/sql/support.hpp"

namespace souk::store::sql {
namespace {

class Rows : public testing::Test {
 protected:
  Directory directory_;
  Database database_ = make_database(directory_.file("a.db"));
  RowStore<EveryRow> rows_{database_};
};

EveryRow any_row() {
  EveryRow row;
  row.name = *rc::gen::arbitrary<std::string>();
  row.number = *rc::gen::arbitrary<std::int64_t>();
  row.text = *rc::gen::arbitrary<std::string>();
  row.amount_minor = *rc::gen::arbitrary<std::int64_t>();
  row.open = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) row.total_minor = *rc::gen::arbitrary<std::int64_t>();
  row.at.micros = *rc::gen::inRange<std::int64_t>(0, kIsoTimeMax.micros + 1);
  return row;
}

TEST_F(Rows, ComeBackAsTheyWere) {
  EXPECT_TRUE(rc::check([&] {
    (void)database_.execute("DELETE FROM every_kind");
    const EveryRow first = any_row();
    EveryRow second = any_row();
    second.name = first.name;
    second.number = first.number;
    EveryRow read = any_row();  // nothing of what was in there may stay
    RC_ASSERT(rows_.insert(first).ok());
    RC_ASSERT(*rows_.load(key_of(first), read));
    RC_ASSERT(read == first);
    RC_ASSERT(rows_.update(second).ok());
    RC_ASSERT(*rows_.load(key_of(first), read));
    RC_ASSERT(read == second);
    RC_ASSERT(rows_.erase(key_of(first)).ok());
    RC_ASSERT(!*rows_.load(key_of(first), read));
  }));
}

TEST_F(Rows, AreInsertedOnce) {
  expect_ok(rows_.insert(row_of("tea", 1, "first")));
  const Status again = rows_.insert(row_of("tea", 1, "second"));
  EXPECT_EQ(again.code(), Code::invalid);
  EXPECT_NE(again.message().find("every_kind tea 1"), std::string::npos) << again.message();
  expect_ok(rows_.insert(row_of("tea", 2)));
}

TEST_F(Rows, ThatAreNotThereCannotBeChanged) {
  expect_ok(rows_.insert(row_of("tea", 1)));
  EXPECT_EQ(rows_.update(row_of("tea", 2)).code(), Code::not_found);
  EXPECT_EQ(rows_.erase(key_of(row_of("rye", 1))).code(), Code::not_found);
  EXPECT_EQ(number_of(database_, "SELECT count(*) FROM every_kind"), 1);
}

TEST_F(Rows, StandInTheTableAsPeopleReadThem) {
  EveryRow row = row_of("tea", 1);
  row.at = {1'764'000'000'000'001};
  row.open = true;
  expect_ok(rows_.insert(row));
  EXPECT_EQ(number_of(database_,
                      "SELECT count(*) FROM every_kind WHERE text IS NULL AND total_minor IS NULL "
                      "AND open = 1 AND at = '2025-11-24T16:00:00.000001Z'"),
            1);
}

TEST_F(Rows, WithAnEmptyKeyHaveAnEmptyTextForIt) {
  expect_ok(rows_.insert(row_of("", 1)));
  EXPECT_EQ(number_of(database_, "SELECT count(*) FROM every_kind WHERE name = ''"), 1);
  EveryRow read;
  EXPECT_TRUE(*rows_.load({"", 1}, read));
}

// Another program wrote them: STRICT keeps out other types, not other texts.
TEST_F(Rows, ThatSoukNeverWroteAreCalledDamaged) {
  for (const char* wrong : {"at = 'yesterday'", "at = '2025-11-24T16:00:00Z'", "open = 2",
                            "open = NULL", "amount_minor = NULL"}) {
    expect_ok(database_.execute("DELETE FROM every_kind"));
    expect_ok(rows_.insert(row_of("tea", 1)));
    expect_ok(database_.execute(std::string("UPDATE every_kind SET ") + wrong));
    EveryRow read;
    const auto loaded = rows_.load({"tea", 1}, read);
    ASSERT_FALSE(loaded.ok()) << wrong;
    EXPECT_EQ(loaded.status().code(), Code::corruption);
    const std::string column(wrong, std::string_view(wrong).find(' '));
    EXPECT_NE(loaded.status().message().find(column), std::string::npos);
  }
}

constexpr const char* kEveryTable = R"(CREATE TABLE every_kind (
  -- One row for each kind of value that there is. This sentence is here to be too long for one
  -- line, so that the comment must be wrapped.

  name          TEXT    NOT NULL,  -- whose it is
  number        INTEGER NOT NULL,  -- 1, 2, 3 ... of that name
  text          TEXT,              -- NULL if nothing was said
  amount_minor  INTEGER,           -- in minor units (pence)
  open          INTEGER,           -- 1 if it is
  total_minor   INTEGER,           -- a comment that goes on for so long that it will not fit
                                   -- beside its column in one line, and goes on below
  at            TEXT,

  PRIMARY KEY (name, number)
) STRICT, WITHOUT ROWID)";

TEST(TableText, ReadsLikeDocumentation) { EXPECT_EQ(create_table_sql<EveryRow>(), kEveryTable); }

TEST(TableText, IsKeptBySqlite) {
  Directory directory;
  Database database = make_database(directory.file("a.db"));
  auto statement = database.prepare("SELECT sql FROM sqlite_schema WHERE name = 'every_kind'");
  ASSERT_TRUE(statement.ok() && *statement->step());
  EXPECT_EQ(statement->text(0), kEveryTable);
}

TEST(IsoTime, IsReadStrictly) {
  EXPECT_EQ(parse_iso("2025-11-24T16:00:00.000001Z"), Time{1'764'000'000'000'001});
  for (const char* wrong :
       {"", "2025-11-24T16:00:00Z", "2025-11-24 16:00:00.000001Z", "2025-11-24T16:00:00.000001z",
        "2025-02-30T16:00:00.000001Z", "2025-11-24T24:00:00.000001Z", "2025-11-24T16:00:00.00001Z ",
        "2025-11-24T16:00:00.0000001", "2025-11-24T16:00:00.00000xZ"})
    EXPECT_FALSE(parse_iso(wrong)) << wrong;
}

TEST(IsoTime, KeepsToItsYears) {
  const auto text = [](std::int64_t micros) {
    std::string text;
    append_iso(text, {micros});
    return text;
  };
  EXPECT_EQ(text(-1), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(text(kIsoTimeMax.micros), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(text(std::numeric_limits<std::int64_t>::max()), "9999-12-31T23:59:59.999999Z");
}

TEST(IsoTime, SortsAsTimesDo) {
  EXPECT_TRUE(rc::check([] {
    const auto any = rc::gen::map(rc::gen::inRange<std::int64_t>(0, kIsoTimeMax.micros + 1),
                                  [](std::int64_t micros) { return Time{micros}; });
    const Time a = *any;
    const Time b = *any;
    std::string first, second;
    append_iso(first, a);
    append_iso(second, b);
    RC_ASSERT((first <=> second) == (a <=> b));
    RC_ASSERT(parse_iso(first) == a);
    RC_ASSERT(parse_rfc3339(to_rfc3339(a)) == a);
  }));
}

}  // namespace
}  // namespace souk::store::sql
