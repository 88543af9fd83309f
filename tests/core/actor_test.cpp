// What becomes of what an actor has not foreseen.
#include "actors/core/actor.hpp"

#include <chrono>
#include <csignal>
#include <stdexcept>

#include <gtest/gtest.h>

#include "actors/core/messages.hpp"

namespace souk::core {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

// Answers stats_atom with how often it was; sends what it does not know on to `other`; fails when
// it is told to stop.
class Counter final : public Actor {
 public:
  Counter(caf::actor_config& config, Failure failure, caf::actor other)
      : Actor(config, failure), other_(std::move(other)) {}

  caf::behavior make_behavior() override {
    return {
        [this](stats_atom) { return ++count_; },
        [this](const std::string& unknown) { send(other_, unknown.size()); },
        [this](tick_atom) { send(other_, caf::error(caf::sec::runtime_error)); },
        [](stop_atom) { throw std::runtime_error("it was told to"); },
    };
  }
  const char* name() const override { return "counter"; }

 private:
  caf::actor other_;
  int count_ = 0;
};

class Actors : public ::testing::Test {
 protected:
  caf::actor spawn(Failure failure, caf::actor other = {}) {
    return system_.spawn<Counter>(failure, std::move(other));
  }
  // 0: it has ended.
  int count_of(const caf::actor& counter) {
    int count = 0;
    self_->request(counter, kPatience, stats_atom::value)
        .receive([&](int n) { count = n; }, [](const caf::error&) {});
    return count;
  }

  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  caf::scoped_actor self_{system_};
};

TEST_F(Actors, GoOnWhenTheySendWhatNobodyKnows) {
  const caf::actor receiver = spawn(Failure::ends_actor),
                   sender = spawn(Failure::ends_actor, receiver);
  self_->send(sender, std::string("what?"));
  EXPECT_EQ(count_of(sender), 1);
  EXPECT_EQ(count_of(receiver), 1);  // it has had the message
  EXPECT_EQ(count_of(sender), 2);    // and an answer would be here
}

TEST_F(Actors, AnswerNothingToWhatTheyDoNotKnow) {
  const caf::actor counter = spawn(Failure::ends_actor);
  self_->send(counter, std::size_t{7});
  EXPECT_EQ(count_of(counter), 1);  // it has had the message
  self_->receive([](const caf::error& error) { ADD_FAILURE() << caf::to_string(error); },
                 caf::after(std::chrono::seconds(0)) >> [] {});
}

TEST_F(Actors, GoOnWhenTheyAreSentAnError) {
  const caf::actor receiver = spawn(Failure::ends_actor),
                   sender = spawn(Failure::ends_actor, receiver);
  self_->send(sender, tick_atom::value);
  EXPECT_EQ(count_of(sender), 1);
  EXPECT_EQ(count_of(receiver), 1);
}

TEST_F(Actors, EndWhenTheyThrow) {
  const caf::actor counter = spawn(Failure::ends_actor);
  self_->send(counter, stop_atom::value);
  self_->wait_for(counter);
  EXPECT_EQ(count_of(counter), 0);
}

TEST(ActorsDeathTest, TakeTheNodeAlongIfItCannotDoWithoutThem) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        caf::actor_system_config config;
        caf::actor_system system{config};
        caf::scoped_actor self{system};
        const caf::actor counter = system.spawn<Counter>(Failure::ends_node, caf::actor());
        self->send(counter, stop_atom::value);
        self->wait_for(counter);
      },
      ::testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace souk::core
