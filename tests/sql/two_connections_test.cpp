// One writes, others read; and the one that writes dies.
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sql/support.hpp"

namespace souk::store::sql {
namespace {

constexpr std::string_view kCount = "SELECT count(*) FROM every_kind";

TEST(TwoConnections, AReaderKeepsItsSnapshot) {
  Directory directory;
  Database writer = make_database(directory.file("a.db"));
  RowStore<EveryRow> rows(writer);
  expect_ok(rows.insert(row_of("tea", 1)));
  Database reader = must_open(directory.file("a.db"), Mode::read_only);
  expect_ok(reader.execute("BEGIN"));
  EXPECT_EQ(number_of(reader, kCount), 1);
  expect_ok(writer.execute("BEGIN IMMEDIATE"));
  expect_ok(rows.insert(row_of("tea", 2)));
  EXPECT_EQ(number_of(reader, kCount), 1) << "not committed";
  expect_ok(writer.execute("COMMIT"));
  EXPECT_EQ(number_of(reader, kCount), 1) << "committed after the reader began";
  expect_ok(reader.execute("COMMIT"));
  EXPECT_EQ(number_of(reader, kCount), 2);
}

TEST(TwoConnections, ACheckpointLeavesAReaderItsSnapshot) {
  Directory directory;
  Database writer = make_database(directory.file("a.db"));
  RowStore<EveryRow> rows(writer);
  Database reader = must_open(directory.file("a.db"), Mode::read_only);
  expect_ok(reader.execute("BEGIN"));
  EXPECT_EQ(number_of(reader, kCount), 0);
  for (int i = 0; i < 1'000; ++i) expect_ok(rows.insert(row_of("tea", i, std::string(200, 'x'))));
  expect_ok(writer.execute("PRAGMA wal_checkpoint(PASSIVE)"));
  EXPECT_EQ(number_of(reader, kCount), 0);
}

TEST(TwoConnections, AFinishedBulkLoadIsThereForOthers) {
  Directory directory;
  const std::string path = directory.file("a.db");
  Database writer = must_open(path, Mode::create);
  expect_ok(tune_bulk_load(writer));
  expect_ok(writer.execute(create_table_sql<EveryRow>()));
  RowStore<EveryRow> rows(writer);
  expect_ok(rows.insert(row_of("tea", 1)));
  EXPECT_FALSE(Database::open(path, Mode::read_only).ok()) << "half of it, or worse";
  expect_ok(finish_bulk_load(writer));
  expect_ok(tune_writer(writer));
  Database reader = must_open(path, Mode::read_only);
  EXPECT_EQ(number_of(reader, kCount), 1);
  expect_ok(rows.insert(row_of("tea", 2)));
  EXPECT_EQ(number_of(reader, kCount), 2);
  EXPECT_EQ(number_of(reader,
                      "SELECT count(*) FROM pragma_integrity_check WHERE "
                      "integrity_check = 'ok'"),
            1);
}

// Writes batches of ten until it is killed, and says so after each commit.
[[noreturn]] void write_until_killed(const std::string& path, int said) {
  Database database = must_open(path, Mode::read_write);
  if (!tune_writer(database).ok()) ::_exit(1);
  RowStore<EveryRow> rows(database);
  std::int64_t next = number_of(database, kCount);
  for (;;) {
    bool ok = database.execute("BEGIN IMMEDIATE").ok();
    for (int i = 0; i < 10; ++i) ok = ok && rows.insert(row_of("tea", next++)).ok();
    ok = ok && database.execute("COMMIT").ok();
    if (!ok || ::write(said, &next, sizeof next) != sizeof next) ::_exit(1);
  }
}

TEST(TwoConnections, AKilledWriterLeavesWholeTransactions) {
  Directory directory;
  const std::string path = directory.file("a.db");
  make_database(path);
  for (int round = 0; round < 10; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(path, pipe[1]);
    ::close(pipe[1]);
    std::int64_t said = 0;
    for (int i = 0; i < 20 + round; ++i) ASSERT_EQ(::read(pipe[0], &said, sizeof said), 8);
    ::usleep(static_cast<unsigned>(300 * round));  // somewhere within a transaction
    ::kill(child, SIGKILL);
    int state = 0;
    ::waitpid(child, &state, 0);
    ASSERT_TRUE(WIFSIGNALED(state));
    while (::read(pipe[0], &said, sizeof said) == 8) {
    }
    ::close(pipe[0]);
    Database database = must_open(path, Mode::read_only);
    const std::int64_t count = number_of(database, kCount);
    EXPECT_EQ(count % 10, 0) << "half a transaction";
    EXPECT_GE(count, said) << "what had been committed is gone";
    EXPECT_LE(count, said + 10);
    EXPECT_EQ(number_of(database, "SELECT max(number) + 1 FROM every_kind"), count);
  }
}

}  // namespace
}  // namespace souk::store::sql
