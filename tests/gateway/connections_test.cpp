// Connections: kept alive, pipelined, slow, many, overloaded, drained, stopped.
#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/gateway/http_fixture.hpp"

namespace souk::testing {
namespace {

using namespace std::chrono_literals;

std::string request(const std::string& method, const std::string& path,
                    const std::string& body = "", const std::string& headers = "") {
  std::string text = method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + headers;
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

int count(const std::string& text, std::string_view what) {
  int n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + what.size()))
    ++n;
  return n;
}

std::string charge_body(int id) {
  return R"({"charge_id":)" + std::to_string(id) + R"(,"amount_minor":1,"currency":"GBP"})";
}

class Connections : public HttpTest {
 protected:
  // A request is counted until its answer is with the kernel, a moment longer than the client
  // waits.
  bool in_flight_becomes(std::int64_t wanted) {
    for (int i = 0; i < 10'000; ++i) {
      if (server_->in_flight() == wanted) return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }
};

TEST_F(Connections, PipelinedRequestsAreAnsweredInOrder) {
  RawConnection connection(server_->port());
  std::string all;
  // Each needs the one before: they are carried out one after the other. In between come ones that
  // the gateway answers by itself.
  for (int i = 1; i <= 100; ++i) {
    all += request("POST", "/v1/wallets/ann/charges", charge_body(i));
    all += request("GET", "/v1/nothing");
    all += request("GET", "/v1/wallets/ann");
  }
  ASSERT_TRUE(connection.send(all));
  const std::string answers = connection.receive_until("HTTP/1.1 200", 100);
  ASSERT_EQ(count(answers, "HTTP/1.1 201"), 100);
  ASSERT_EQ(count(answers, "HTTP/1.1 404"), 100);
  std::size_t at = 0;
  for (int i = 1; i <= 99; ++i) {
    const std::string balance = "\"balance_minor\":" + std::to_string(i) + ",";
    at = answers.find("HTTP/1.1 404", at);
    at = answers.find(balance, at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(Connections, PipelinedBadRequestsDoNotBreakTheConnection) {
  RawConnection connection(server_->port());
  std::string all;
  for (int i = 0; i < 500; ++i) all += request("GET", "/nothing/" + std::to_string(i));
  ASSERT_TRUE(connection.send(all));
  EXPECT_EQ(count(connection.receive_until("unknown_path\",\"correlation", 500), "HTTP/1.1 404"),
            500);
}

TEST_F(Connections, BytesMayComeOneByOne) {
  RawConnection connection(server_->port());
  for (const char c : request("POST", "/v1/wallets/ann/charges", charge_body(1)))
    ASSERT_TRUE(connection.send({&c, 1}));
  EXPECT_EQ(count(connection.receive_until("}"), "HTTP/1.1 201"), 1);
}

TEST_F(Connections, ChunkedBodiesAreTaken) {
  RawConnection connection(server_->port());
  const std::string body = charge_body(1);
  std::string text =
      "POST /v1/wallets/ann/charges HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char c : body) text += "1\r\n" + std::string(1, c) + "\r\n";
  ASSERT_TRUE(connection.send(text + "0\r\nTrailer: x\r\n\r\n"));
  EXPECT_EQ(count(connection.receive_until("}"), "HTTP/1.1 201"), 1);
}

TEST_F(Connections, ClientThatHasFinishedSendingGetsItsAnswer) {
  RawConnection connection(server_->port());
  backend_.pause();
  ASSERT_TRUE(connection.send(request("GET", "/v1/wallets/ann")));
  connection.finish_sending();
  std::this_thread::sleep_for(50ms);
  backend_.resume();
  EXPECT_EQ(count(connection.receive_until("}"), "HTTP/1.1 404"), 1);
}

TEST_F(Connections, BytesThatAreNoHttpAreAnsweredAndClosed) {
  for (const char* bytes : {"hello\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
                            "POST /v1/orders HTTP/1.1\r\nContent-Length: -1\r\n\r\n"}) {
    RawConnection connection(server_->port());
    ASSERT_TRUE(connection.send(request("GET", "/healthz") + bytes));
    bool closed = false;
    const std::string answers = connection.receive_all(closed);
    EXPECT_TRUE(closed);
    EXPECT_EQ(count(answers, "HTTP/1.1 200"), 1);
    EXPECT_EQ(count(answers, "HTTP/1.1 400"), 1) << answers;
    EXPECT_EQ(count(answers, "\"code\":\"not_http\""), 1);
  }
}

TEST_F(Connections, CloseAndOldClientsAreHonoured) {
  bool closed = false;
  RawConnection closing(server_->port());
  ASSERT_TRUE(closing.send(request("GET", "/healthz", "", "Connection: close\r\n")));
  EXPECT_NE(closing.receive_all(closed).find("Connection: close"), std::string::npos);
  EXPECT_TRUE(closed);

  RawConnection old(server_->port());
  ASSERT_TRUE(old.send("GET /healthz HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(count(old.receive_all(closed), "HTTP/1.1 200"), 1);
  EXPECT_TRUE(closed);

  RawConnection upgrading(server_->port());
  ASSERT_TRUE(
      upgrading.send(request("GET", "/healthz", "", "Connection: Upgrade\r\nUpgrade: h2c\r\n")));
  EXPECT_EQ(count(upgrading.receive_until("}"), "HTTP/1.1 200"), 1);
}

TEST_F(Connections, OversizedBodyIsAnsweredAfterItHasCome) {
  RawConnection connection(server_->port());
  ASSERT_TRUE(
      connection.send("POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n"));
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(connection.send(piece));
  bool closed = false;
  EXPECT_EQ(count(connection.receive_all(closed), "HTTP/1.1 413"), 1);
  EXPECT_TRUE(closed);
}

TEST_F(Connections, SlowClientIsClosedAndHurtsNobody) {
  start({.idle_max = 2s});
  RawConnection slow(server_->port());
  ASSERT_TRUE(slow.send("POST /v1/orders HTTP/1.1\r\nContent-"));
  EXPECT_EQ(get("/healthz").status, 200);
  bool closed = false;
  slow.receive_all(closed, 15s);
  EXPECT_TRUE(closed);
  RawConnection next(server_->port());  // the client's own may have been idle for too long as well
  ASSERT_TRUE(next.send(request("GET", "/healthz")));
  EXPECT_EQ(count(next.receive_until("}"), "HTTP/1.1 200"), 1);
}

TEST_F(Connections, ManyAtOnceAreServed) {
  stock("tea", 100'000, 1);
  std::vector<std::unique_ptr<RawConnection>> all;
  for (int i = 0; i < 1000; ++i) all.push_back(std::make_unique<RawConnection>(server_->port()));
  for (auto& connection : all) ASSERT_TRUE(connection->send(request("GET", "/v1/stock/tea")));
  for (auto& connection : all) ASSERT_EQ(count(connection->receive_until("}"), "HTTP/1.1 200"), 1);
}

TEST_F(Connections, TwoHundredClientsLoseNoCharge) {
  std::vector<std::thread> clients;
  std::atomic<int> done{0};
  for (int c = 0; c < 200; ++c)
    clients.emplace_back([&, c] {
      RawConnection connection(server_->port());
      for (int i = 0; i < 10; ++i) {
        if (!connection.send(request("POST", "/v1/wallets/ann/charges", charge_body(c * 10 + i))))
          return;
        done += count(connection.receive_until("}"), "HTTP/1.1 201");
      }
    });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(done, 2000);
  EXPECT_EQ(get("/v1/wallets/ann").json()["balance_minor"], 2000);
  EXPECT_TRUE(in_flight_becomes(0));
}

TEST_F(Connections, TooManyAreTurnedAwayAndThePlaceIsFreedAgain) {
  start({.connections_max = 3});
  const auto served = [&] {
    RawConnection connection(server_->port());
    connection.send(request("GET", "/healthz"));
    return count(connection.receive_until("}", 1, 2s), "HTTP/1.1 200") == 1;
  };
  {
    std::vector<std::unique_ptr<RawConnection>> held;
    for (int i = 0; i < 3; ++i) {
      held.push_back(std::make_unique<RawConnection>(server_->port()));
      ASSERT_TRUE(held.back()->send(request("GET", "/healthz")));
      ASSERT_EQ(count(held.back()->receive_until("}"), "HTTP/1.1 200"), 1);
    }
    EXPECT_FALSE(served());
  }
  bool again = false;
  for (int i = 0; i < 100 && !again; ++i) {
    again = served();
    if (!again) std::this_thread::sleep_for(20ms);
  }
  EXPECT_TRUE(again);
}

TEST_F(Connections, OverloadIsRefusedAtOnce) {
  start({.in_flight_max = 2});
  backend_.pause();
  std::vector<std::unique_ptr<RawConnection>> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.push_back(std::make_unique<RawConnection>(server_->port()));
    ASSERT_TRUE(waiting.back()->send(request("GET", "/v1/stock/a")));
  }
  ASSERT_TRUE(in_flight_becomes(2));
  const Response refused = get("/v1/stock/a");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.code(), "overloaded");
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(get("/healthz").status, 200);
  backend_.resume();
  for (auto& one : waiting) EXPECT_EQ(count(one->receive_until("}"), "HTTP/1.1 404"), 1);
  EXPECT_EQ(get("/v1/stock/a").status, 404);
}

TEST_F(Connections, DrainRefusesNewWorkAndFinishesOld) {
  stock("tea", 5, 1);
  ASSERT_TRUE(in_flight_becomes(0));
  backend_.pause();
  RawConnection old(server_->port());
  ASSERT_TRUE(old.send(request("POST", "/v1/wallets/ann/charges", charge_body(1))));
  ASSERT_TRUE(in_flight_becomes(1));

  server_->begin_drain();
  const Response refused = post("/v1/wallets/ann/charges", charge_body(2));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.code(), "draining");
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refused.header("Connection"), "close");
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_TRUE(in_flight_becomes(1));
  backend_.resume();
  EXPECT_EQ(count(old.receive_until("}"), "HTTP/1.1 201"), 1);
  EXPECT_EQ(get("/v1/stock/tea").status, 200);
}

TEST_F(Connections, StopEndsAtOnceWhateverIsOpen) {
  backend_.pause();
  std::vector<std::unique_ptr<RawConnection>> open;
  for (int i = 0; i < 50; ++i) {
    open.push_back(std::make_unique<RawConnection>(server_->port()));
    const std::string text = i % 2 == 0 ? request("GET", "/v1/stock/a") : "POST /v1/or";
    ASSERT_TRUE(open.back()->send(text));
  }
  ASSERT_TRUE(in_flight_becomes(25));
  const auto begin = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  server_->stop();
  server_.reset();
  backend_.resume();  // the answers come when there is nobody left to take them
  for (auto& connection : open) {
    bool closed = false;
    connection->receive_all(closed, 5s);
    EXPECT_TRUE(closed);
  }
}

TEST_F(Connections, SeveralThreadsShareAPort) {
  start({.threads = 3});
  std::vector<std::unique_ptr<RawConnection>> all;
  for (int i = 0; i < 60; ++i) {
    all.push_back(std::make_unique<RawConnection>(server_->port()));
    ASSERT_TRUE(all.back()->send(request("POST", "/v1/wallets/ann/charges", charge_body(i))));
  }
  for (auto& connection : all) EXPECT_EQ(count(connection->receive_until("}"), "HTTP/1.1 201"), 1);
  EXPECT_EQ(get("/v1/wallets/ann").json()["balance_minor"], 60);
}

TEST_F(Connections, PortInUseIsExplained) {
  for (const unsigned threads : {1u, 2u}) {
    gateway::Server second({.port = server_->port(), .threads = threads}, backend_);
    const std::string wrong = second.start();
    EXPECT_NE(wrong.find("127.0.0.1:" + std::to_string(server_->port())), std::string::npos);
    EXPECT_NE(wrong.find("in use"), std::string::npos) << wrong;
  }
  gateway::Server nowhere({.address = "not-an-address"}, backend_);
  EXPECT_NE(nowhere.start(), "");
}

}  // namespace
}  // namespace souk::testing
