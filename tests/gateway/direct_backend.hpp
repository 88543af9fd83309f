// An in-memory node for the gateway's tests: Shelves, worked off by a thread of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "node/gateway/backend.hpp"
#include "tests/gateway/shelves.hpp"

namespace souk::testing {

class DirectBackend final : public gateway::Backend {
 public:
  DirectBackend() : thread_([this] { work(); }) {}
  ~DirectBackend() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      paused_ = false;
    }
    wake_.notify_all();
    thread_.join();
  }

  // While it is paused, requests wait.
  void pause() { set(paused_, true); }
  void resume() { set(paused_, false); }

  // What every request from now on is answered, instead of being carried out; none: carried out.
  void fail_with(std::optional<gateway::Outcome> outcome) { set(failure_, outcome); }
  void set_not_ready(std::string why) { set(not_ready_, std::move(why)); }

  void ask(gateway::Request<Order> request) override { enqueue(std::move(request)); }
  void ask(gateway::Request<Stock> request) override { enqueue(std::move(request)); }
  void ask(gateway::Request<Wallet> request) override { enqueue(std::move(request)); }
  void ask(gateway::Request<Coupon> request) override { enqueue(std::move(request)); }
  void ask(gateway::Request<Campaign> request) override { enqueue(std::move(request)); }
  void ask(gateway::Request<Checkout> request) override { enqueue(std::move(request)); }

  std::string not_ready() const override {
    const std::lock_guard lock(mutex_);
    return not_ready_;
  }

  // What the last request carried.
  std::string last_correlation_id() const {
    const std::lock_guard lock(mutex_);
    return last_correlation_id_;
  }
  std::string last_trace() const {
    const std::lock_guard lock(mutex_);
    return last_trace_;
  }

 private:
  template <class T>
  void set(T& member, T value) {
    {
      const std::lock_guard lock(mutex_);
      member = std::move(value);
    }
    wake_.notify_all();
  }

  template <class A>
  void enqueue(gateway::Request<A> request) {
    {
      const std::lock_guard lock(mutex_);
      last_correlation_id_ = request.correlation_id;
      last_trace_ = request.trace;
      queue_.push_back([this, request = std::move(request)] { handle(request); });
    }
    wake_.notify_all();
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stopping_ || (!paused_ && !queue_.empty()); });
      if (queue_.empty()) return;
      const auto task = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  template <class A>
  void handle(const gateway::Request<A>& request) {
    std::optional<gateway::Outcome> failure;
    {
      const std::lock_guard lock(mutex_);
      failure = failure_;
    }
    if (failure) {
      gateway::Answer<A> answer;
      answer.outcome = *failure;
      answer.detail = "Partition 3 of " + std::string(name_of(A::kService)) + " has stopped.";
      return request.done(std::move(answer));
    }
    shelves_.carry_out(request);
  }

  Shelves shelves_;  // the worker's own

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::optional<gateway::Outcome> failure_;
  std::string not_ready_;
  std::string last_correlation_id_;
  std::string last_trace_;
  bool paused_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace souk::testing
