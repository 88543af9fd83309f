// One connection that a peer opened: checks who it is, hands its commands to this node's keepers,
// and sends the answers back. What the peer asks of the log goes to an actor of its own.
//
// Messages: core::Answer<A> (its token is the wire's number); from the transport: Received, Closed.
#pragma once

#include <string>
#include <unordered_map>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "cluster/clock_gap.hpp"
#include "cluster/context.hpp"
#include "cluster/dispatch.hpp"
#include "cluster/messages.hpp"
#include "cluster/silence.hpp"

namespace souk::cluster {

class Session final : public core::Actor {
 public:
  Session(caf::actor_config& config, Context& context, ConnectionPtr connection);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "souk.session"; }

 private:
  template <class... A>
  caf::message_handler answer_handlers(Types<A...>);
  template <class A>
  void answer(const core::Answer<A>& answer);

  void received(Received& news);
  void item(const ItemView& item);
  void greet(const ItemView& item);
  void command(const ItemView& item);
  void ask_log(const ItemView& item);
  void end(const std::string& why);
  void refuse(std::uint64_t number, store::Code code, std::string why);
  void put(const ItemView& item);
  void flush();
  void tick();
  Time now() const { return context_.runtime.clock.now(); }

  Context& context_;
  ConnectionPtr connection_;
  std::string peer_;  // empty: it has not greeted yet
  caf::actor log_giver_;
  Silence silence_;  // of the peer
  ClockGap clock_gap_;
  Time beat_at_;
  std::unordered_map<std::uint64_t, Time> open_;  // commands without their last answer, since when
  FrameWriter writer_;
  bool flush_sent_ = false;
  Traffic traffic_;  // since the board was last told
};

// Takes the connections that peers open. Messages: Accepted; Done (from its sessions).
class Door final : public core::Actor {
 public:
  Door(caf::actor_config& config, Context& context);
  caf::behavior make_behavior() override;
  const char* name() const override { return "souk.door"; }

 private:
  Context& context_;
  std::unordered_map<caf::actor_id, caf::actor> sessions_;
  bool stopping_ = false;
};

}  // namespace souk::cluster
