// A whole cluster in one thread, and everything that can happen to it. What happens follows from
// the seed alone, message by message.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/config.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/auditor.hpp"
#include "tests/sim/clients.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/watchdog.hpp"

namespace souk::sim {

// What may happen. Each on its own can be left out, to see what a failure needs.
struct Faults {
  bool kills = true;       // kill -9, and power cuts
  bool freezes = true;     // SIGSTOP, for longer than the heartbeats
  bool cuts = true;        // one way, or all ways of a machine
  bool slow_links = true;  // and links that lose, double and reorder frames
  bool disks = true;       // a sync that fails, or is torn by a power cut; a disk that is full
  bool rot = true;         // what was written comes out otherwise, or cannot be read
  bool actors = true;      // a bug that ends an aggregate's actor, now here and now there
  bool clocks = true;      // machines whose clocks differ, and are set
  bool slow_threads = true;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  Duration faulty = seconds(40);      // how long things go wrong
  Duration to_settle = seconds(240);  // how long everything may take to end after that
  int nodes = 0;                      // 0: the seed says
  std::uint64_t steps_max = 0;        // the run ends, unjudged, after so many; 0: no limit
  Faults faults;
  Workload workload;
  bool read_models = true;
  std::string folder;      // for read models; must exist
  Pulse* pulse = nullptr;  // null: nobody looks on
};

class World {
 public:
  explicit World(WorldOptions options);
  ~World();

  // Runs it all, and judges. Returns what is wrong, in sentences; empty: nothing.
  std::vector<std::string> run();

  // Of everything that happened, in order: the same seed gives the same.
  std::uint64_t trace() const { return trace_; }
  std::uint64_t steps() const { return steps_; }
  Duration passed() const { return agenda_.now() - kBegin; }
  const Clients& clients() const { return *clients_; }
  std::string layout() const;  // which machine has which roles

  // The first order, SKU, wallet ... that a sentence of `run` names: all that the logs say of it.
  std::string story(const std::string& id);

 private:
  void build();
  bool step();
  bool over() const { return options_.steps_max > 0 && steps_ >= options_.steps_max; }
  template <class Until>
  bool run_until(Time when, Until&& until);
  bool is_quiet();
  bool has_been_quiet();

  void plan_fault();
  void fault();
  void kill(Machine& machine);
  void freeze(Machine& machine);
  void cut(Machine& machine);
  void make_slow(Machine& machine);
  void fail_disk(Machine& machine);
  void rot(Machine& machine);
  void set_clock(Machine& machine);
  void restart_later(Machine& machine, Duration after);
  Duration down_for();
  void end_faults();

  void try_again();
  std::optional<Heard> ask(Machine& gateway, const Wish& wish);
  void judge();
  ModelAnswers ask_read_models();
  std::optional<std::vector<std::string>> query(Machine& machine, const std::string& sql);
  void wrong(std::string what) { findings_.push_back(std::move(what)); }
  void mark(std::uint64_t what);

  const WorldOptions options_;
  Random random_;
  Agenda agenda_;
  Network network_{agenda_, random_};
  cluster::ClusterConfig config_;
  cluster::Placement placement_;
  store::Identity identity_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<Machine*> gateways_;
  std::unique_ptr<Clients> clients_;
  bool faulty_ = false;
  bool clocks_differ_ = false;  // they may
  Duration receipt_margin_;     // all nodes'
  Time quiet_since_;
  std::uint64_t trace_ = 0, steps_ = 0;
  std::vector<std::string> findings_;
};

}  // namespace souk::sim
