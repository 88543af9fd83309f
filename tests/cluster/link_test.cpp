// What a link does about a peer that comes and goes, about a slow network, and about clocks that
// are put back or differ: the peer is nothing but frames, over a network in memory, and the clock
// the test's.
#include "cluster/link.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "cluster/cluster.hpp"
#include "events/codec.hpp"
#include "store/memory_kv.hpp"
#include "tests/support/memory_network.hpp"

namespace souk::cluster {
namespace {

constexpr std::uint16_t kHere = 1, kPeer = 2;
constexpr Duration kHour = seconds(3'600);

// Stands still until it is put forward or back. Thread-safe.
class StandingClock final : public core::Clock {
 public:
  Time now() const override { return {micros_.load()}; }
  void forward(Duration by) { micros_ += by.micros; }
  void back(Duration by) { micros_ -= by.micros; }

 private:
  std::atomic<std::int64_t> micros_{1'700'000'000'000'000};
};

template <class T>
std::string saved(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  return bytes;
}

struct Item {
  Kind kind = Kind::hello;
  std::uint64_t number = 0;
};

class LinkTest : public ::testing::Test {
 protected:
  LinkTest() : system_(config_), here_(network_, kHere), peer_(network_, kPeer) {
    store::Identity identity;
    identity.cluster_id = "shop";
    for (const Service service : kServices) identity.partitions[service] = 1;
    log_ = std::move(*store::Log::open(
        std::make_unique<store::MemoryKv>(std::make_shared<store::MemoryDisk>()), identity));
    runtime_ = std::unique_ptr<core::Runtime>(new core::Runtime{*log_, clock_, {}, {}, {}, {}, {}});
    for (const Service service : kServices) runtime_->router.set_partitions(service, 1);
    runtime_->ends = std::make_shared<core::Ends>(identity.partitions);
    self_ = std::make_unique<caf::scoped_actor>(system_);
    ClusterOptions options;
    options.self = hello("gateway", "");
    options.status = [] { return wire::Status{}; };
    options.link = link_;
    options.peers = {{"wallet-1", {"", kPeer}, {{Service::wallet, 0}}}};
    cluster_ = std::make_unique<Cluster>(system_, *runtime_, here_, std::move(options));
  }
  ~LinkTest() override {
    cluster_->stop();
    self_.reset();
    runtime_->router.clear();
  }

  static wire::Hello hello(const std::string& node, const std::string& to) {
    return {.cluster = "shop",
            .node = node,
            .to = to,
            .version = "1",
            .oldest = wire::kOldest,
            .newest = wire::kNewest,
            .placement = "p"};
  }

  // The peer begins to listen, at whatever the clock is.
  void listen() {
    EXPECT_TRUE(peer_.listen({"", kPeer}, caf::actor_cast<caf::actor>(*self_)).ok());
  }
  // Whether the link dials within so many real milliseconds.
  bool is_dialled(int within_ms = 5'000) {
    bool dialled = false;
    (*self_)->receive(
        [&](Accepted& news) {
          connection_ = news.connection;
          peer_.own(connection_, caf::actor_cast<caf::actor>(*self_));
          dialled = true;
        },
        caf::after(std::chrono::milliseconds(within_ms)) >> [] {});
    return dialled;
  }
  void send(Kind kind, std::vector<std::string> parts) {
    FrameWriter frame;
    ASSERT_TRUE(frame.add({kind, 0, 0, {}, {parts.begin(), parts.end()}}));
    connection_->send(frame.take());
  }
  void welcome() {
    ASSERT_TRUE(next(Kind::hello));
    send(Kind::welcome, {saved(hello("wallet-1", "gateway"))});
    await([](const Peer& peer) { return peer.up; });
  }
  // The peer's end of the connection closes, and the link has noticed.
  void hang_up() {
    connection_->close("enough");
    await([](const Peer& peer) { return !peer.up; });
    bool closed = false;
    (*self_)->receive_while([&] { return !closed; })([&](const Received&) {},
                                                     [&](const Closed&) { closed = true; });
    items_.clear();
  }
  template <class F>
  void await(F&& f) {
    for (int i = 0; i < 1'000; ++i) {
      const auto peers = cluster_->board().peers();
      if (const auto at = peers.find("wallet-1"); at != peers.end() && f(at->second)) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "the board does not say so in five seconds";
  }
  std::optional<Item> next(Kind kind, int within_ms = 5'000) {
    for (bool in_time = true; in_time;) {
      while (!items_.empty()) {
        const Item item = items_.front();
        items_.pop_front();
        if (item.kind == kind) return item;
      }
      (*self_)->receive(
          [&](const Received& news) {
            EXPECT_TRUE(for_each_item(news.frame, [&](const ItemView& item) {
                          items_.push_back({item.kind, item.number});
                        }).ok());
          },
          caf::after(std::chrono::milliseconds(within_ms)) >> [&] { in_time = false; });
    }
    return std::nullopt;
  }

  LinkOptions link_;
  StandingClock clock_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  testing::MemoryNetwork network_;
  testing::MemoryTransport here_, peer_;
  std::unique_ptr<store::Log> log_;
  std::unique_ptr<core::Runtime> runtime_;
  std::unique_ptr<caf::scoped_actor> self_;
  std::unique_ptr<Cluster> cluster_;
  ConnectionPtr connection_;
  std::deque<Item> items_;
};

TEST_F(LinkTest, APeerThatLeavesAtOnceIsNotDialledAtOnce) {
  listen();
  clock_.forward(seconds(5));
  ASSERT_TRUE(is_dialled());
  welcome();
  hang_up();
  clock_.forward(milliseconds(1'300));
  EXPECT_FALSE(is_dialled(300)) << "it would be in the log ten times a second";
  clock_.forward(link_.redial_max);
  EXPECT_TRUE(is_dialled());
}

TEST_F(LinkTest, APeerThatWasThereForLongIsDialledAtOnce) {
  listen();
  clock_.forward(seconds(5));
  ASSERT_TRUE(is_dialled());
  welcome();
  for (int i = 0; i < 20; ++i) {
    send(Kind::status, {saved(wire::Status{})});
    ASSERT_TRUE(next(Kind::status));
    clock_.forward(seconds(1));
  }
  hang_up();
  clock_.forward(link_.redial_min);
  EXPECT_TRUE(is_dialled());
}

// Half a frame a second is a slow network; nothing at all is a peer that is gone.
TEST_F(LinkTest, APeerWhoseFrameTakesLongIsNotGivenUp) {
  listen();
  clock_.forward(seconds(5));
  ASSERT_TRUE(is_dialled());
  welcome();
  const std::uint64_t at_the_link = connection_->id() - 1;  // ends are made in pairs
  const auto pass_time = [&] {  // in small steps: a leap would be taken for a stall of our own
    clock_.forward(milliseconds(100));
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  };
  for (int i = 0; i < 60; ++i) {
    caf::anon_send(cluster_->link("wallet-1"), Arriving{at_the_link});
    pass_time();
  }
  EXPECT_TRUE(cluster_->board().peers().at("wallet-1").up);
  for (int i = 0; i < 100 && cluster_->board().peers().at("wallet-1").up; ++i) pass_time();
  EXPECT_FALSE(cluster_->board().peers().at("wallet-1").up);
}

TEST_F(LinkTest, AClockThatIsPutBackDoesNotKeepItFromDialling) {
  await([](const Peer& peer) { return peer.why == "nobody is there"; });
  clock_.back(kHour);
  listen();
  bool dialled = false;
  for (int i = 0; i < 20 && !dialled; ++i) {
    clock_.forward(link_.redial_max);
    dialled = is_dialled(250);
  }
  EXPECT_TRUE(dialled);
}

TEST_F(LinkTest, ShowsHowFarThePeersClockIsAhead) {
  listen();
  clock_.forward(seconds(5));
  ASSERT_TRUE(is_dialled());
  welcome();
  const auto beat = [&] {
    send(Kind::status, {saved(wire::Status{.at = clock_.now() + seconds(40)})});
    ASSERT_TRUE(next(Kind::status));
    clock_.forward(link_.heartbeat);
  };
  beat();
  beat();
  EXPECT_FALSE(cluster_->board().peers().at("wallet-1").clock_ahead) << "one message says little";
  for (int i = 0; i < 10; ++i) beat();
  await([](const Peer& peer) { return peer.clock_ahead == seconds(40); });
}

TEST_F(LinkTest, AClockThatIsPutBackDoesNotKeepItFromBeating) {
  listen();
  clock_.forward(seconds(5));
  ASSERT_TRUE(is_dialled());
  welcome();
  ASSERT_TRUE(next(Kind::status));
  clock_.back(kHour);
  bool beats = false;
  for (int i = 0; i < 20 && !beats; ++i) {
    send(Kind::status, {saved(wire::Status{})});
    clock_.forward(link_.heartbeat);
    beats = next(Kind::status, 250).has_value();
  }
  EXPECT_TRUE(beats);
}

}  // namespace
}  // namespace souk::cluster
