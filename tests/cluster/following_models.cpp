#include "tests/cluster/following_models.hpp"

namespace souk::test {

void FollowingModels::start() {
  caf::actor_system& system = cluster_.actors.system();
  core::Runtime& runtime = cluster_.gate().runtime();
  const cluster::Peers peers = cluster_.peers_of("gate");
  const auto source =
      std::make_shared<cluster::ClusterSource>(system, runtime, cluster_.ends, peers);
  cluster_.keep(source);  // a builder may end after its projector
  runtime.source = source.get();
  feed_ = system.spawn<cluster::ClusterFeed>(std::cref(runtime), std::ref(cluster_.ends), peers);
  runtime.models_feed = feed_;
  serving_ = std::make_shared<core::Serving>();
  cancelled_ = std::make_shared<std::atomic<bool>>(false);
  projector_ = system.spawn<core::Projector, caf::detached>(std::cref(runtime), directory_.path(),
                                                            serving_, cancelled_);
}

void FollowingModels::stop() {
  if (!projector_) return;
  *cancelled_ = true;
  caf::scoped_actor self{cluster_.actors.system()};
  self->send(projector_, core::stop_atom::value);
  self->wait_for(projector_);
  cluster_.actors.end(feed_);
  projector_ = feed_ = cluster_.gate().runtime().models_feed = nullptr;
}

std::future<bool> FollowingModels::wait_for(Positions wanted, Duration wait) {
  auto promise = std::make_shared<std::promise<bool>>();
  core::WaitForPosition request{std::move(wanted), wait, {}};
  request.done = [promise](bool reached, const Positions&) { promise->set_value(reached); };
  caf::anon_send(projector_, std::move(request));
  return promise->get_future();
}

void FollowingModels::wait_until_all_is_there() {
  wait_until([this](const Info& info) {
    if (info.state != State::live || (info.rebuild && !info.rebuild->ended_at.is_set()))
      return false;
    for (const read_models::PartitionLag& lag : info.partitions)
      if (lag.position + 1 < cluster_.all().next_offset(lag.partition)) return false;
    return true;
  });
}

void FollowingModels::stop_and_expect_a_fold_of_all() {
  stop();
  const Directory directory;
  const std::string path = directory.file("all");
  follow(*create_models(path), cluster_.all());
  EXPECT_EQ(difference(dump(file()), dump(path)), "");
}

}  // namespace souk::test
