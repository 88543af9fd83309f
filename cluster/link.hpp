// The link to one peer: keeps a connection to it, sends what this node asks of it, and hands the
// answers to who asked.
//
//   away -> dialling -> greeting -> up -> away ...
//
// While the peer is not up everything that is asked is turned away at once: who asks repeats (a
// saga by its outbox, a client by its id). What was on its way when the connection ended has an
// unknown outcome, and its asker is told so. Nothing waits here, and nothing is sent twice.
//
// Messages: core::RemoteCommand, Request; from the transport: Dialled, Received, Closed.
#pragma once

#include <optional>
#include <random>
#include <string>

#include <caf/all.hpp>

#include "actors/core/actor.hpp"
#include "cluster/clock_gap.hpp"
#include "cluster/context.hpp"
#include "cluster/messages.hpp"
#include "cluster/silence.hpp"

namespace souk::cluster {

class Link final : public core::Actor {
 public:
  // `peer` is the peer's name, `at` where it listens, `partitions` which are its ("stock/0,
  // stock/3", for people).
  Link(caf::actor_config& config, Context& context, std::string peer, Endpoint at,
       std::string partitions);
  caf::behavior make_behavior() override;
  const char* name() const override { return "souk.link"; }
  std::string described() const override { return "The link to " + peer_; }

 private:
  enum class State : std::uint8_t { away, dialling, greeting, up };

  void dial();
  void dialled(Dialled& news);
  void received(Received& news);
  void item(const ItemView& item);
  void welcomed(const ItemView& item);
  void told_status(const ItemView& item);
  void told_goodbye(const ItemView& item);
  void answered(const ItemView& item);
  void failed(const ItemView& item);
  void go_away(const std::string& why);
  void report_away(bool was_up, const std::string& why);

  void command(core::RemoteCommand& command);
  void request(Request& request);
  [[nodiscard]] bool put(const ItemView& item);
  void flush();
  void send_now(Kind kind, const std::string& part);

  void tick();
  void report_breakers(Time now);
  void report_clock();
  void show();
  Time now() const { return context_.runtime.clock.now(); }

  Context& context_;
  const std::string peer_;
  const Endpoint at_;
  const std::string partitions_;

  State state_ = State::away;
  ConnectionPtr connection_;
  std::uint64_t attempt_ = 0;
  std::int64_t failures_ = 0;  // dials since it was last up
  Time dial_at_;
  Time state_since_;
  Silence silence_;  // of the peer
  ClockGap clock_gap_;
  bool clocks_differ_ = false;  // that was said
  Time beat_at_;                // when the next heartbeat is due
  Peer shown_;                  // as on the board
  std::string said_;            // the last sentence about why it is away that went to the log
  std::optional<std::string> goodbye_;

  FrameWriter writer_;
  std::int64_t items_to_send_ = 0;
  bool flush_sent_ = false;
  Unanswered unanswered_;
  std::vector<std::uint8_t> silent_;  // lanes whose breaker was open at the last look
  std::minstd_rand random_;
};

}  // namespace souk::cluster
