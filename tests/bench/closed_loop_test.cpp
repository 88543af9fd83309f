// The loop against a server of the test's own, on a thread.
#include "tools/bench/closed_loop.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "tools/bench/error.hpp"
#include "tools/bench/request.hpp"

namespace souk::bench {
namespace {

using std::chrono::seconds;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Reads requests that have no body, and gives each of them to `answer`, which returns the bytes to
// send (none: keep silent) and whether to close the connection then.
class Server {
 public:
  struct Action {
    std::string bytes;
    bool close = false;
  };
  using Answer = std::function<Action(int request)>;

  explicit Server(Answer answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = endpoint_.socket_address();
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    endpoint_.port = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  void accept_all() {
    for (int fd; (fd = ::accept(listener_, nullptr, nullptr)) >= 0;)
      threads_.emplace_back([this, fd] { serve(fd); });
  }
  void serve(int fd) {
    std::string bytes;
    char buffer[4096];
    for (ssize_t count; (count = ::recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
      bytes.append(buffer, static_cast<std::size_t>(count));
      if (bytes.find("\r\n\r\n") == std::string::npos) continue;
      bytes.clear();
      const Action action = answer_(requests_++);
      ::send(fd, action.bytes.data(), action.bytes.size(), MSG_NOSIGNAL);
      if (action.close) break;
    }
    ::close(fd);
  }

  Answer answer_;
  Endpoint endpoint_;
  int listener_ = -1;
  std::atomic<int> requests_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> threads_;  // the acceptor's until it has ended
};

// Sends `count` requests and notes what becomes of them.
class Requests : public Source {
 public:
  explicit Requests(int count) : count_(count) {}
  bool next(std::size_t, std::string& request) override {
    EXPECT_TRUE(request.empty());
    if (sent_ == count_) return false;
    ++sent_;
    append_request(request, "GET", "/", "test", {});
    return true;
  }
  void answered(std::size_t, const Response& response, std::chrono::nanoseconds latency) override {
    EXPECT_EQ(response.body, "ok");
    EXPECT_GT(latency.count(), 0);
    ++answered_;
  }
  void failed(std::size_t, std::string_view why) override {
    ++failed_;
    why_ = why;
  }

  int count_;
  int sent_ = 0;
  int answered_ = 0;
  int failed_ = 0;
  std::string why_;
};

Clock::time_point in(std::chrono::milliseconds time) { return Clock::now() + time; }

TEST(ClosedLoop, EveryRequestIsAnsweredOnce) {
  Server server([](int) { return Server::Action{std::string(kOk)}; });
  ClosedLoop loop(server.endpoint(), 8);
  Requests requests(1000);
  loop.run(requests, in(seconds(60)));
  EXPECT_EQ(requests.sent_, 1000);
  EXPECT_EQ(requests.answered_, 1000);
  EXPECT_EQ(requests.failed_, 0);
}

TEST(ClosedLoop, NeverMoreInFlightThanConnections) {
  Server server([](int) { return Server::Action{}; });
  ClosedLoop loop(server.endpoint(), 4);
  Requests requests(1000);
  loop.run(requests, in(std::chrono::milliseconds(50)));
  EXPECT_EQ(requests.sent_, 4);
  loop.drain(requests, in(std::chrono::milliseconds(20)));
  EXPECT_EQ(requests.failed_, 4);
}

TEST(ClosedLoop, APaceIsKeptHoweverFastTheAnswersCome) {
  Server server([](int) { return Server::Action{std::string(kOk)}; });
  ClosedLoop loop(server.endpoint(), 8);
  loop.set_pace(200);
  Requests requests(1000);
  const auto begin = Clock::now();
  loop.run(requests, in(std::chrono::milliseconds(500)));
  loop.drain(requests, in(seconds(60)));
  const std::chrono::duration<double> took = Clock::now() - begin;
  EXPECT_GT(requests.answered_, 8);  // connections are used again
  EXPECT_LE(requests.sent_, 200 * (took.count() + 0.1));
  EXPECT_EQ(requests.failed_, 0);
}

TEST(Pace, TurnsThatNobodyTookAreNotMadeUpFor) {
  Pace pace(100);
  const Clock::time_point start = Clock::now();
  while (pace.take(start)) {
  }
  const Clock::time_point later = start + seconds(10);
  int taken = 0;
  while (pace.take(later)) ++taken;
  EXPECT_GE(taken, 1);
  EXPECT_LE(taken, 4);
}

TEST(ClosedLoop, GoesOnWithWhatIsInFlightAfterADeadline) {
  Server server([](int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return Server::Action{std::string(kOk)};
  });
  ClosedLoop loop(server.endpoint(), 2);
  Requests requests(1000);
  loop.run(requests, Clock::now());
  EXPECT_EQ(requests.sent_, 2);
  EXPECT_EQ(requests.answered_, 0);
  loop.drain(requests, in(seconds(60)));
  EXPECT_EQ(requests.sent_, 2);
  EXPECT_EQ(requests.answered_, 2);
}

TEST(ClosedLoop, ABrokenConnectionFailsItsRequestAndIsOpenedAgain) {
  Server server([](int request) {
    if (request % 10 == 3) return Server::Action{"HTTP/1.1 200 OK\r\nCont", true};
    return Server::Action{std::string(kOk)};
  });
  ClosedLoop loop(server.endpoint(), 3);
  Requests requests(200);
  loop.run(requests, in(seconds(60)));
  EXPECT_EQ(requests.answered_, 180);
  EXPECT_EQ(requests.failed_, 20);
  EXPECT_NE(requests.why_.find("closed the connection"), std::string::npos) << requests.why_;
}

TEST(ClosedLoop, AnAnnouncedCloseIsNoFailure) {
  Server server([](int request) {
    if (request % 5 == 4)
      return Server::Action{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                            true};
    return Server::Action{std::string(kOk)};
  });
  ClosedLoop loop(server.endpoint(), 2);
  Requests requests(100);
  loop.run(requests, in(seconds(60)));
  EXPECT_EQ(requests.answered_, 100);
  EXPECT_EQ(requests.failed_, 0);
}

TEST(ClosedLoop, GivesUpOnAServerThatOnlyBreaksConnections) {
  Server server([](int) { return Server::Action{"", true}; });
  ClosedLoop loop(server.endpoint(), 2);
  Requests requests(1'000'000);
  EXPECT_THROW(loop.run(requests, in(seconds(60))), BenchError);
}

TEST(ClosedLoop, NobodyListens) {
  Endpoint nobody;
  nobody.port = free_port();
  EXPECT_THROW(ClosedLoop(nobody, 1), BenchError);
}

TEST(Endpoint, OnlyLoopbackAddressesAreTaken) {
  EXPECT_EQ(Endpoint::parse("http://127.0.0.1:8080").host(), "127.0.0.1:8080");
  EXPECT_EQ(Endpoint::parse("http://127.1.2.3:80/").host(), "127.1.2.3:80");
  EXPECT_EQ(Endpoint::parse("http://localhost:1234").host(), "127.0.0.1:1234");
  for (const char* url : {"http://10.0.0.1:8080", "http://example.com:80", "https://127.0.0.1:8080",
                          "http://127.0.0.1", "http://127.0.0.1:0", "http://127.0.0.1:70000",
                          "http://127.0.0.1:80x", "http://128.0.0.1:80", "127.0.0.1:8080", ""})
    EXPECT_THROW(Endpoint::parse(url), BenchError) << url;
}

}  // namespace
}  // namespace souk::bench
