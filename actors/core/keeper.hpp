// The keeper of one partition: it knows which of its aggregates live in memory, loads them on
// demand and lets the least recently used ones leave.
//
// While a child is asked to leave, commands for it wait here; it either stays (something is in
// flight) or goes, and then the next child gets them. At no time do two children of one id live, so
// at most one actor appends to a stream.
#pragma once

#include <chrono>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <fmt/format.h>

#include "actors/core/actor.hpp"
#include "actors/core/messages.hpp"
#include "actors/core/runtime.hpp"
#include "actors/core/saga_host.hpp"

namespace souk::core {

// How exact the times of Ticks and of leaving memory are. Only sagas have Ticks.
template <Aggregate A>
inline constexpr auto kKeeperTick = std::chrono::milliseconds(Saga<A> ? 100 : 1'000);

// How long after its actor died a saga is loaded again.
inline constexpr Duration kReloadAfter = seconds(2);

template <Aggregate A>
class Keeper : public Actor {
 public:
  // `live_max`: how many of its aggregates may be in memory, as long as the others are idle.
  Keeper(caf::actor_config& config, const Runtime& runtime, PartitionId partition,
         std::size_t live_max)
      : Actor(config, Failure::ends_node),
        runtime_(runtime),
        partition_(partition),
        live_max_(live_max) {}

  caf::behavior make_behavior() override {
    delayed_send(this, kKeeperTick<A>, tick_atom::value);
    return {
        [this](Envelope<A>& envelope) { deliver(envelope); },
        [this](const Gone& gone) { gone_child(gone); },
        [this](const Stay& stay) { stayed(stay.id); },
        [this](const WakeAt& wake) { due_.emplace(wake.when, wake.id); },
        [this](const Wake& wake) { find_or_load(wake.id); },
        [this](tick_atom) { tick(); },
        [this](stats_atom) {
          return KeeperStats{children_.size(), buffered_};
        },
        [this](stop_atom) { stop(); },
    };
  }

  const char* name() const override { return "souk.keeper"; }
  std::string described() const override {
    return fmt::format("The keeper of {}/{}", name_of(A::kService), partition_.number);
  }

 private:
  struct Child {
    caf::actor actor;
    std::uint64_t incarnation = 0;
    bool leaving = false;
    Time last_used;
    std::list<std::string>::iterator place;  // in use_
    std::vector<Envelope<A>> waiting;        // while it is leaving
  };

  void deliver(Envelope<A>& envelope) {
    if (stopping_) return;
    if (const store::Status status = runtime_.log.stopped(partition_); !status.ok()) {
      refuse(envelope, status.message());
      return;
    }
    Child& child = find_or_load(envelope.target);
    child.last_used = runtime_.clock.now();
    use_.splice(use_.begin(), use_, child.place);
    if (child.leaving) {
      child.waiting.push_back(std::move(envelope));
      ++buffered_;
    } else {
      send(child.actor, std::move(envelope));
    }
  }

  void refuse(const Envelope<A>& envelope, const std::string& why) {
    if (!envelope.reply_to.actor) return;
    Answer<A> answer;
    answer.token = envelope.reply_to.token;
    answer.verdict = Verdict::unavailable;
    answer.detail = why;
    send(envelope.reply_to.actor, std::move(answer));
  }

  Child& find_or_load(const std::string& id) {
    const auto [at, added] = children_.try_emplace(id);
    Child& child = at->second;
    if (!added) return child;
    ++runtime_.counters.live;
    use_.push_front(id);
    child.place = use_.begin();
    child.last_used = runtime_.clock.now();
    spawn_child(id, child);
    if (children_.size() > live_max_) ask_to_leave(use_.back());
    return child;
  }

  void spawn_child(const std::string& id, Child& child) {
    child.incarnation = ++incarnations_;
    child.leaving = false;
    child.actor = spawn<typename HostOf<A>::type>(
        std::ref(runtime_), caf::actor_cast<caf::actor>(this), partition_, id, child.incarnation);
    if constexpr (Saga<A>) due_.emplace(runtime_.clock.now() + A::kRetry.first_retry, id);
  }

  void ask_to_leave(const std::string& id) {
    Child& child = children_.at(id);
    if (child.leaving) return;
    child.leaving = true;
    send(child.actor, Passivate{});
  }

  void stayed(const std::string& id) {
    const auto found = children_.find(id);
    if (found == children_.end()) return;
    Child& child = found->second;
    child.leaving = false;
    use_.splice(use_.begin(), use_, child.place);
    forward_waiting(child);
  }

  void gone_child(const Gone& gone) {
    const auto found = children_.find(gone.id);
    if (found == children_.end() || found->second.incarnation != gone.incarnation) return;
    Child& child = found->second;
    if (!gone.clean && !stopping_) {
      child.leaving = true;  // commands wait until its last records are in the log, or have failed
      send(runtime_.writer, Fence{caf::actor_cast<caf::actor>(this), gone});
      return;
    }
    if (child.waiting.empty() || stopping_) {
      if constexpr (Saga<A>) {
        // Nobody may ever ask for it again, and it may have work left.
        if (gone.died) reload_.emplace(runtime_.clock.now() + kReloadAfter, gone.id);
      }
      use_.erase(child.place);
      children_.erase(found);
      --runtime_.counters.live;
      return;
    }
    spawn_child(gone.id, child);
    forward_waiting(child);
  }

  void forward_waiting(Child& child) {
    buffered_ -= child.waiting.size();
    for (Envelope<A>& envelope : child.waiting) send(child.actor, std::move(envelope));
    child.waiting.clear();
  }

  void tick() {
    if (stopping_) return;
    const Time now = runtime_.clock.now();
    while (!due_.empty() && due_.begin()->first <= now) {
      const auto found = children_.find(due_.begin()->second);
      if (found != children_.end()) send(found->second.actor, Tick{});
      due_.erase(due_.begin());
    }
    while (!reload_.empty() && reload_.begin()->first <= now) {
      const std::string id = reload_.begin()->second;
      reload_.erase(reload_.begin());
      if (runtime_.log.stopped(partition_).ok()) find_or_load(id);
    }
    leave_idle(now);
    delayed_send(this, kKeeperTick<A>, tick_atom::value);
  }

  // The least recently used stand at the end; a few a tick, so that a crowd leaves gently.
  void leave_idle(Time now) {
    constexpr int kLeaversMax = 256;
    int leavers = 0;
    for (auto at = use_.rbegin(); at != use_.rend() && leavers < kLeaversMax; ++at, ++leavers) {
      const Child& child = children_.at(*at);
      const bool too_many = children_.size() > live_max_ + static_cast<std::size_t>(leavers);
      if (!too_many && now - child.last_used < runtime_.options.idle_after) break;
      ask_to_leave(*at);
    }
  }

  void stop() {
    stopping_ = true;
    for (auto& [id, child] : children_) send_exit(child.actor, caf::exit_reason::user_shutdown);
    quit();
  }

  const Runtime& runtime_;
  PartitionId partition_;
  std::size_t live_max_;
  std::unordered_map<std::string, Child> children_;
  std::list<std::string> use_;            // most recently used first
  std::multimap<Time, std::string> due_;  // who gets a Tick when
  std::multimap<Time, std::string>
      reload_;  // sagas whose actor died, and when they are loaded again
  std::uint64_t incarnations_ = 0;
  std::size_t buffered_ = 0;
  bool stopping_ = false;
};

}  // namespace souk::core
