// How connections end, and that everybody concerned learns it once.
#include <atomic>
#include <filesystem>
#include <thread>

#include "raw_socket.hpp"
#include "transport_fixture.hpp"

namespace souk::cluster {
namespace {

std::size_t open_files() {
  const auto files = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

class LifeTest : public ::testing::Test {
 protected:
  LifeTest() {
    here_.start();
    there_.start();
  }
  // Both ends of a connection.
  std::pair<ConnectionPtr, ConnectionPtr> connect() {
    if (at_.port == 0) at_ = there_.listen();
    const std::size_t n = there_.diary->page().accepted.size();
    const ConnectionPtr out = here_.dial(at_);
    return {out, there_.accepted(n)};
  }
  int times_closed(Side& side, const ConnectionPtr& connection) {
    side.catch_up();
    int times = 0;
    for (const Closed& closed : side.diary->page().closed)
      times += closed.connection == connection->id();
    return times;
  }

  Side here_, there_;
  Endpoint at_;
};

TEST_F(LifeTest, ClosingTellsBothSidesOnce) {
  const auto [out, in] = connect();
  out->close("the node drains");
  EXPECT_EQ(here_.closed(out), "the node drains");
  EXPECT_EQ(there_.closed(in), "the peer closed the connection");
  for (const auto& end : {out, in}) {
    end->close("again");
    end->send(numbered_frame(0, 100));
    end->consumed(100);
    EXPECT_EQ(end->queued_bytes(), 0u);
  }
  EXPECT_EQ(times_closed(here_, out), 1);
  EXPECT_EQ(times_closed(there_, in), 1);
}

TEST_F(LifeTest, AGoodbyeSentJustBeforeTheEndArrives) {
  for (int i = 0; i < 200; ++i) {
    const auto [out, in] = connect();
    in->send(numbered_frame(1, 20));  // is on its way to who closes, or waits there
    out->send(numbered_frame(2, 200));
    out->close("wrong cluster");
    EXPECT_NE(there_.closed(in), "");
    EXPECT_EQ(there_.diary->page().frames[in->id()], 1u);
  }
}

TEST_F(LifeTest, ManyEndItAtTheSameTime) {
  for (int i = 0; i < 50; ++i) {
    const auto [out, in] = connect();
    std::vector<std::thread> threads;
    for (int k = 0; k < 4; ++k)
      threads.emplace_back([connection = k % 2 == 0 ? out : in] {
        connection->send(numbered_frame(0, 10'000));
        connection->close("enough");
        connection->send(numbered_frame(1, 10'000));
      });
    for (std::thread& thread : threads) thread.join();
    EXPECT_NE(here_.closed(out), "");
    EXPECT_NE(there_.closed(in), "");
    EXPECT_EQ(times_closed(here_, out), 1);
    EXPECT_EQ(times_closed(there_, in), 1);
  }
  EXPECT_EQ(here_.diary->page().after_closed, 0);
  EXPECT_EQ(there_.diary->page().after_closed, 0);
}

TEST_F(LifeTest, PeersThatVanish) {
  const Endpoint at = there_.listen();
  const std::string small = numbered_frame(0, 100), large = numbered_frame(1, 300'000);
  struct Way {
    std::string bytes;
    bool reset;
    std::string why;
    std::uint64_t frames;
  };
  const std::vector<Way> ways = {
      {"", false, "the peer closed the connection", 0},
      {small, false, "the peer closed the connection", 1},
      {small + small.substr(0, 5), false, "the peer closed the connection in the middle of a frame",
       1},
      {small.substr(0, 50), false, "the peer closed the connection in the middle of a frame", 0},
      {large.substr(0, 200'000), false, "the peer closed the connection in the middle of a frame",
       0},
      {small, true, "Connection reset by peer", 1},
  };
  for (std::size_t i = 0; i < ways.size(); ++i) {
    RawSocket peer(at);
    const ConnectionPtr in = there_.accepted(i);
    peer.send(ways[i].bytes);
    EXPECT_TRUE(there_.diary->until(
        [&](const auto& page) { return page.frames.contains(in->id()) == (ways[i].frames > 0); }));
    ways[i].reset ? peer.reset() : peer.close();
    EXPECT_EQ(there_.closed(in), ways[i].why) << i;
    EXPECT_EQ(there_.diary->page().frames[in->id()], ways[i].frames) << i;
  }
}

// So that a page that takes seconds is not taken for silence.
TEST_F(LifeTest, AFrameThatTakesItsTimeIsAnnounced) {
  const Endpoint at = there_.listen();
  RawSocket peer(at);
  const ConnectionPtr in = there_.accepted(0);
  const std::string frame = numbered_frame(0, 300'000);
  for (int part = 0; part < 3; ++part) {
    peer.send(frame.substr(static_cast<std::size_t>(part) * 100'000, 100'000));
    EXPECT_TRUE(there_.diary->until([&](const auto& page) { return page.arriving > part; }));
    EXPECT_EQ(there_.diary->page().frames[in->id()], 0u);
  }
  peer.send(frame.substr(300'000));
  EXPECT_TRUE(
      there_.diary->until([&](const auto& page) { return page.frames.contains(in->id()); }));
}

TEST_F(LifeTest, WhoSpeaksSomethingElseIsNamed) {
  const Endpoint at = there_.listen();
  std::size_t n = 0;
  for (const std::string& bytes :
       {std::string("GET /healthz HTTP/1.1\r\n\r\n"), std::string(100, '\0'),
        std::string("\xff\xff\xff\x7f and so on")}) {
    RawSocket peer(at);
    peer.send(numbered_frame(0, 10) + bytes);
    const ConnectionPtr in = there_.accepted(n++);
    const std::string why = there_.closed(in);
    EXPECT_TRUE(why.starts_with(in->peer() + " sent what is no frame of souk's: a frame of "))
        << why;
    EXPECT_TRUE(peer.ended());
    EXPECT_EQ(there_.diary->page().frames[in->id()], 1u);  // what was right before it
  }
}

TEST_F(LifeTest, AnOwnerThatEndsTakesItsConnectionWithIt) {
  const auto [out, in] = connect();
  const auto [another, in_too] = connect();
  there_.end_owner();
  EXPECT_EQ(here_.closed(out), "the peer closed the connection");
  EXPECT_EQ(here_.closed(another), "the peer closed the connection");

  // One that has ended before it becomes one.
  here_.dial(at_);  // there_'s diary is not kept any more: nobody takes it
  RawSocket peer(at_);
  const caf::actor dead = here_.system->spawn(keep_diary, std::make_shared<Diary>());
  {
    caf::scoped_actor self{*here_.system};
    self->send_exit(dead, caf::exit_reason::kill);
    self->wait_for(dead);
  }
  Side third({}, false);
  third.start();
  const ConnectionPtr connection = here_.dial(third.listen());
  third.transport.own(third.accepted(), dead);
  EXPECT_EQ(here_.closed(connection), "the peer closed the connection");
}

TEST_F(LifeTest, AnOwnerOfManyConnectionsKeepsNothingOfThoseThatEnded) {
  std::weak_ptr<Connection> last;
  for (int i = 0; i < 20; ++i) {
    const auto [out, in] = connect();
    out->close("next");
    EXPECT_NE(there_.closed(in), "");
    EXPECT_NE(here_.closed(out), "");
    last = out;
  }
  here_.diary->write([](Diary::Page& page) { page.dialled.clear(); });
  here_.catch_up();
  while (!last.expired()) std::this_thread::yield();  // or CTest ends it
}

TEST_F(LifeTest, AHundredConnectionsLeaveNoFilesOpen) {
  connect().first->close("whatever is opened once is open now");
  EXPECT_TRUE(there_.diary->until([](const auto& page) { return page.closed.size() == 1; }));
  const std::size_t before = open_files();
  for (std::size_t i = 0; i < 100; ++i) {
    const auto [out, in] = connect();
    (i % 2 == 0 ? out : in)->close("next");
    EXPECT_NE(here_.closed(out), "");
    EXPECT_NE(there_.closed(in), "");
    here_.dial({"127.0.0.1", 1}, seconds(10));  // most likely nobody; if somebody, not for long
  }
  for (const Dialled& dialled : here_.diary->page().dialled)
    if (dialled.connection) dialled.connection->close("done");
  here_.catch_up();
  EXPECT_EQ(open_files(), before);
}

// Streams both ways over several connections, dials and accepts going on, actors that call whatever
// they like: and in the middle of it the transport stops.
TEST_F(LifeTest, StoppingWhileEverythingIsBusy) {
  for (int round = 0; round < 10; ++round) {
    Side node({.threads = 2});
    node.start();
    const Endpoint at = node.listen();
    std::vector<ConnectionPtr> out, in;
    for (std::size_t i = 0; i < 6; ++i) {
      out.push_back(here_.dial(at));
      in.push_back(node.accepted(i));
    }
    std::atomic<bool> enough = false;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 6; ++i)
      threads.emplace_back([&, i] {
        for (std::uint64_t number = 0; !enough; ++number)
          for (const ConnectionPtr& connection : {out[i], in[i]}) {
            if (connection->queued_bytes() < (1u << 20))
              connection->send(numbered_frame(number, 3'000));
            connection->consumed(1);
          }
      });
    threads.emplace_back([&] {
      for (std::uint64_t attempt = 1; !enough; ++attempt) {
        node.transport.dial(at, seconds(1), node.owner, attempt);
        node.transport.own(in[attempt % 6], node.owner);
        in[attempt % 6]->peer();
        std::this_thread::sleep_for(std::chrono::microseconds(300));
      }
    });
    EXPECT_TRUE(node.diary->until([](const auto& page) { return page.bytes > (1u << 20); }));

    node.transport.stop();
    node.catch_up();
    const Diary::Page at_stop = node.diary->page();
    for (const ConnectionPtr& connection : out) EXPECT_NE(here_.closed(connection), "");
    enough = true;
    for (std::thread& thread : threads) thread.join();
    node.catch_up();
    const Diary::Page later = node.diary->page();
    EXPECT_EQ(later.bytes, at_stop.bytes);
    EXPECT_EQ(later.dialled.size(), at_stop.dialled.size());
    EXPECT_EQ(later.accepted.size(), at_stop.accepted.size());
    EXPECT_TRUE(later.closed.empty());
    for (const ConnectionPtr& connection : out) EXPECT_EQ(times_closed(here_, connection), 1);
  }
}

TEST_F(LifeTest, AfterStopNothingHappens) {
  const auto [out, in] = connect();
  RawSocket listener;
  const Endpoint silent = listener.listen(8);
  const Endpoint mine = here_.listen();
  here_.transport.stop();
  here_.transport.stop();
  EXPECT_EQ(there_.closed(in), "the peer closed the connection");

  out->send(numbered_frame(0, 100));
  out->consumed(100);
  out->close("once more");
  here_.transport.own(out, here_.owner);
  here_.transport.dial(silent, milliseconds(10), here_.owner, 99);
  EXPECT_EQ(here_.transport.listen({"127.0.0.1", 0}, here_.owner).status().code(),
            store::Code::stopped);
  EXPECT_EQ(out->queued_bytes(), 0u);
  EXPECT_NE(out->peer(), "");
  RawSocket late;
  EXPECT_FALSE(late.connect(mine));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  here_.catch_up();
  EXPECT_TRUE(here_.diary->page().closed.empty());
  EXPECT_EQ(here_.diary->page().dialled.size(), 1u);
}

TEST_F(LifeTest, StoppingDoesNotWaitForDials) {
  RawSocket listener;
  const Endpoint at = listener.listen(0);
  for (std::uint64_t attempt = 1; attempt < 20; ++attempt)
    here_.transport.dial(at, seconds(3'600), here_.owner, attempt);
  here_.transport.stop();  // or CTest ends it
  for (const Dialled& dialled : here_.diary->page().dialled) EXPECT_TRUE(dialled.connection);
}

TEST_F(LifeTest, ConnectionsMayOutliveTheirTransport) {
  ConnectionPtr out, in;
  {
    Side node;
    node.start();
    out = node.dial(there_.listen());
    in = there_.accepted();
    out->send(numbered_frame(0, 100));
  }
  out->send(numbered_frame(1, 100));
  out->close("late");
  EXPECT_EQ(out->queued_bytes(), 0u);
  EXPECT_NE(there_.closed(in), "");
}

}  // namespace
}  // namespace souk::cluster
