// A saga whose actor had died was loaded again only when somebody asked for it, and nobody had to:
// its order stayed open, with everything that it held, until the node's next start.
#include <chrono>

#include "tests/support/lone_saga_fixture.hpp"

namespace souk::core {
namespace {

using DeadSaga = LoneSaga;

TEST_F(DeadSaga, IsLoadedAgainByItself) {
  order("o1", 1);
  caf::actor first;
  std::string command;
  const auto begins = [&](const Envelope<Order>& one) {
    first = one.reply_to.actor;
    command = one.header.command_id;
  };
  bool came_back = false;
  const auto comes_back = [&](const Envelope<Order>& one) {
    came_back |= one.reply_to.actor != first && one.header.command_id == command;
  };
  const auto ignore_stock = [](const Envelope<Stock>&) {};
  const auto ignore_answer = [](const Answer<Checkout>&) {};

  for (int i = 0; i < 50 && !first; ++i)
    self()->receive(
        begins, ignore_stock, ignore_answer, caf::after(std::chrono::milliseconds(200)) >> [] {});
  ASSERT_TRUE(first) << "the saga did not start";
  caf::anon_send_exit(first, caf::exit_reason::kill);

  for (int i = 0; i < 50 && !came_back; ++i)
    self()->receive(
        comes_back, ignore_stock, ignore_answer,
        caf::after(std::chrono::milliseconds(200)) >> [] {});
  EXPECT_TRUE(came_back);
}

}  // namespace
}  // namespace souk::core
