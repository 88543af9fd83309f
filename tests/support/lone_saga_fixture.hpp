// Checkout sagas on a real writer and log, without a cluster: their participants are the test.
#pragma once

#include <memory>
#include <string>

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include "actors/checkout/checkout.hpp"
#include "actors/core/keeper.hpp"
#include "actors/core/threads.hpp"
#include "actors/core/writer.hpp"
#include "store/memory_kv.hpp"
#include "tests/support/test_clock.hpp"

namespace souk::core {

class LoneSaga : public ::testing::Test {
 protected:
  // Who is asked of orders and stock hands it to the test, and answers nothing by itself.
  static caf::behavior forward(caf::event_based_actor* self, const caf::actor& test) {
    return {
        [=](Envelope<Order>& one) { self->send(test, std::move(one)); },
        [=](Envelope<Stock>& one) { self->send(test, std::move(one)); },
    };
  }

  void SetUp() override {
    store::Identity identity;
    identity.cluster_id = "test";
    for (const Service service : kServices) identity.partitions[service] = 1;
    log_ = std::move(
        *store::Log::open(std::make_unique<store::MemoryKv>(disk_), identity, log_options_));
    system_ = std::make_unique<caf::actor_system>(config_);
    test_ = std::make_unique<caf::scoped_actor>(*system_);
    runtime_.reset(new Runtime{*log_, clock_, {}, {}, {}, {}});
    runtime_->writer = system_->spawn<Writer, caf::detached>(std::cref(*runtime_));
    runtime_->loaders.push_back(spawn_loader(*system_));
    participant_ = system_->spawn(forward, caf::actor_cast<caf::actor>(*test_));
    for (const Service service : kServices) runtime_->router.set_partitions(service, 1);
    for (const Service service : {Service::order, Service::stock})
      runtime_->router.set_keeper({service, 0}, participant_);
    keeper_ = system_->spawn<Keeper<Checkout>>(std::cref(*runtime_),
                                               PartitionId{Service::checkout, 0}, kLiveMax);
    runtime_->router.set_keeper({Service::checkout, 0}, keeper_);
  }

  void TearDown() override {
    for (const caf::actor& actor : {keeper_, runtime_->writer}) {
      self()->send(actor, stop_atom::value);
      self()->wait_for(actor);
    }
    for (const caf::actor& actor : {participant_, runtime_->loaders.front()})
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    keeper_ = participant_ = nullptr;
    test_.reset();
    system_->await_all_actors_done();
    runtime_.reset();
  }

  // The test as an actor: it is sent Envelope<Order>, Envelope<Stock> and Answer<Checkout>.
  caf::scoped_actor& self() { return *test_; }

  // Ann orders a lamp. The test hears what comes of it, under this token.
  void order(const std::string& id, std::uint64_t token) {
    Envelope<Checkout> start;
    start.target = id;
    start.header.command_id = "start";
    start.command =
        checkout::Start{OrderId(id), CustomerId("ann"), {{Sku("lamp"), {1}, {}}}, CouponId(), {}};
    start.reply_to = {caf::actor_cast<caf::actor>(*test_), token};
    runtime_->router.send(std::move(start));
  }

  const caf::actor& keeper() const { return keeper_; }  // of the sagas
  const caf::actor& loader_of_all() const { return runtime_->loaders.front(); }

  const std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  store::LogOptions log_options_;
  testing::TestClock clock_;

 private:
  static constexpr std::size_t kLiveMax = 16;

  std::unique_ptr<store::Log> log_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<caf::scoped_actor> test_;
  std::unique_ptr<Runtime> runtime_;
  caf::actor keeper_, participant_;
};

}  // namespace souk::core
