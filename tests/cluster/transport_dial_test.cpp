// Listening and dialling: what is said when it does not work, and that something always is.
#include <sys/resource.h>

#include "raw_socket.hpp"
#include "transport_fixture.hpp"

namespace souk::cluster {
namespace {

testing::AssertionResult says(const std::string& sentence, const std::string& words) {
  if (sentence.find(words) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "\"" << sentence << "\" does not say \"" << words << "\"";
}

// A port of 127.0.0.1 where nobody listens.
Endpoint nobody() {
  RawSocket socket;
  return socket.listen(1);
}

class DialTest : public ::testing::Test {
 protected:
  DialTest() {
    here_.start();
    there_.start();
  }
  int dialled(std::uint64_t attempt) {
    here_.catch_up();
    int times = 0;
    for (const Dialled& dialled : here_.diary->page().dialled) times += dialled.attempt == attempt;
    return times;
  }

  Side here_, there_;
};

TEST(Endpoints, AreWrittenAsPeopleWriteThem) {
  EXPECT_EQ(to_string(Endpoint{"127.0.0.1", 7400}), "127.0.0.1:7400");
  EXPECT_EQ(to_string(Endpoint{"::1", 7400}), "[::1]:7400");
}

TEST_F(DialTest, NobodyListens) {
  const Endpoint at = nobody();
  const Dialled answer = here_.dial(at, seconds(10));
  EXPECT_FALSE(answer.connection);
  EXPECT_TRUE(says(answer.why, to_string(at)));
  EXPECT_TRUE(says(answer.why, "refused"));
  EXPECT_EQ(dialled(answer.attempt), 1);
}

TEST_F(DialTest, NotAnAddress) {
  for (const char* address : {"stock-1.example", "", "10.0.0", "300.1.1.1"}) {
    const Dialled answer = here_.dial({address, 7400}, seconds(10));
    EXPECT_FALSE(answer.connection);
    EXPECT_TRUE(says(answer.why, "is not an IP address"));
  }
}

// A listener whose queue is full drops what asks to be connected, as a host that is down does.
TEST_F(DialTest, ABlackHoleIsGivenUpInTime) {
  RawSocket listener;
  const Endpoint at = listener.listen(0);
  std::vector<RawSocket> waiting;
  do waiting.emplace_back();
  while (waiting.back().connect_within(at, std::chrono::milliseconds(200)) && waiting.size() < 16);
  if (waiting.size() == 16) GTEST_SKIP() << "this system's queues do not fill up";

  const Dialled answer = here_.dial(at, milliseconds(250));
  EXPECT_FALSE(answer.connection);
  EXPECT_TRUE(says(answer.why, "no answer from " + to_string(at) + " within 250 ms"));

  // Many at once do not wait for each other, nor does what works.
  for (std::uint64_t attempt = 1'000; attempt < 1'050; ++attempt)
    here_.transport.dial(at, milliseconds(300), here_.owner, attempt);
  EXPECT_TRUE(here_.dial(there_.listen()));
  EXPECT_TRUE(here_.diary->until([](const auto& page) { return page.dialled.size() == 52; }));
  for (std::uint64_t attempt = 1'000; attempt < 1'050; ++attempt) EXPECT_EQ(dialled(attempt), 1);
}

TEST_F(DialTest, TheTimeLimitIsOfTheDialNotOfTheConnection) {
  const Dialled answer = here_.dial(there_.listen(), milliseconds(200));
  ASSERT_TRUE(answer.connection) << answer.why;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(dialled(answer.attempt), 1);
  EXPECT_TRUE(here_.diary->page().closed.empty());
}

// Linux may give a dialler the very port that it dials, and connects the socket with itself. It has
// some 14,000 ports for diallers (half of its range; the others are for listeners): so many dials
// meet it nearly always.
TEST_F(DialTest, NobodyIsConnectedWithItself) {
  RawSocket dialler(there_.listen());
  const Endpoint at = dialler.name();
  dialler.reset();
  constexpr std::size_t kDials = 40'000, kTogether = 100;
  for (std::size_t i = 0; i < kDials; i += kTogether) {
    for (std::size_t k = 0; k < kTogether; ++k)
      here_.transport.dial(at, seconds(20), here_.owner, i + k);
    ASSERT_TRUE(here_.diary->until(
        [&](const Diary::Page& page) { return page.dialled.size() == i + kTogether; }));
  }
  for (const Dialled& answer : here_.diary->page().dialled) ASSERT_FALSE(answer.connection);
}

TEST_F(DialTest, ListensOnExactlyTheAddress) {
  const Endpoint one = here_.listen("127.0.0.1");
  EXPECT_EQ(one.address, "127.0.0.1");
  EXPECT_NE(one.port, 0);
  const Endpoint other = there_.listen("127.0.0.2", one.port);  // nobody has 0.0.0.0
  EXPECT_EQ(other.port, one.port);
  EXPECT_FALSE(here_.dial({"127.0.0.3", one.port}, seconds(10)).connection);
  EXPECT_TRUE(here_.dial(other));
  EXPECT_EQ(there_.accepted()->peer().substr(0, 4), "127.");
}

TEST_F(DialTest, SpeaksVersionSixAsWell) {
  const auto at = there_.transport.listen({"::1", 0}, there_.owner);
  if (!at.ok()) GTEST_SKIP() << at.status().message();
  EXPECT_TRUE(here_.dial(*at));
  EXPECT_TRUE(there_.accepted()->peer().starts_with("[::1]:"));
}

TEST_F(DialTest, ListeningSaysWhatIsInTheWay) {
  const Endpoint taken = here_.listen();
  const auto status = [&](const Endpoint& at) {
    const auto result = there_.transport.listen(at, there_.owner);
    return result.ok() ? store::Status{} : result.status();
  };
  EXPECT_EQ(status(taken).code(), store::Code::io_error);
  EXPECT_TRUE(says(status(taken).message(), to_string(taken) + " is in use by another program;"));
  EXPECT_TRUE(says(status(taken).message(), "sport = :" + std::to_string(taken.port)));
  EXPECT_EQ(status({"203.0.113.7", 0}).code(), store::Code::io_error);  // for documentation only
  EXPECT_TRUE(says(status({"203.0.113.7", 0}).message(), "is not an address of this machine"));
  EXPECT_EQ(status({"stock-1", 0}).code(), store::Code::invalid);
  EXPECT_TRUE(says(status({"stock-1", 0}).message(), "'stock-1' is not an IP address"));
}

TEST_F(DialTest, ANodeComesBackOnItsPort) {
  Endpoint at{"127.0.0.1", 0};
  for (int i = 0; i < 5; ++i) {
    Side node;
    node.start();
    at = node.listen(at.address, at.port);  // the last run's connections are still in TIME_WAIT
    const ConnectionPtr connection = here_.dial(at);
    node.accepted()->close("and again");
    EXPECT_NE(here_.closed(connection), "");
  }
}

TEST_F(DialTest, AcceptedConnectionsAreBounded) {
  Side small({.accepted_max = 2});
  small.start();
  const Endpoint at = small.listen();
  const ConnectionPtr first = here_.dial(at), second = here_.dial(at);
  small.accepted(1);
  EXPECT_NE(here_.closed(here_.dial(at)), "");  // one too many
  EXPECT_EQ(small.diary->page().accepted.size(), 2u);

  first->close("make room");
  EXPECT_NE(small.closed(small.accepted(0)), "");
  const ConnectionPtr third = here_.dial(at);
  EXPECT_TRUE(small.accepted(2));
  third->send(numbered_frame(0, 10));
  EXPECT_TRUE(small.diary->until([](const auto& page) { return page.bytes > 0; }));
}

TEST_F(DialTest, ConnectionsThatNobodyTakesAreClosed) {
  Side idle({.unowned_max = milliseconds(100)}, false);
  idle.start();
  const Endpoint at = idle.listen();
  EXPECT_NE(here_.closed(here_.dial(at)), "");
  idle.transport.own(idle.accepted(), idle.owner);  // too late
  EXPECT_EQ(idle.closed(idle.accepted()), "nobody took it in time");

  here_.dial(at);
  idle.transport.own(idle.accepted(1), idle.owner);  // in time
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  idle.catch_up();
  EXPECT_EQ(idle.diary->page().closed.size(), 1u);
}

TEST_F(DialTest, RunningOutOfDescriptorsPasses) {
  const Endpoint at = there_.listen();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  RawSocket waiting;
  const rlimit none{static_cast<rlim_t>(waiting.fd()), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool connected = waiting.connect(at);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::size_t accepted = there_.diary->page().accepted.size();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(connected);
  EXPECT_EQ(accepted, 0u);
  EXPECT_TRUE(there_.accepted());
}

}  // namespace
}  // namespace souk::cluster
