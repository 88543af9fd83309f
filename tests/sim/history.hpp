// What clients asked of the cluster, and what they heard: all that an auditor may know of the world
// beside the logs that it left behind.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/codec.hpp"
#include "events/ids.hpp"
#include "events/positions.hpp"
#include "node/gateway/backend.hpp"
#include "tests/sim/machine.hpp"

namespace souk::sim {

struct Heard {
  Time asked, heard;  // by the world's clock
  gateway::Outcome outcome = gateway::Outcome::timed_out;
  std::string refusal;
  std::string reply;  // saved form
  std::string view;   // saved form of the aggregate's state
  Positions positions;

  // Whether it says what came of the command. `pending` says that it is kept, and not what comes of
  // it.
  bool is_final() const {
    return outcome == gateway::Outcome::accepted || outcome == gateway::Outcome::refused ||
           outcome == gateway::Outcome::id_reused;
  }
};

// Something that a client wants done, or wants to know. It may be asked for many times.
struct Wish {
  Service service = Service::order;
  std::string target;
  std::string command_id;  // empty: a read
  std::string effect;  // what the log has once it is done, as Ledger names it; empty: not one thing
  std::string text;    // for people
  std::vector<Heard> heard;
  int asks = 0;           // requests that reached a gateway
  Wish* rival = nullptr;  // another body under the same id: at most one of both is accepted
  // Asks a machine's node; `done` hears what it says, unless the node ends before.
  std::function<void(Machine&, Duration wait, std::function<void(Heard)> done)> ask;

  bool is_read() const { return command_id.empty(); }
};

using History = std::vector<std::unique_ptr<Wish>>;

template <class T>
std::string saved(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  return bytes;
}

// A command for the aggregate, or without one a read.
template <class A>
std::unique_ptr<Wish> wish(std::string target, std::string command_id,
                           std::optional<typename A::Command> command, std::string effect,
                           std::string text) {
  auto wish = std::make_unique<Wish>();
  wish->service = A::kService;
  wish->target = target;
  wish->command_id = command_id;
  wish->effect = std::move(effect);
  wish->text = std::move(text);
  wish->ask = [target = std::move(target), command_id = std::move(command_id),
               command = std::move(command)](Machine& machine, Duration wait,
                                             std::function<void(Heard)> done) {
    gateway::Request<A> request;
    request.target = target;
    request.command = command;
    request.command_id = command_id;
    request.correlation_id = target;
    request.wait = wait;
    request.done = [done = std::move(done)](gateway::Answer<A> answer) {
      done({{},
            {},
            answer.outcome,
            std::move(answer.refusal),
            saved(answer.reply),
            saved(answer.view),
            std::move(answer.positions)});
    };
    machine.node().ask(std::move(request));
  };
  return wish;
}

}  // namespace souk::sim
