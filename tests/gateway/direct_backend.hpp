// An in-memory node for the gateway's tests: the real deciders and sagas, run one command after the
// other on a thread of its own. Nothing is durable; everything else is as the gateway may expect.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "node/gateway/backend.hpp"

namespace souk::testing {

// The aggregates of one kind. Not thread-safe.
template <class A>
class Shelf {
 public:
  struct Outcome {
    std::string refusal;  // empty: accepted
    bool id_reused = false;
    typename A::Reply reply;
  };

  const typename A::State& state(const std::string& id) { return entities_[id].state; }
  std::uint64_t position() const { return position_; }

  // Decides; or repeats what was answered to the same command id.
  Outcome run(const std::string& id, const typename A::Command& command,
              const std::string& command_id, Time now) {
    Entity& entity = entities_[id];
    if (const auto seen = entity.receipts.find(command_id);
        !command_id.empty() && seen != entity.receipts.end()) {
      if (seen->second.first == command) return seen->second.second;
      return {.id_reused = true};
    }
    apply_due(entity, now);
    Outcome outcome = decide(entity, command, {now, CommandId(command_id), {}});
    if (!command_id.empty()) entity.receipts.emplace(command_id, std::pair{command, outcome});
    return outcome;
  }

 private:
  struct Entity {
    typename A::State state;
    std::map<std::string, std::pair<typename A::Command, Outcome>> receipts;
  };

  void apply_due(Entity& entity, Time now) {
    if constexpr (Timed<A>)
      if (const auto command = A::due(entity.state, now)) decide(entity, *command, {now, {}, {}});
  }

  Outcome decide(Entity& entity, const typename A::Command& command, const Context& context) {
    auto decision = A::decide(entity.state, command, context);
    ++position_;
    if (!decision.accepted()) return {.refusal = std::string(A::refusal_name(decision.refusal()))};
    for (const auto& event : decision.events())
      entity.state = A::evolve(std::move(entity.state), event);
    return {.reply = A::reply(decision.events())};
  }

  std::map<std::string, Entity> entities_;
  std::uint64_t position_ = 0;
};

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
    gateway::Answer<A> answer;
    std::optional<gateway::Outcome> failure;
    {
      const std::lock_guard lock(mutex_);
      failure = failure_;
    }
    if (failure) {
      answer.outcome = *failure;
      answer.detail = "Partition 3 of " + std::string(name_of(A::kService)) + " has stopped.";
      return request.done(std::move(answer));
    }
    auto& shelf = std::get<Shelf<A>>(shelves_);
    if (request.command) decide(shelf, request, answer);
    answer.view = A::view(shelf.state(request.target));
    answer.positions = {{{A::kService, 3}, shelf.position()}};
    request.done(std::move(answer));
    if constexpr (Saga<A>) run_saga<A>(request.target);
  }

  template <class A>
  void decide(Shelf<A>& shelf, const gateway::Request<A>& request, gateway::Answer<A>& answer) {
    auto outcome = shelf.run(request.target, *request.command, request.command_id, now());
    answer.refusal = outcome.refusal;
    answer.reply = outcome.reply;
    if (outcome.id_reused)
      answer.outcome = gateway::Outcome::id_reused;
    else if (!outcome.refusal.empty())
      answer.outcome = gateway::Outcome::refused;
    else if (is_order_without_wait(request))
      answer.outcome = gateway::Outcome::pending;
    else if constexpr (Saga<A>)
      run_saga<A>(request.target);
  }

  template <class A>
  static bool is_order_without_wait(const gateway::Request<A>& request) {
    return std::is_same_v<A, Checkout> && request.wait.micros == 0;
  }

  // Carries a saga to its end; its participants answer at once.
  template <class S>
  void run_saga(const std::string& id) {
    auto& shelf = std::get<Shelf<S>>(shelves_);
    while (S::open(shelf.state(id))) {
      std::vector<typename S::Answer> answers;
      for (const auto& out : S::pending(shelf.state(id)))
        std::visit([&](const auto& call) { answers.push_back(answer_of<S>(id, out, call)); },
                   out.call);
      shelf.run(id, S::advance(std::move(answers), false), "", now());
    }
  }

  template <class S, class Out, class A>
  typename S::Answer answer_of(const std::string& id, const Out& out, const Call<A>& call) {
    const std::string command_id =
        std::string(name_of(S::kService)) + ":" + id + "/" + std::to_string(out.step.step) + "/" +
        std::to_string(out.step.index) + "/" + std::to_string(static_cast<int>(out.intent));
    auto outcome = std::get<Shelf<A>>(shelves_).run(call.target, call.command, command_id, now());
    std::string code;
    if (!outcome.refusal.empty()) code = std::string(name_of(A::kService)) + "." + outcome.refusal;
    return S::answer(out.step, std::move(code), outcome.reply);
  }

  static Time now() {
    using namespace std::chrono;
    return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
  }

  // The worker's own.
  std::tuple<Shelf<Order>, Shelf<Stock>, Shelf<Wallet>, Shelf<Coupon>, Shelf<Campaign>,
             Shelf<Checkout>>
      shelves_;

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
