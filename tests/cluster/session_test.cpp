// What a session does about a peer that is of another cluster, of a newer version, or damaged: a
// peer that is nothing but frames, over a network in memory.
#include "cluster/session.hpp"

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

template <class T>
std::string saved(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  return bytes;
}

// An item that outlives its frame.
struct Item {
  Kind kind = Kind::hello;
  std::uint64_t number = 0;
  std::vector<std::string> parts;
  template <class T>
  T head() const {
    T value;
    EXPECT_FALSE(parts.empty());
    EXPECT_TRUE(parts.empty() || codec::decode(parts.front(), value));
    return value;
  }
};

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() : system_(config_), here_(network_, kHere), peer_(network_, kPeer) {
    store::Identity identity;
    identity.cluster_id = "shop";
    for (const Service service : kServices) identity.partitions[service] = 1;
    log_ = std::move(*store::Log::open(
        std::make_unique<store::MemoryKv>(std::make_shared<store::MemoryDisk>()), identity));
    runtime_ = std::unique_ptr<core::Runtime>(new core::Runtime{*log_, clock_, {}, {}, {}, {}, {}});
    for (const Service service : kServices) runtime_->router.set_partitions(service, 1);
    keeper_ = std::make_unique<caf::scoped_actor>(system_);
    runtime_->router.set_keeper({Service::wallet, 0}, caf::actor_cast<caf::actor>(*keeper_));
    runtime_->ends = std::make_shared<core::Ends>(identity.partitions);
    ClusterOptions options;
    options.self = hello("wallet-1", "");
    options.status = [] { return wire::Status{}; };
    options.link.heartbeat = milliseconds(100);
    options.link.silence_max = milliseconds(500);
    cluster_ = std::make_unique<Cluster>(system_, *runtime_, here_, std::move(options));
    EXPECT_TRUE(cluster_->listen().ok());
    self_ = std::make_unique<caf::scoped_actor>(system_);
    peer_.dial({"", kHere}, seconds(1), caf::actor_cast<caf::actor>(*self_), 1);
    (*self_)->receive([&](Dialled& news) { connection_ = news.connection; });
  }
  ~SessionTest() override {
    cluster_->stop();
    self_.reset();
    keeper_.reset();
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
  void send(Kind kind, std::uint64_t number, std::vector<std::string> parts,
            std::uint8_t service = 0, Time until = {}) {
    FrameWriter frame;
    ASSERT_TRUE(frame.add({kind, service, number, until, {parts.begin(), parts.end()}}));
    connection_->send(frame.take());
  }
  void greet() {
    send(Kind::hello, 0, {saved(hello("order-1", "wallet-1"))});
    ASSERT_EQ(next(Kind::welcome)->head<wire::Hello>().node, "wallet-1");
  }
  // The next item of this kind; none if the connection ends before, or in five seconds.
  std::optional<Item> next(Kind kind) {
    for (;;) {
      while (!items_.empty()) {
        Item item = std::move(items_.front());
        items_.pop_front();
        if (item.kind == kind) return item;
      }
      if (closed_ || !receive()) return std::nullopt;
    }
  }
  bool receive() {
    bool in_time = true;
    (*self_)->receive(
        [&](const Received& news) {
          EXPECT_TRUE(
              for_each_item(news.frame, [&](const ItemView& item) {
                items_.push_back({item.kind, item.number, {item.parts.begin(), item.parts.end()}});
              }).ok());
        },
        [&](const Closed& news) { closed_ = news.why; },
        caf::after(std::chrono::seconds(5)) >> [&] { in_time = false; });
    return in_time;
  }
  bool ends() {
    while (!closed_ && receive()) {
    }
    return closed_.has_value();
  }
  // A command that the next version might send.
  static wire::Command charge_head() {
    return {.target = "ann", .command_id = "charge/c1", .has_command = true, .tag = 0};
  }
  static std::string charge() {
    return saved(wallet::Charge{ChargeId("c1"), {500, *Currency::parse("GBP")}});
  }

  core::SystemClock clock_;
  caf::actor_system_config config_;
  caf::actor_system system_;
  testing::MemoryNetwork network_;
  testing::MemoryTransport here_, peer_;
  std::unique_ptr<store::Log> log_;
  std::unique_ptr<core::Runtime> runtime_;
  std::unique_ptr<caf::scoped_actor> keeper_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<caf::scoped_actor> self_;
  ConnectionPtr connection_;
  std::deque<Item> items_;
  std::optional<std::string> closed_;
};

TEST_F(SessionTest, AnotherClustersNodeIsTurnedAwayAndToldWhy) {
  wire::Hello stranger = hello("order-1", "wallet-1");
  stranger.cluster = "office";
  send(Kind::hello, 0, {saved(stranger)});
  const auto goodbye = next(Kind::goodbye);
  ASSERT_TRUE(goodbye);
  const std::string why = goodbye->head<wire::Goodbye>().why;
  EXPECT_NE(why.find("'shop'"), std::string::npos) << why;
  EXPECT_NE(why.find("'office'"), std::string::npos) << why;
  EXPECT_TRUE(ends());
}

TEST_F(SessionTest, WhoMeantAnotherNodeIsToldWhy) {
  send(Kind::hello, 0, {saved(hello("order-1", "wallet-2"))});
  const auto goodbye = next(Kind::goodbye);
  ASSERT_TRUE(goodbye);
  EXPECT_NE(goodbye->head<wire::Goodbye>().why.find("wanted to reach wallet-2"), std::string::npos);
  EXPECT_TRUE(ends());
}

TEST_F(SessionTest, WhoDoesNotGreetIsNotServed) {
  send(Kind::command, 1, {saved(charge_head()), charge()}, 3);
  EXPECT_TRUE(next(Kind::goodbye));
  EXPECT_TRUE(ends());
  bool reached = false;
  (*keeper_)->receive([&](const core::Envelope<Wallet>&) { reached = true; },
                      caf::after(std::chrono::milliseconds(50)) >> [] {});
  EXPECT_FALSE(reached);
}

TEST_F(SessionTest, WhoFallsSilentIsGivenUp) {
  greet();
  EXPECT_TRUE(ends());
}

TEST_F(SessionTest, ADamagedFrameEndsTheConnection) {
  greet();
  FrameWriter frame;
  const std::string head = saved(charge_head()), command = charge();
  ASSERT_TRUE(frame.add({Kind::command, 3, 1, {}, {head, command}}));
  std::string bytes = frame.take();
  bytes[bytes.size() / 2] ^= 1;
  connection_->send(bytes);
  EXPECT_TRUE(ends());
}

TEST_F(SessionTest, ACommandReachesItsKeeper) {
  greet();
  send(Kind::command, 7, {saved(charge_head()), charge()}, 3);
  (*keeper_)->receive([&](const core::Envelope<Wallet>& envelope) {
    EXPECT_EQ(envelope.target, "ann");
    EXPECT_EQ(envelope.header.command_id, "charge/c1");
    ASSERT_TRUE(envelope.command);
    core::Answer<Wallet> answer;
    answer.token = envelope.reply_to.token;
    caf::anon_send(envelope.reply_to.actor, answer);
  });
  const auto answer = next(Kind::answer);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->number, 7u);
  EXPECT_TRUE(answer->head<wire::Answer>().last);
}

// A gateway that is 20 s behind would else hear of everything that it came too late.
TEST_F(SessionTest, TimesOfAPeerWithAnotherClockAreTurnedIntoOurs) {
  const auto there = [&] { return clock_.now() - seconds(20); };
  greet();
  for (int i = 0; i < 20; ++i) {  // more than the window, which is eight heartbeats of 100 ms
    send(Kind::status, 0, {saved(wire::Status{.at = there()})});
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }
  wire::Command head = charge_head();
  head.deadline = there() + seconds(30);
  send(Kind::command, 7, {saved(head), charge()}, 3, there() + seconds(5));
  bool reached = false;
  (*keeper_)->receive(
      [&](const core::Envelope<Wallet>& envelope) {
        reached = true;
        const Duration left = envelope.until - clock_.now();
        EXPECT_GT(left, seconds(4));
        EXPECT_LE(left, seconds(6));
        const Duration between = envelope.header.deadline - envelope.until;
        EXPECT_LT(std::abs(between.micros - seconds(25).micros), 100'000);
      },
      caf::after(std::chrono::seconds(5)) >> [] {});
  EXPECT_TRUE(reached);
}

// It was carried out: "nothing was done" would be a lie.
TEST_F(SessionTest, AnAnswerThatIsTooLargeLeavesTheOutcomeUnknown) {
  greet();
  send(Kind::command, 7, {saved(charge_head()), charge()}, 3);
  (*keeper_)->receive([&](const core::Envelope<Wallet>& envelope) {
    core::Answer<Wallet> answer;
    answer.token = envelope.reply_to.token;
    answer.detail = std::string(kItemBytesMax, 'x');
    caf::anon_send(envelope.reply_to.actor, answer);
  });
  const auto answer = next(Kind::answer);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->number, 7u);
  EXPECT_TRUE(answer->head<wire::Answer>().last);
  EXPECT_EQ(answer->head<wire::Answer>().verdict,
            static_cast<std::uint16_t>(core::Verdict::unavailable));
}

TEST_F(SessionTest, ACommandForAnotherNodesPartitionIsRefused) {
  greet();
  send(Kind::command, 8, {saved(charge_head()), charge()}, 2);  // stock is not here
  const auto failure = next(Kind::failure);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->number, 8u);
  EXPECT_NE(failure->head<wire::Failure>().why.find("not this node's"), std::string::npos);
}

// --- a peer of the next version ------------------------------------------------------------------

// wallet::Hold has the fields of wallet::Settle and one more, so it stands for a later Settle.
TEST_F(SessionTest, AFieldThatOnlyTheNextVersionKnowsIsIgnored) {
  greet();
  wire::Command head = charge_head();
  head.tag = 2;
  const std::string later = saved(wallet::Hold{HoldId("o1"), {500, *Currency::parse("GBP")}});
  send(Kind::command, 9, {saved(head), later, "a part that this version does not know"}, 3);
  std::optional<wallet::Settle> settle;
  (*keeper_)->receive(
      [&](const core::Envelope<Wallet>& envelope) {
        if (envelope.command) settle = std::get<wallet::Settle>(*envelope.command);
      },
      caf::after(std::chrono::seconds(5)) >> [] {});
  EXPECT_EQ(settle, wallet::Settle{HoldId("o1")});
}

TEST_F(SessionTest, ACommandThatOnlyTheNextVersionKnowsIsRefusedAndTheRestGoesOn) {
  greet();
  wire::Command head = charge_head();
  head.tag = 77;
  send(Kind::command, 10, {saved(head), charge()}, 3);
  const auto failure = next(Kind::failure);
  ASSERT_TRUE(failure);
  EXPECT_NE(failure->head<wire::Failure>().why.find("does not know"), std::string::npos);
  send(Kind::command, 11, {saved(charge_head()), charge()}, 99);  // a service of the next version
  const auto second = next(Kind::failure);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->number, 11u);
  send(Kind::command, 12, {saved(charge_head()), charge()}, 3);
  bool reached = false;
  (*keeper_)->receive([&](const core::Envelope<Wallet>&) { reached = true; },
                      caf::after(std::chrono::seconds(5)) >> [] {});
  EXPECT_TRUE(reached);
}

TEST_F(SessionTest, AnItemThatOnlyTheNextVersionKnowsIsPassedOver) {
  greet();
  send(static_cast<Kind>(500), 13, {"news"});
  send(Kind::command, 14, {saved(charge_head()), charge()}, 3);
  bool reached = false;
  (*keeper_)->receive([&](const core::Envelope<Wallet>&) { reached = true; },
                      caf::after(std::chrono::seconds(5)) >> [] {});
  EXPECT_TRUE(reached);
}

TEST_F(SessionTest, TheNextVersionsConversationIsSpokenAsThisOnes) {
  wire::Hello next_version = hello("order-1", "wallet-1");
  next_version.newest = wire::kNewest + 1;
  next_version.version = "2";
  send(Kind::hello, 0, {saved(next_version)});
  EXPECT_TRUE(next(Kind::welcome));
}

TEST_F(SessionTest, AVersionThatHasForgottenThisOneIsTurnedAway) {
  wire::Hello far = hello("order-1", "wallet-1");
  far.oldest = far.newest = wire::kNewest + 1;
  send(Kind::hello, 0, {saved(far)});
  const auto goodbye = next(Kind::goodbye);
  ASSERT_TRUE(goodbye);
  EXPECT_NE(goodbye->head<wire::Goodbye>().why.find("upgrade"), std::string::npos);
}

}  // namespace
}  // namespace souk::cluster
