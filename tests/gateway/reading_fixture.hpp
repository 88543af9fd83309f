// A server with real read models behind it, and nothing else.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/gateway/http_fixture.hpp"
#include "tests/gateway/model_file.hpp"

namespace souk::testing {

// Answers reads from a database file, on the caller's thread. What it was asked last stays there to
// be looked at. The server's one thread uses it, and the test's between two requests.
class ReadingBackend final : public gateway::Backend {
 public:
  explicit ReadingBackend(const std::string& path);

  void read(gateway::ReadRequest request) override;
  void read_models_info(std::function<void(gateway::ReadModelsInfo)> done) override { done(info); }
  void rebuild_read_models(std::function<void(gateway::ReadAnswer)> done) override {
    ++rebuilds;
    done(forced.value_or(gateway::ReadAnswer{}));
  }
  void settle_parked(gateway::ParkedRequest request) override;

  void ask(gateway::Request<Order>) override {}
  void ask(gateway::Request<Stock>) override {}
  void ask(gateway::Request<Wallet>) override {}
  void ask(gateway::Request<Coupon>) override {}
  void ask(gateway::Request<Campaign>) override {}
  void ask(gateway::Request<Checkout>) override {}
  std::string not_ready() const override { return {}; }

  Positions position;                         // that the models have come to
  std::optional<gateway::ReadAnswer> forced;  // instead of an answer from the file
  gateway::ReadModelsInfo info;
  gateway::ReadRequest last_read;
  gateway::ParkedRequest last_parked;
  int rebuilds = 0;

  // The plan of the last query, a line a step.
  std::string last_plan();

 private:
  store::sql::Database database_;
};

class ReadingTest : public ::testing::Test {
 protected:
  ReadingTest();

  Response get(const std::string& target);
  Response post(const std::string& target, const std::string& body = "");

  // All pages of a listing, one after the other; `between` runs after each. Fails if a page is
  // empty or larger than asked for, or if there is no end.
  template <class Between>
  std::vector<nlohmann::json> all_pages(const std::string& path, const std::string& filters,
                                        std::size_t limit, const std::string& array,
                                        Between between);
  std::vector<nlohmann::json> all_pages(const std::string& path, const std::string& filters,
                                        std::size_t limit, const std::string& array) {
    return all_pages(path, filters, limit, array, [] {});
  }

  ModelFile file_;
  ReadingBackend backend_{file_.path()};
  std::unique_ptr<gateway::Server> server_;
  std::unique_ptr<httplib::Client> client_;
};

template <class Between>
std::vector<nlohmann::json> ReadingTest::all_pages(const std::string& path,
                                                   const std::string& filters, std::size_t limit,
                                                   const std::string& array, Between between) {
  std::vector<nlohmann::json> rows;
  std::string cursor;
  for (int page = 0; page < 2'000; ++page) {
    const Response response =
        get(path + "?limit=" + std::to_string(limit) + (filters.empty() ? "" : "&" + filters) +
            (cursor.empty() ? "" : "&cursor=" + cursor));
    EXPECT_EQ(response.status, 200) << response.body;
    if (response.status != 200) return rows;
    const nlohmann::json body = response.json();
    const std::size_t size = body[array].size();
    for (const auto& row : body[array]) rows.push_back(row);
    if (!body.contains("next")) return rows;
    EXPECT_EQ(size, limit);
    cursor = body["next"].get<std::string>();
    between();
  }
  ADD_FAILURE() << "no end of " << path << "?" << filters;
  return rows;
}

}  // namespace souk::testing
