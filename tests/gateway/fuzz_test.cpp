// Random bytes and random mutations of valid requests: never a crash, never a hang, and what is
// answered is well-formed. The seed is printed; SOUK_SEED takes it back.
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "node/gateway/cursor.hpp"
#include "node/gateway/problem.hpp"
#include "node/gateway/requests.hpp"
#include "node/gateway/sql_request.hpp"
#include "tests/gateway/http_fixture.hpp"

namespace souk::testing {
namespace {

using namespace std::chrono_literals;

std::uint32_t seed() {
  if (const char* given = std::getenv("SOUK_SEED"))
    return static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10));
  return std::random_device{}();
}

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  char byte() { return static_cast<char>(below(256)); }

  std::string garbage(std::size_t size_max) {
    std::string bytes(below(size_max) + 1, 0);
    for (char& c : bytes) c = byte();
    return bytes;
  }

  std::string mutate(std::string text) {
    for (std::size_t n = below(4) + 1; n > 0 && !text.empty(); --n) {
      const std::size_t at = below(text.size());
      switch (below(6)) {
        case 0: text[at] = byte(); break;
        case 1: text.erase(at, below(8) + 1); break;
        case 2: text.insert(at, 1, byte()); break;
        case 3: text.insert(at, text.substr(below(text.size()), below(20))); break;
        case 4: text[at] = "{}[]\",:0123456789-.eE\\ \r\n"[below(25)]; break;
        default: text.resize(at); break;
      }
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

constexpr Time kNow{1'767'268'800'000'000};  // 2026-01-01T12:00:00Z
const std::string kOrder =
    R"({"order_id":"o-1","customer_id":17850,"coupon_id":null,"lines":[{"sku":"t\u00e9","quantity":2},)"
    R"({"sku":"85123A","quantity":1,"unit_price_minor":90}],)"
    R"("ordered_at":"2010-12-01T08:26:00.5+01:00"})";
const std::string kCoupon =
    R"({"coupon_id":"k","owner":"ann","currency":"GBP","discount":{"percent":12.5,"cap_minor":300},)"
    R"("minimum_total_minor":100,"valid_until":"2999-01-01T00:00:00Z"})";
const std::string kSql =
    R"({"sql":"SELECT :a\n, :b","parameters":{"a":"t\u00e9","b":-1.5e3,"c":null,"d":true,"e":17},)"
    R"("rows_max":10,"at_least":"order/3@88,wallet/7@120","wait_ms":5})";

TEST(Fuzz, BodiesAreReadOrRefused) {
  const std::uint32_t with = seed();
  SCOPED_TRACE("SOUK_SEED=" + std::to_string(with));
  Mutator mutator(with);
  int taken = 0;
  int refused = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string body = mutator.mutate(i % 3 == 0 ? kOrder : i % 3 == 1 ? kCoupon : kSql);
    try {
      if (i % 3 == 0)
        gateway::read_order(body, kNow);
      else if (i % 3 == 1)
        gateway::read_grant(body);
      else
        gateway::read_sql_request(body);
      ++taken;
    } catch (const gateway::Problem& problem) {
      ++refused;
      ASSERT_TRUE(problem.status == 400 || problem.status == 422);
      ASSERT_FALSE(problem.code.empty());
      ASSERT_FALSE(problem.detail.empty());
    }
  }
  EXPECT_GT(taken, 0);
  EXPECT_GT(refused, 0);
}

// What the reader takes, an independent parser takes as well.
TEST(Fuzz, WhatIsTakenIsJson) {
  const std::uint32_t with = seed();
  SCOPED_TRACE("SOUK_SEED=" + std::to_string(with));
  Mutator mutator(with);
  for (int i = 0; i < 30'000; ++i) {
    const std::string body = mutator.mutate(i % 2 == 0 ? kOrder : kSql);
    try {
      if (i % 2 == 0)
        gateway::read_order(body, kNow);
      else
        gateway::read_sql_request(body);
    } catch (const gateway::Problem&) {
      continue;
    }
    ASSERT_TRUE(nlohmann::json::accept(body)) << body;
  }
}

// A cursor that is taken is one that write_cursor makes: nothing else gets into a query.
TEST(Fuzz, CursorsAreTheOnesGivenOut) {
  const std::uint32_t with = seed();
  SCOPED_TRACE("SOUK_SEED=" + std::to_string(with));
  Mutator mutator(with);
  const gateway::KeyColumn key[] = {{"at"}, {"number", true}};
  const SqlValue values[] = {std::string("2026-03-01T08:30:00.000000Z"), std::int64_t{-17}};
  const std::string given = gateway::write_cursor("list", values);
  EXPECT_EQ(gateway::read_cursor(given, "list", key), std::vector(values, values + 2));
  for (int i = 0; i < 30'000; ++i) {
    const std::string cursor = i % 4 == 0 ? mutator.garbage(60) : mutator.mutate(given);
    try {
      ASSERT_EQ(gateway::write_cursor("list", gateway::read_cursor(cursor, "list", key)), cursor);
    } catch (const gateway::Problem& problem) {
      ASSERT_EQ(problem.code, "invalid_cursor");
    }
  }
}

class FuzzHttp : public HttpTest {};

TEST_F(FuzzHttp, NeitherGarbageNorMutationsHurtTheServer) {
  start({.idle_max = 5s});
  const std::uint32_t with = seed();
  SCOPED_TRACE("SOUK_SEED=" + std::to_string(with));
  Mutator mutator(with);
  const std::string valid =
      "POST /v1/orders?wait_ms=100 HTTP/1.1\r\nHost: x\r\nX-Request-Id: r\r\n"
      "Content-Type: application/json\r\nContent-Length: " +
      std::to_string(kOrder.size()) + "\r\n\r\n" + kOrder;
  for (int i = 0; i < 1500; ++i) {
    RawConnection connection(server_->port());
    connection.send(i % 4 == 0 ? mutator.garbage(600) : mutator.mutate(valid));
    connection.finish_sending();
    bool closed = false;
    const std::string answer = connection.receive_all(closed, 20s);
    ASSERT_TRUE(closed) << "the server neither answered nor closed";
    ASSERT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 ")) << answer;
  }
  EXPECT_EQ(get("/healthz").status, 200);
}

}  // namespace
}  // namespace souk::testing
