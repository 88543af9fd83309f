// A whole node that keeps read models, and whoever asks them.
#pragma once

#include <future>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/models/support.hpp"
#include "tests/support/node_fixture.hpp"

namespace souk::test {

using gateway::ParkedAction;
using gateway::ReadAnswer;
using gateway::ReadModelsInfo;
using gateway::ReadOutcome;
using read_models::State;
using testing::NodeFixture;
using testing::NodeFixtureOptions;

inline constexpr std::chrono::seconds kPatience{60};  // then a test has failed

// Counts without end.
inline constexpr const char* kEndless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

template <class T>
T soon(std::future<T> future) {
  if (future.wait_for(kPatience) != std::future_status::ready)
    throw std::runtime_error("no answer in time");
  return future.get();
}

class ReadingNode {
 public:
  explicit ReadingNode(node::ReadModelsOptions options = {})
      : node(with_models(std::move(options))) {}

  std::string link() const { return directory.file("read-models.sqlite"); }

  std::future<ReadAnswer> read_later(std::string sql, Positions at_least = {},
                                     Duration wait = seconds(30)) {
    auto promise = std::make_shared<std::promise<ReadAnswer>>();
    gateway::ReadRequest request;
    request.sql = std::move(sql);
    request.foreign = at_least.empty();
    request.at_least = std::move(at_least);
    request.wait = wait;
    request.done = [promise](ReadAnswer answer) { promise->set_value(std::move(answer)); };
    node.node().read(std::move(request));
    return promise->get_future();
  }
  ReadAnswer read(std::string sql, Positions at_least = {}, Duration wait = seconds(30)) {
    return soon(read_later(std::move(sql), std::move(at_least), wait));
  }
  // The one value of a query that must be answered.
  std::string value(std::string sql, Positions at_least = {}) {
    const ReadAnswer answer = read(sql, std::move(at_least));
    EXPECT_EQ(answer.outcome, ReadOutcome::ok) << sql << ": " << answer.detail;
    if (answer.rows.rows.empty()) return "";
    const SqlValue& value = answer.rows.rows[0][0];
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return "NULL";
  }

  ReadModelsInfo info() {
    auto promise = std::make_shared<std::promise<ReadModelsInfo>>();
    node.node().read_models_info([promise](ReadModelsInfo info) { promise->set_value(info); });
    return soon(promise->get_future());
  }
  ReadAnswer rebuild() {
    auto promise = std::make_shared<std::promise<ReadAnswer>>();
    node.node().rebuild_read_models([promise](ReadAnswer answer) { promise->set_value(answer); });
    return soon(promise->get_future());
  }
  ReadAnswer settle(PartitionId partition, std::string stream, ParkedAction action,
                    std::string reason = "", std::uint64_t offset = 0) {
    auto promise = std::make_shared<std::promise<ReadAnswer>>();
    gateway::ParkedRequest request{partition, std::move(stream), action, std::move(reason), offset,
                                   {}};
    request.done = [promise](ReadAnswer answer) { promise->set_value(std::move(answer)); };
    node.node().settle_parked(std::move(request));
    return soon(promise->get_future());
  }

  template <class Condition>
  ReadModelsInfo wait_until(Condition&& holds) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
      const ReadModelsInfo now = info();
      if (holds(now)) return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ADD_FAILURE() << "it did not come to it in time: " << info().detail;
    return info();
  }
  // Live, nothing under way, and all of the log in them, but for what cannot be read.
  ReadModelsInfo wait_until_quiet() {
    return wait_until([](const ReadModelsInfo& info) {
      if (info.state != State::live || (info.rebuild && !info.rebuild->ended_at.is_set()))
        return false;
      for (const auto& lag : info.partitions)
        if (lag.position < lag.end && info.detail.empty()) return false;
      return true;
    });
  }
  // The outcome of a rebuild that is begun now.
  read_models::Rebuild rebuild_and_wait() {
    EXPECT_EQ(rebuild().outcome, ReadOutcome::ok);
    const auto ended = [](const ReadModelsInfo& info) { return info.rebuild->ended_at.is_set(); };
    return *wait_until(ended).rebuild;
  }

  // Stops the node, and expects its file to be what models make of the log that knew nothing else.
  // (Who skips records must not ask: they are in no log.)
  void stop_and_expect_what_the_log_says() {
    node.stop();
    const auto log = node.open_log();
    const std::string path = directory.file("from-the-log");
    std::filesystem::remove(path);
    follow(*create_models(path), *log);
    EXPECT_EQ(difference(dump(link()), dump(path)), "");
  }
  // How many files of generations there are.
  std::size_t generations() const {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(directory.file("read-models")))
      if (file.path().extension() == ".sqlite") ++count;
    return count;
  }

  Directory directory;
  NodeFixture node;

 private:
  NodeFixtureOptions with_models(node::ReadModelsOptions options) const {
    options.data = directory.path();
    NodeFixtureOptions fixture;
    fixture.node.read_models = std::move(options);
    return fixture;
  }
};

}  // namespace souk::test
