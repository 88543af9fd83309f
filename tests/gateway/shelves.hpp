// The real deciders and sagas, run one command after the other where they are asked. Nothing is
// durable; everything else is as the gateway may expect.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

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

// All aggregates of a shop. Not thread-safe.
class Shelves {
 public:
  // Answers the request, then brings the saga that it began to its end.
  template <class A>
  void carry_out(const gateway::Request<A>& request) {
    gateway::Answer<A> answer;
    auto& shelf = std::get<Shelf<A>>(shelves_);
    if (request.command) decide(shelf, request, answer);
    answer.view = A::view(shelf.state(request.target));
    answer.positions = {{{A::kService, 3}, shelf.position()}};
    request.done(std::move(answer));
    if constexpr (Saga<A>) run_saga<A>(request.target);
  }

 private:
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

  std::tuple<Shelf<Order>, Shelf<Stock>, Shelf<Wallet>, Shelf<Coupon>, Shelf<Campaign>,
             Shelf<Checkout>>
      shelves_;
};

}  // namespace souk::testing
