#include "actors/core/read_models/reader.hpp"

#include <gtest/gtest.h>

#include "tests/models/reading_node.hpp"

namespace souk::test {
namespace {

using core::ReadQuery;
using core::Serving;

class Reading : public ::testing::Test {
 protected:
  Reading() {
    for (const char* name : {"one", "two"}) {
      create_models(directory_.file(name));
      run_sql(directory_.file(name),
              std::string("INSERT INTO about VALUES ('name', '") + name + "')");
    }
    serve("one");
  }
  ~Reading() override {
    caf::scoped_actor self{system_};
    self->send_exit(reader_, caf::exit_reason::user_shutdown);
    self->wait_for(reader_);
  }

  void serve(const std::string& name) { serving_->set(directory_.file(name), ""); }

  std::future<store::Result<SqlRows>> ask(std::string sql, std::size_t rows_max = 0) {
    auto promise = std::make_shared<std::promise<store::Result<SqlRows>>>();
    ReadQuery query;
    query.sql = std::move(sql);
    query.rows_max = rows_max;
    query.done = [promise](store::Result<SqlRows> rows) { promise->set_value(std::move(rows)); };
    caf::anon_send(reader_, std::move(query));
    return promise->get_future();
  }
  // Which file it reads; or why it does not.
  std::string name() {
    const auto rows = soon(ask("SELECT value FROM about WHERE name = 'name'"));
    return rows.ok() ? std::get<std::string>(rows->rows[0][0]) : rows.status().message();
  }

  Directory directory_;
  std::shared_ptr<Serving> serving_ = std::make_shared<Serving>();
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  caf::actor reader_ = system_.spawn<core::Reader, caf::detached>(
      serving_, store::sql::ReadLimits{}, core::GivesWay::no);
};

TEST_F(Reading, FollowsTheFileThatIsServed) {
  EXPECT_EQ(name(), "one");
  serve("two");
  EXPECT_EQ(name(), "two");
  std::filesystem::remove(directory_.file("one"));
  EXPECT_EQ(name(), "two");
}

TEST_F(Reading, SaysWhyThereIsNothingToRead) {
  serving_->set("", "Come again tomorrow.");
  EXPECT_EQ(name(), "Come again tomorrow.");
  serve("two");
  EXPECT_EQ(name(), "two");
}

TEST_F(Reading, AFileThatIsGoneIsLookedForAgainWithTheNextQuery) {
  serve("three");
  const auto rows = soon(ask("SELECT 1"));
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.status().code(), store::Code::stopped);
  std::filesystem::copy_file(directory_.file("two"), directory_.file("three"));
  EXPECT_EQ(name(), "two");
}

TEST_F(Reading, GivesNoMoreRowsThanAskedFor) {
  const auto rows = soon(ask("VALUES (1), (2), (3)", 2));
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->rows.size(), 2u);
  EXPECT_TRUE(rows->truncated);
}

TEST_F(Reading, SeesWhatIsCommittedAfterItOpenedTheFile) {
  EXPECT_EQ(name(), "one");
  run_sql(directory_.file("one"), "UPDATE about SET value = 'changed' WHERE name = 'name'");
  EXPECT_EQ(name(), "changed");
}

}  // namespace
}  // namespace souk::test
