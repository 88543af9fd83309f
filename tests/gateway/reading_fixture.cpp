#include "tests/gateway/reading_fixture.hpp"

namespace souk::testing {

using gateway::ReadAnswer;
using gateway::ReadOutcome;

ReadingBackend::ReadingBackend(const std::string& path) {
  auto opened = store::sql::Database::open(path, store::sql::Mode::read_only);
  EXPECT_TRUE(opened.ok()) << opened.status().message();
  database_ = std::move(*opened);
}

void ReadingBackend::read(gateway::ReadRequest request) {
  last_read = request;
  if (forced) return request.done(*forced);
  if (!covers(position, request.at_least))
    return request.done({.outcome = ReadOutcome::behind, .position = position});
  auto rows = store::sql::run_read_query(database_, request.sql, request.parameters,
                                         {.rows_max = request.rows_max});
  if (rows.ok()) return request.done({.rows = std::move(*rows), .position = position});
  request.done({.outcome = rows.status().code() == store::Code::invalid ? ReadOutcome::invalid
                                                                        : ReadOutcome::unavailable,
                .detail = rows.status().message()});
}

void ReadingBackend::settle_parked(gateway::ParkedRequest request) {
  last_parked = request;
  request.done(forced.value_or(ReadAnswer{}));
}

std::string ReadingBackend::last_plan() {
  const auto rows = store::sql::run_read_query(database_, "EXPLAIN QUERY PLAN " + last_read.sql,
                                               last_read.parameters);
  EXPECT_TRUE(rows.ok()) << rows.status().message() << "\n" << last_read.sql;
  std::string plan;
  if (!rows.ok()) return plan;
  for (const auto& row : rows->rows) plan += std::get<std::string>(row.back()) + "\n";
  return plan;
}

ReadingTest::ReadingTest() {
  server_ = std::make_unique<gateway::Server>(gateway::ServerOptions{}, backend_);
  EXPECT_EQ(server_->start(), "");
  client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
  client_->set_keep_alive(true);
  client_->set_read_timeout(20);
  client_->set_tcp_nodelay(true);
}

namespace {

Response response_of(const httplib::Result& result) {
  if (!result) return {};
  return {result->status, result->body, result->headers};
}

}  // namespace

Response ReadingTest::get(const std::string& target) {
  return response_of(client_->Get(target.c_str()));
}

Response ReadingTest::post(const std::string& target, const std::string& body) {
  return response_of(client_->Post(target.c_str(), body, "application/json"));
}

}  // namespace souk::testing
