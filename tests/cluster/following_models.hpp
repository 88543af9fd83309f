// The read models of a node that follows others: its feed, its source, its projector, and whoever
// asks them.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <thread>

#include "actors/core/read_models/projector.hpp"
#include "tests/cluster/following.hpp"

namespace souk::test {

using read_models::Info;
using read_models::State;

template <class T>
T soon(std::future<T> future) {
  if (future.wait_for(kPatience) != std::future_status::ready)
    throw std::runtime_error("no answer in time");
  return future.get();
}

// As a process: what it made of the records stays in the directory.
class FollowingModels {
 public:
  FollowingModels(FollowedCluster& cluster, const Directory& directory)
      : cluster_(cluster), directory_(directory) {
    start();
  }
  ~FollowingModels() { stop(); }

  void start();
  void stop();
  void restart() {
    stop();
    start();
  }

  Info info() {
    return ask<Info, core::AskInfo>([](auto reply) { return core::AskInfo{std::move(reply)}; });
  }
  store::Status rebuild() {
    return ask<store::Status, core::AskRebuild>(
        [](auto reply) { return core::AskRebuild{std::move(reply)}; });
  }
  store::Status settle(core::SettleParked what) {
    return ask<store::Status, core::SettleParked>([&](auto reply) {
      what.done = std::move(reply);
      return std::move(what);
    });
  }
  // Whether the position can be read within `wait`.
  std::future<bool> wait_for(Positions wanted, Duration wait);

  // Fails the test if it does not come to it.
  template <class Condition>
  void wait_until(Condition&& holds) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!holds(info())) {
      if (std::chrono::steady_clock::now() > until) {
        ADD_FAILURE() << "it did not come to it in time: " << info().detail;
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  // All records of all nodes are in them, and nothing is under way.
  void wait_until_all_is_there();

  std::string file() const { return directory_.file("read-models.sqlite"); }
  // Stops; the file has to be what models make that saw all records in one log.
  void stop_and_expect_a_fold_of_all();

 private:
  template <class Answer, class Ask, class Make>
  Answer ask(Make&& make) {
    auto promise = std::make_shared<std::promise<Answer>>();
    core::Reply<std::conditional_t<std::is_same_v<Answer, store::Status>, store::Status, Answer>>
        reply([promise](Answer answer) { promise->set_value(std::move(answer)); });
    caf::anon_send(projector_, Ask(make(std::move(reply))));
    return soon(promise->get_future());
  }

  FollowedCluster& cluster_;
  const Directory& directory_;
  std::shared_ptr<core::Serving> serving_;
  std::shared_ptr<std::atomic<bool>> cancelled_;
  caf::actor feed_;
  caf::actor projector_;
};

}  // namespace souk::test
