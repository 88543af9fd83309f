// Frames between two actor systems: whole, in order, once, and no more than the owner can take.
#include <atomic>
#include <random>
#include <thread>

#include "transport_fixture.hpp"

namespace souk::cluster {
namespace {

// Checks that numbers come one after the other, per connection.
struct InOrder {
  std::mutex mutex;
  std::map<std::uint64_t, std::int64_t> next;
  std::string wrong;

  void look(const Received& received) {
    std::lock_guard lock(mutex);
    const std::int64_t number = number_of(received.frame);
    std::int64_t& expected = next[received.connection];
    if (number != expected && wrong.empty())
      wrong = std::to_string(number) + " instead of " + std::to_string(expected);
    ++expected;
  }
};

class TransportTest : public ::testing::Test {
 protected:
  void start() {
    here_.diary->look = [this](const Received& received) { here_order_.look(received); };
    there_.diary->look = [this](const Received& received) { there_order_.look(received); };
    here_.start();
    there_.start();
  }
  bool got(Side& side, const ConnectionPtr& connection, std::uint64_t frames) {
    return side.diary->until([&](const Diary::Page& page) {
      const auto at = page.frames.find(connection->id());
      return at != page.frames.end() && at->second >= frames;
    });
  }
  void nothing_was_wrong() {
    EXPECT_EQ(here_order_.wrong, "");
    EXPECT_EQ(there_order_.wrong, "");
    EXPECT_EQ(here_.diary->page().after_closed, 0);
    EXPECT_EQ(there_.diary->page().after_closed, 0);
  }

  Side here_, there_;
  InOrder here_order_, there_order_;
};

TEST_F(TransportTest, AHundredThousandFramesEachWayKeepTheirOrder) {
  constexpr std::uint64_t kFrames = 100'000;
  start();
  const ConnectionPtr out = here_.dial(there_.listen());
  const ConnectionPtr in = there_.accepted();
  const auto send = [](const ConnectionPtr& connection, unsigned seed) {
    std::mt19937 random(seed);
    for (std::uint64_t i = 0; i < kFrames; ++i)
      send_politely(connection, numbered_frame(i, random() % (i % 1'000 == 0 ? 100'000 : 500)));
  };
  std::thread back(send, in, 1);
  send(out, 2);
  back.join();
  EXPECT_TRUE(got(there_, in, kFrames));
  EXPECT_TRUE(got(here_, out, kFrames));
  EXPECT_EQ(out->queued_bytes(), 0u);
  EXPECT_EQ(in->queued_bytes(), 0u);
  nothing_was_wrong();
}

TEST_F(TransportTest, FramesOfAllSizesComeWhole) {
  start();
  const ConnectionPtr out = here_.dial(there_.listen());
  std::mt19937 random(7);
  constexpr std::uint64_t kFrames = 200;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    const std::size_t size = std::size_t{1} << (random() % 21);
    send_politely(out, numbered_frame(i, std::min<std::size_t>(size + random() % size, 2'000'000)));
  }
  EXPECT_TRUE(got(there_, there_.accepted(), kFrames));
  nothing_was_wrong();
}

TEST_F(TransportTest, EachConnectionKeepsItsOwnOrderOverSeveralThreads) {
  Side many({.threads = 3});
  InOrder order;
  many.diary->look = [&](const Received& received) { order.look(received); };
  many.start();
  start();
  constexpr std::uint64_t kConnections = 9, kFrames = 2'000;
  const Endpoint at = many.listen();
  std::vector<ConnectionPtr> connections;
  for (std::uint64_t i = 0; i < kConnections; ++i) connections.push_back(here_.dial(at));
  for (std::uint64_t i = 0; i < kFrames; ++i)
    for (const ConnectionPtr& connection : connections)
      send_politely(connection, numbered_frame(i, 300));
  EXPECT_TRUE(many.diary->until([&](const Diary::Page& page) {
    std::uint64_t frames = 0;
    for (const auto& [connection, count] : page.frames) frames += count;
    return frames == kConnections * kFrames;
  }));
  EXPECT_EQ(order.next.size(), kConnections);
  EXPECT_EQ(order.wrong, "");
}

TEST_F(TransportTest, BothSidesNameEachOther) {
  start();
  const Endpoint at = there_.listen();
  const ConnectionPtr out = here_.dial(at);
  EXPECT_EQ(out->peer(), to_string(at));
  EXPECT_TRUE(there_.accepted()->peer().starts_with("127.0.0.1:"));
  EXPECT_NE(there_.accepted()->peer(), out->peer());
  EXPECT_NE(here_.dial(at)->id(), out->id());
}

TEST_F(TransportTest, WhoDialsMayBeSpokenToFirst) {
  start();
  const ConnectionPtr out = here_.dial(there_.listen());
  there_.accepted()->send(numbered_frame(0, 10));
  EXPECT_TRUE(got(here_, out, 1));
}

TEST_F(TransportTest, NothingIsReadBeforeSomebodyOwnsIt) {
  Side later({}, false);
  later.start();
  start();
  const ConnectionPtr out = here_.dial(later.listen());
  out->send(numbered_frame(0, 10));
  const ConnectionPtr in = later.accepted();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(later.diary->page().frames.empty());
  later.transport.own(in, later.owner);
  EXPECT_TRUE(got(later, in, 1));
}

TEST_F(TransportTest, OnlyTheFirstOwnerCounts) {
  start();
  const ConnectionPtr out = here_.dial(there_.listen());
  const ConnectionPtr in = there_.accepted();  // owned by there_.owner
  const auto other = std::make_shared<Diary>();
  const caf::actor second = there_.system->spawn(keep_diary, other);
  there_.transport.own(in, second);
  out->send(numbered_frame(0, 10));
  EXPECT_TRUE(got(there_, in, 1));
  out->close("enough");
  EXPECT_NE(there_.closed(in), "");
  EXPECT_TRUE(other->page().frames.empty());
  EXPECT_TRUE(other->page().closed.empty());
  caf::anon_send_exit(second, caf::exit_reason::user_shutdown);
}

TEST_F(TransportTest, ASlowOwnerSlowsItsPeerDown) {
  there_.diary->consumes = false;
  start();
  const ConnectionPtr out = here_.dial(there_.listen());
  const ConnectionPtr in = there_.accepted();
  constexpr std::size_t kSent = 48u << 20, kFrame = 32u << 10;
  std::size_t sent = 0, frames = 0;
  for (; sent < kSent; ++frames) {
    std::string frame = numbered_frame(frames, kFrame);
    sent += frame.size();
    out->send(std::move(frame));
  }
  // It has come to rest when nothing has moved for a while.
  std::size_t queued = 0;
  std::uint64_t received = 0;
  do {
    queued = out->queued_bytes();
    received = there_.diary->page().bytes;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  } while (queued != out->queued_bytes() || received != there_.diary->page().bytes);
  const std::size_t bound = TcpOptions{}.unread_bytes_max;
  constexpr std::size_t kOver = 128u << 10;  // the last frame, and what was read with it
  EXPECT_GT(received, bound);
  EXPECT_LE(received, bound + kOver);
  ASSERT_GT(queued, 0u);  // the kernel's buffers have taken some of the rest, but not all
  std::string more = numbered_frame(frames++, kFrame);
  sent += more.size();
  queued += more.size();
  out->send(std::move(more));
  EXPECT_EQ(out->queued_bytes(), queued);

  // A bit of room makes a bit of progress.
  constexpr std::size_t kRoom = 1u << 20;
  in->consumed(kRoom);
  EXPECT_TRUE(
      there_.diary->until([&](const Diary::Page& page) { return page.bytes > bound + kRoom; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_LE(there_.diary->page().bytes, bound + kRoom + kOver);

  // Room for all: everything comes.
  std::uint64_t consumed = kRoom;
  while (there_.diary->page().frames[in->id()] < frames) {
    const std::uint64_t there = there_.diary->page().bytes;
    in->consumed(there - consumed);
    consumed = there;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(there_.diary->page().bytes, sent);
  EXPECT_EQ(out->queued_bytes(), 0u);
  nothing_was_wrong();
}

}  // namespace
}  // namespace souk::cluster
