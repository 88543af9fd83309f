// What all links and sessions of a node share.
#pragma once

#include <atomic>
#include <functional>

#include <caf/all.hpp>

#include "actors/core/runtime.hpp"
#include "cluster/board.hpp"
#include "cluster/transport.hpp"
#include "cluster/unanswered.hpp"
#include "events/wire.hpp"

namespace souk::cluster {

struct LinkOptions {
  Duration heartbeat = milliseconds(500);
  Duration silence_max = seconds(2);  // then the peer counts as gone
  Duration clock_window() const { return {8 * heartbeat.micros}; }
  Duration dial_max = seconds(1);
  Duration redial_min = milliseconds(100);  // doubles up to:
  Duration redial_max = seconds(2);
  UnansweredOptions unanswered;
};

// Outlives the actors that have a reference.
struct Context {
  const core::Runtime& runtime;
  Transport& transport;
  LinkOptions options;
  wire::Hello self;                      // `to` is filled in for each peer
  std::function<wire::Status()> status;  // this node's, for heartbeats; any thread
  // Makes the actor that answers a session's peer about the log (gets Asked).
  std::function<caf::actor(caf::event_based_actor&, ConnectionPtr)> log_giver;
  Board board;
  std::atomic<bool> draining{false};  // commands that begin something new are turned away
};

}  // namespace souk::cluster
