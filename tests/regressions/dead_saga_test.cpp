// A saga whose actor had died was loaded again only when somebody asked for it, and nobody had to:
// its order stayed open, with everything that it held, until the node's next start.
#include <chrono>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "actors/checkout/checkout.hpp"
#include "actors/core/keeper.hpp"
#include "actors/core/threads.hpp"
#include "actors/core/writer.hpp"
#include "store/memory_kv.hpp"

namespace souk::core {
namespace {

// A participant that never answers, and hands what it is asked to the test.
caf::behavior silent(caf::event_based_actor* self, caf::actor test) {
  return {
      [=](Envelope<Order>& one) { self->send(test, one.reply_to.actor, one.header.command_id); },
      [](Envelope<Stock>&) {},
      [](Envelope<Wallet>&) {},
      [](Envelope<Coupon>&) {},
  };
}

std::unique_ptr<store::Log> empty_log() {
  store::Identity identity;
  identity.cluster_id = "test";
  for (const Service service : kServices) identity.partitions[service] = 1;
  auto log = store::Log::open(std::make_unique<store::MemoryKv>(), identity);
  return std::move(*log);
}

TEST(DeadSaga, IsLoadedAgainByItself) {
  const auto log = empty_log();
  const SystemClock clock;
  caf::actor_system_config config;
  caf::actor_system system(config);
  Runtime runtime{*log, clock, {}, {}, {}, {}};
  auto test = std::make_unique<caf::scoped_actor>(system);
  caf::scoped_actor& self = *test;
  runtime.writer = system.spawn<Writer, caf::detached>(std::cref(runtime));
  runtime.loaders.push_back(system.spawn<caf::detached>(loader));
  const caf::actor participant = system.spawn(silent, caf::actor_cast<caf::actor>(self));
  for (const Service service : kServices) runtime.router.set_partitions(service, 1);
  for (const Service service : {Service::order, Service::stock, Service::wallet, Service::coupon})
    runtime.router.set_keeper({service, 0}, participant);
  const auto keeper =
      system.spawn<Keeper<Checkout>>(std::cref(runtime), PartitionId{Service::checkout, 0}, 16);
  runtime.router.set_keeper({Service::checkout, 0}, keeper);

  Envelope<Checkout> start;
  start.target = "o1";
  start.header.command_id = "start";
  start.command =
      checkout::Start{OrderId("o1"), CustomerId("ann"), {{Sku("lamp"), {1}, {}}}, CouponId(), {}};
  runtime.router.send(std::move(start));

  caf::actor first;
  std::string command;
  self->receive([&](const caf::actor& saga, const std::string& id) { first = saga, command = id; },
                caf::after(std::chrono::seconds(10)) >> [] { FAIL() << "the saga did not start"; });
  caf::anon_send_exit(first, caf::exit_reason::kill);

  bool came_back = false;
  for (int i = 0; i < 50 && !came_back; ++i)
    self->receive([&](const caf::actor& saga,
                      const std::string& id) { came_back = saga != first && id == command; },
                  caf::after(std::chrono::milliseconds(200)) >> [] {});
  EXPECT_TRUE(came_back);

  for (const caf::actor& actor : {keeper, runtime.writer}) {
    self->send(actor, stop_atom::value);
    self->wait_for(actor);
  }
  for (const caf::actor& actor : {participant, runtime.loaders.front()})
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  first = nullptr;
  test.reset();
  system.await_all_actors_done();
  runtime.router.clear();
}

}  // namespace
}  // namespace souk::core
