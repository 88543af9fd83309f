// The front: the actor through which the gateway speaks to the aggregates. It remembers who waits
// for which answer and for how long; nothing of it is stored.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "actors/core/runtime.hpp"
#include "node/gateway/backend.hpp"

namespace souk::node {

// One request of the gateway, on its way to the front. Shared because CAF messages must be
// copyable; never copied.
template <class A>
struct Ask {
  std::shared_ptr<gateway::Request<A>> request;
};

// How long a request is waited for beyond its own `wait` until its command is known to be durable:
// an asker who does not wait for the outcome still must not be told "accepted" before that.
inline constexpr Duration kDurableGrace = seconds(5);

// A request whose outcome is unknown, because the connection to the aggregate's node ended, is sent
// again after this, then after twice this, and so on, as long as its asker waits. Its id sees to it
// that it is carried out once.
inline constexpr Duration kAskAgainFirst = milliseconds(100);
inline constexpr Duration kAskAgainMax = seconds(2);

class Front : public core::Actor {
 public:
  // `waiting_max`: how many requests to one service may wait here; further ones are turned away, so
  // that a service that hangs does not use up the gateway.
  Front(caf::actor_config& config, const core::Runtime& runtime, std::size_t waiting_max);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "souk.front"; }

 private:
  using Expire = void (Front::*)(std::uint64_t);
  using Deadlines = std::multimap<Time, std::pair<std::uint64_t, Expire>>;

  template <class A>
  struct Waiting {
    std::shared_ptr<gateway::Request<A>> request;
    Deadlines::iterator deadline;
    bool durable = false;  // an answer that is not final has come
    bool expired = false;  // the asker's own wait is over
    gateway::Answer<A> so_far;
    // Of an aggregate on another node: what was sent, to be sent again; null: it may not be.
    std::shared_ptr<const core::Envelope<A>> again;
    bool unknown = false;  // it was sent, and may have been carried out
    int tries = 0;
  };
  template <class A>
  using WaitingMap = std::unordered_map<std::uint64_t, Waiting<A>>;

  template <class A>
  void ask(Ask<A>& ask);
  template <class A>
  void answered(core::Answer<A>& answer);
  template <class A>
  void expire(std::uint64_t token);
  template <class A>
  void ask_again(std::uint64_t token);
  template <class A>
  bool will_ask_again(std::uint64_t token, Waiting<A>& one, core::Verdict verdict);
  template <class A>
  void finish(std::uint64_t token, gateway::Answer<A> answer);
  template <class A>
  caf::message_handler handlers_for();

  void expire_due();
  template <class A>
  Deadlines::iterator expire_at(Time when, std::uint64_t token);
  void wake_in_time();

  const core::Runtime& runtime_;
  const std::size_t waiting_max_;
  std::minstd_rand random_;
  std::uint64_t last_token_ = 0;
  std::tuple<WaitingMap<Order>, WaitingMap<Stock>, WaitingMap<Wallet>, WaitingMap<Coupon>,
             WaitingMap<Campaign>, WaitingMap<Checkout>>
      waiting_;
  Deadlines deadlines_;  // of those who wait now
  Time wake_at_;         // when the next tick comes; not set: none is under way
};

}  // namespace souk::node

namespace caf {
template <class A>
struct allowed_unsafe_message_type<souk::node::Ask<A>> : std::true_type {};
}  // namespace caf
