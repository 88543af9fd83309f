// What the gateway asks of the node behind it. The gateway knows HTTP and JSON; the backend knows
// actors.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "actors/campaign/campaign.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/coupon/coupon.hpp"
#include "actors/order/order.hpp"
#include "actors/stock/stock.hpp"
#include "actors/wallet/wallet.hpp"
#include "events/positions.hpp"
#include "node/gateway/cluster_view.hpp"
#include "node/gateway/raw_log.hpp"
#include "node/gateway/reading.hpp"

namespace souk::gateway {

enum class Outcome : std::uint8_t {
  accepted,  // the command is durable, and so is everything that the answer is based on
  pending,   // the command is durable, and what it leads to goes on (an order under way): `wait` is
             // over
  refused,   // the aggregate refused: `refusal` says why
  id_reused,    // the command's id came before, with another body
  timed_out,    // no answer within `wait`; the command may still be carried out (ask again with the
                // same id)
  unavailable,  // the aggregate's partition has stopped: `detail` says why
  overloaded,   // too much is in flight; nothing was done
  misdirected,  // this node takes no such requests: `detail` says who does
};

// What comes back for one request to an aggregate of kind A.
template <class A>
struct Answer {
  Outcome outcome = Outcome::accepted;
  std::string refusal;  // refusal_name, or the host's "deadline_passed"
  std::string detail;   // of unavailable and misdirected, and of overloaded unless it is empty: one
                        // sentence
  typename A::Reply reply;
  typename A::State
      view;             // A::view of the state after the command (or as read), whatever the outcome
  Positions positions;  // of the records that the answer is based on
};

// A command (or, without one, a read) for one aggregate.
template <class A>
struct Request {
  std::string target;                          // the aggregate's id
  std::optional<typename A::Command> command;  // none: a read
  std::string command_id;      // the idempotency key within the aggregate; empty: none
  std::string correlation_id;  // goes into every record and log line that follows from this
  std::string trace;           // W3C traceparent as it came, or empty
  Duration wait = seconds(5);  // then `done` gets timed_out
  std::function<void(Answer<A>)>
      done;  // called exactly once, on any thread; must not block or throw
};

// Thread-safe. `ask` never blocks.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual void ask(Request<Order> request) = 0;
  virtual void ask(Request<Stock> request) = 0;
  virtual void ask(Request<Wallet> request) = 0;
  virtual void ask(Request<Coupon> request) = 0;
  virtual void ask(Request<Campaign> request) = 0;
  virtual void ask(Request<Checkout> request) = 0;

  // --- read models; a backend without any says so -----------------------------------------------

  virtual void read(ReadRequest request) { request.done(no_read_models()); }
  virtual void read_models_info(std::function<void(ReadModelsInfo)> done) { done({}); }
  // Starts to build the models anew beside the live ones; ok also if one is running already.
  virtual void rebuild_read_models(std::function<void(ReadAnswer)> done) { done(no_read_models()); }
  virtual void settle_parked(ParkedRequest request) { request.done(no_read_models()); }

  // --- the log as it is; a backend without one says so -------------------------------------------

  virtual void log_info(LogDone<LogInfo> done) { done(no_log<LogInfo>()); }
  virtual void read_batches(ReadBatches request) { request.done(no_log<LogBatches>()); }
  virtual void find_batch(FindBatch request) { request.done(no_log<std::uint64_t>()); }
  virtual void read_head(StreamRequest<LogHead> request) { request.done(no_log<LogHead>()); }
  virtual void read_snapshot(StreamRequest<LogSnapshot> request) {
    request.done(no_log<LogSnapshot>());
  }
  virtual void back_up(BackUp request) { request.done(no_log<BackUp::Made>()); }

  // --- the cluster -------------------------------------------------------------------------------

  virtual ClusterView cluster() const { return {}; }
  // Turns new work away from now on, here and from peers; or takes it again.
  virtual void drain(bool /*on*/) {}
  virtual bool draining() const { return false; }

  // Empty once the node can take orders; else one sentence that says what it waits for or which
  // partition has stopped.
  virtual std::string not_ready() const = 0;

 protected:
  static ReadAnswer no_read_models(const std::string& who_does = "one that does") {
    return {.outcome = ReadOutcome::unavailable,
            .detail = "This node keeps no read models; ask " + who_does + "."};
  }
  template <class T>
  static LogAnswer<T> no_log() {
    return {LogOutcome::unavailable, "This node does not serve its log; ask one that does.", {}};
  }
};

}  // namespace souk::gateway
