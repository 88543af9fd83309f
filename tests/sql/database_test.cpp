// Opening files, and what a failure says.
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sql/support.hpp"

namespace souk::store::sql {
namespace {

TEST(Open, SaysThatThereIsNoFile) {
  Directory directory;
  for (const Mode mode : {Mode::read_only, Mode::read_write}) {
    const auto opened = Database::open(directory.file("none.db"), mode);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.status().code(), Code::not_found);
    EXPECT_NE(opened.status().message().find("none.db"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Open, CreatesNoFileTwice) {
  Directory directory;
  make_database(directory.file("a.db"));
  const auto again = Database::open(directory.file("a.db"), Mode::create);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.status().code(), Code::invalid);
}

TEST(Open, RefusesAFileThatIsNoDatabase) {
  Directory directory;
  std::ofstream(directory.file("a.db")) << std::string(8'192, 'x');
  for (const Mode mode : {Mode::read_only, Mode::read_write}) {
    const auto opened = Database::open(directory.file("a.db"), mode);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.status().code(), Code::corruption) << opened.status().message();
  }
}

TEST(Open, TakesAnyNameForAName) {
  Directory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  for (const char* name : {":memory:", "file:a.db?mode=memory", "a b%20c.db"}) {
    make_database(name);
    EXPECT_TRUE(std::filesystem::exists(directory.path() / name)) << name;
  }
  std::filesystem::current_path(before);
}

TEST(Open, ReadOnlyCannotWrite) {
  Directory directory;
  make_database(directory.file("a.db"));
  Database reader = must_open(directory.file("a.db"), Mode::read_only);
  EXPECT_FALSE(reader.execute("DELETE FROM every_kind").ok());
  EXPECT_FALSE(reader.execute("CREATE TEMP TABLE t (a)").ok());
}

TEST(Open, NamesThatLookLikeTextsAreFoundOut) {
  Directory directory;
  make_database(directory.file("a.db"));
  Database reader = must_open(directory.file("a.db"), Mode::read_only);
  EXPECT_FALSE(reader.execute("SELECT * FROM every_kind WHERE name = \"tea\"").ok());
}

// Without rights on the directory SQLite cannot make the file that readers share.
TEST(Open, FromADirectoryThatCannotBeWritten) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  Directory directory;
  const std::string path = directory.file("a.db");
  ::chmod(directory.path().c_str(), 0755);
  const auto codes_as_nobody = [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setuid(65'534) != 0) ::_exit(100);
      auto opened = Database::open(path, Mode::read_only);
      ::_exit(opened.ok() ? 0 : static_cast<int>(opened.status().code()));
    }
    int state = 0;
    ::waitpid(child, &state, 0);
    return WEXITSTATUS(state);
  };
  {
    Database writer = make_database(path);
    EXPECT_EQ(codes_as_nobody(), 0) << "somebody has it open, and has made that file";
  }
  EXPECT_EQ(codes_as_nobody(), static_cast<int>(Code::io_error));
}

TEST(Statements, OutliveAMoveOfTheirDatabase) {
  Directory directory;
  Database first = make_database(directory.file("a.db"));
  auto statement = first.prepare("SELECT count(*) FROM every_kind");
  ASSERT_TRUE(statement.ok());
  const Database second = std::move(first);
  const auto row = statement->step();
  ASSERT_TRUE(row.ok());
  EXPECT_TRUE(*row);
}

TEST(Statements, BindAndGiveEveryKindOfValue) {
  Directory directory;
  Database database = make_database(directory.file("a.db"));
  auto statement = database.prepare("SELECT ?1, typeof(?1)");
  ASSERT_TRUE(statement.ok());
  const std::vector<std::pair<SqlValue, std::string>> values = {{std::monostate(), "null"},
                                                                {std::int64_t{-7}, "integer"},
                                                                {2.5, "real"},
                                                                {std::string("tea\0x", 5), "text"},
                                                                {std::string(), "text"}};
  for (const auto& [value, type] : values) {
    statement->bind(1, value);
    ASSERT_TRUE(*statement->step());
    EXPECT_EQ(statement->value(0), value);
    EXPECT_EQ(statement->text(1), type);
    statement->reset();
  }
}

TEST(Statements, AnInterruptEndsThem) {
  Directory directory;
  Database database = make_database(directory.file("a.db"));
  const std::atomic<bool> stop = true;
  database.interrupt_when(stop);
  const Status status = database.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
  EXPECT_EQ(status.code(), Code::timed_out);
}

}  // namespace
}  // namespace souk::store::sql
