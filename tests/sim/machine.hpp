// One simulated machine: a whole node, as it runs in production, on a disk and a clock that the
// world controls. Its actors run one message at a time, in the order that the world chooses.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <caf/scheduler/test_coordinator.hpp>

#include "node/node.hpp"
#include "store/memory_kv.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/random.hpp"

namespace souk::sim {

// The machine's idea of the time: off by a constant, until somebody sets it.
class MachineClock final : public core::Clock {
 public:
  explicit MachineClock(const Agenda& agenda) : agenda_(agenda) {}
  Time now() const override { return agenda_.now() + ahead_; }
  void set_ahead(Duration by) { ahead_ = by; }
  void put_forward(Duration by) { ahead_.micros += by.micros; }

 private:
  const Agenda& agenda_;
  Duration ahead_;
};

// How quick and how orderly its threads are.
struct Threads {
  unsigned disorder = 50;  // percent of the turns: anybody's; else who has waited for longest
  unsigned held_up =
      2;  // in ten thousandths of the turns: whose turn it is does nothing for a while
  Duration held_up_max = milliseconds(300);
};

class Machine {
 public:
  // Lets the world go on until something has come, or so much time has passed.
  using Wait = std::function<void(Machine&, const std::function<bool()>& until, Duration max)>;

  // `options` has everything but what a simulation brings. Does not start.
  Machine(Agenda& agenda, Network& network, Random& random, std::uint16_t port,
          node::NodeOptions options, store::Identity identity, Wait wait);
  ~Machine();

  const std::string& name() const { return options_.name; }
  std::uint16_t port() const { return port_; }

  void start();
  bool is_up() const { return node_ != nullptr; }
  // kill -9: what its peers had been sent arrives, and its connections are closed.
  void kill();
  // Its power fails: what was not synced is gone, and nobody hears anything.
  void lose_power();
  // As an operator stops it.
  void stop();
  // A value on its disk goes bad, until somebody restores its files from a copy, which takes a new
  // start to be of use. `bit`: it comes out otherwise; none: it cannot be read.
  void rot(store::Column column, const std::string& key, std::optional<std::uint64_t> bit);
  void heal() { disk_->heal(), rotten_ = false; }
  bool has_seen_rot() const { return has_seen_rot_; }  // since its start

  // A bug ends the actors of so many aggregates, now and then one that has something to do. Holds
  // until the next start; 0: of no more.
  void end_aggregates(int count) { doomed_ = count; }

  // SIGSTOP and SIGCONT.
  void freeze(bool on) { frozen_ = on; }
  bool is_frozen() const { return frozen_; }
  // One of its actors waits in the middle of a message: it cannot be ended just now.
  bool is_waiting() const { return waiting_ > 0; }

  node::Node& node() { return *node_; }
  store::MemoryDisk& disk() { return *disk_; }
  MachineClock& clock() { return clock_; }
  Threads threads;

  // Changes with every start and end: what was asked of another run of it is not answered by this
  // one.
  std::uint64_t run() const { return run_; }

  // Whether an actor could do something now, and has it handle one message. Returns whose turn of
  // how many it was, for the trace.
  bool has_work();
  std::uint64_t work();
  // Timers of the machine see that time has passed, unless it is frozen.
  void pass(Duration time);

  // The log of a machine that is down, as the next start would find it.
  std::unique_ptr<store::Log> open_log();

 private:
  caf::scheduler::test_coordinator& coordinator();
  void end();

  Agenda& agenda_;
  Random& random_;
  const std::uint16_t port_;
  node::NodeOptions options_;
  const store::Identity identity_;
  store::LogOptions log_options_;
  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  MachineClock clock_;
  Transport transport_;
  std::unique_ptr<node::Node> node_;
  std::map<caf::resumable*, Time> held_up_;  // until when
  Duration missed_;                          // time that passed while it was frozen
  bool frozen_ = false, ending_ = false, rotten_ = false, has_seen_rot_ = false;
  int waiting_ = 0, doomed_ = 0;
  std::uint64_t run_ = 0;
};

}  // namespace souk::sim
