// A saga that could not be loaded, because a record of it was damaged, answered a Tick that it had
// been sent meanwhile with an error, as CAF does with a message that nobody expects; and whoever is
// sent an error ends. So the keeper ended: whoever asked for an order of that partition heard
// nothing more, where they should have heard why it stands still; and a stop of the node waited for
// ever for the sagas that only their keeper could have ended. Found by the simulation, by seed
// 17857 as it was then.
#include <chrono>
#include <future>
#include <optional>

#include "tests/support/lone_saga_fixture.hpp"

namespace souk::core {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

class UnreadableSaga : public LoneSaga {
 protected:
  UnreadableSaga() { log_options_.tail_bytes_max = 0; }  // what is read comes from the disk

  // What the command was answered, once that is durable.
  Verdict answer_to(std::uint64_t token) {
    std::optional<Verdict> verdict;
    while (!verdict && !HasFailure())
      hear([&](const Answer<Checkout>& one) {
        if (one.token == token) verdict = one.verdict;
      });
    return verdict.value_or(Verdict{});
  }

  // Everything that the keeper had been sent has been dealt with. False: it is gone.
  bool keeper_answers() {
    bool answers = false;
    self()
        ->request(keeper(), kPatience, stats_atom::value)
        .receive([&](const KeeperStats&) { answers = true; }, [](const caf::error&) {});
    return answers;
  }

  void damage_the_log() {
    for (const auto& [key, value] : disk_->contents(store::Column::log))
      ASSERT_TRUE(disk_->rot(store::Column::log, key, std::nullopt));
  }

  // A bug ends the actor of the saga that was last heard of.
  void end_saga() {
    while (!saga_ && !HasFailure()) hear([](const Answer<Checkout>&) {});
    self()->send(saga_, caf::exit_msg{saga_.address(), caf::exit_reason::kill});
    self()->wait_for(saga_);
  }

 private:
  template <class F>
  void hear(F answered) {
    self()->receive(
        answered, [&](const Envelope<Order>& one) { saga_ = one.reply_to.actor; },
        [](const Envelope<Stock>&) {},
        caf::after(kPatience) >> [] { FAIL() << "nothing more is heard"; });
  }

  caf::actor saga_;
};

TEST_F(UnreadableSaga, LeavesItsKeeperAlive) {
  order("o1", 1);
  ASSERT_EQ(answer_to(1), Verdict::accepted);
  end_saga();
  damage_the_log();

  std::promise<void> disk_answers;
  caf::anon_send(loader_of_all(), Job{[go = disk_answers.get_future().share()] { go.wait(); }});
  order("o1", 2);
  ASSERT_TRUE(keeper_answers());  // it waits for the log
  clock_.forward(Checkout::kRetry.first_retry);
  caf::anon_send(keeper(), tick_atom::value);
  ASSERT_TRUE(keeper_answers());  // it has been sent its Tick
  disk_answers.set_value();
  EXPECT_EQ(answer_to(2), Verdict::unavailable);

  EXPECT_TRUE(keeper_answers());
  order("o2", 3);
  EXPECT_EQ(answer_to(3), Verdict::unavailable);  // damage stops the partition
}

}  // namespace
}  // namespace souk::core
