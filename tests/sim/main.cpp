// souk-sim: whole clusters in one thread, with everything going wrong, by seeds.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <ranges>
#include <string>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "events/codec.hpp"
#include "tests/sim/trial.hpp"
#include "tests/sim/watchdog.hpp"

namespace souk::sim {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kNewsEvery = 30;  // seconds
constexpr double kPatience = 120;  // real seconds; a moment of a run takes milliseconds

double seconds_of(Duration time) { return static_cast<double>(time.micros) / 1e6; }

const std::map<std::string, bool Faults::*> kFaults = {{"kills", &Faults::kills},
                                                       {"freezes", &Faults::freezes},
                                                       {"cuts", &Faults::cuts},
                                                       {"slow-links", &Faults::slow_links},
                                                       {"disks", &Faults::disks},
                                                       {"rot", &Faults::rot},
                                                       {"actors", &Faults::actors},
                                                       {"clocks", &Faults::clocks},
                                                       {"slow-threads", &Faults::slow_threads}};

void print_failure(const WorldOptions& options, const Trial& failed, bool shortens) {
  Duration faulty = options.faulty;
  const Trial trial = shortens ? shorten(options, failed, &faulty) : failed;
  fmt::print("seed {} FAILS after {:.1f} s of faults ({} steps; {})\n", trial.seed,
             seconds_of(faulty), trial.steps, trial.layout);
  for (const std::string& finding : trial.findings) fmt::print("  {}\n", finding);
  if (!trial.story.empty()) fmt::print("{}", trial.story);
  fmt::print("again: souk-sim --seed {} --seconds {:.3f}\n", trial.seed, seconds_of(faulty));
}

// A thread of the run waits for ever, so nothing of it can be cleaned up.
[[noreturn]] void end_hanging(const Pulse& pulse, double patience, std::uint64_t first) {
  const std::uint64_t seed = pulse.seed;
  fmt::print(
      "seed {} HANGS after {:.1f} simulated seconds ({} steps)\n"
      "  nothing has happened for {:g} s; a debugger shows where it waits\n"
      "again: souk-sim --seed {}\n",
      seed, seconds_of({pulse.passed}), pulse.steps.load(), patience, seed);
  if (seed > first) fmt::print("seeds {} to {} had ended; what failed is above\n", first, seed - 1);
  std::fflush(stdout);
  std::_Exit(1);
}

// What all seeds together amount to.
struct Sum {
  std::uint64_t first = 1, ran = 0, failed = 0, steps = 0, wishes = 0;
  double simulated = 0;  // seconds

  void add(const Trial& trial) {
    ++ran;
    failed += trial.failed() ? 1 : 0;
    steps += trial.steps;
    wishes += trial.wishes;
    simulated += seconds_of(trial.passed);
  }
  void print(double took) const {
    const std::uint64_t last = first + ran - (ran > 0 ? 1 : 0);
    fmt::print(
        "seeds {} to {}: {} failed; {:.1f} simulated hours in {:.1f} s: {:.0f} hours an hour, "
        "{:.1f} seeds a minute; {} messages, {} requests\n",
        first, last, failed, simulated / 3'600, took, simulated / took,
        60 * static_cast<double>(ran) / took, steps, wishes);
  }
};

int run(int argc, char** argv) {
  CLI::App app{
      "Runs whole clusters in one thread, with crashes, cuts, frozen machines, failing disks and "
      "wrong\n"
      "clocks, and judges what is left. Everything follows from the seed.\n\n"
      "Exit code: 0 nothing is wrong, 1 a seed fails or hangs, 2 wrong options."};
  WorldOptions options;
  std::uint64_t seeds = 1;
  double faulty = seconds_of(options.faulty), limit = 0, patience = kPatience;
  std::vector<std::string> faults;
  std::string log;
  bool whole = false, trace = false, keep_going = false;
  app.add_option("--seed", options.seed, "the (first) seed")->capture_default_str();
  app.add_option("--seeds", seeds, "how many, one after the other")->capture_default_str();
  app.add_option("--hours", limit, "as many seeds as fit into so many hours, instead");
  app.add_option("--seconds", faulty, "simulated seconds in which things go wrong")
      ->capture_default_str();
  app.add_option("--steps", options.steps_max, "end after so many messages, unjudged; 0: never");
  app.add_option("--nodes", options.nodes, "machines; 0: as the seed says")
      ->check(CLI::Range(0, 16));
  app.add_option("--clients", options.workload.clients, "clients")->capture_default_str();
  app.add_option(
         "--faults", faults,
         fmt::format("only these: {}; or none", fmt::join(kFaults | std::views::keys, ", ")))
      ->delimiter(',');
  app.add_option("--patience", patience,
                 "real seconds without anything happening after which a run counts as hanging")
      ->check(CLI::Range(0.001, 86'400.0))
      ->capture_default_str();
  app.add_option("--log", log, "the nodes' log lines of this level: debug, info, warn, error");
  app.add_option("--folder", options.folder, "for read models")->default_val("/dev/shm");
  app.add_flag("!--no-read-models", options.read_models, "keep none: faster");
  app.add_flag("--whole", whole, "do not look for the shortest run that fails");
  app.add_flag("--trace", trace, "print a fingerprint of each run");
  app.add_flag("--keep-going", keep_going, "go on after a seed that fails");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!faults.empty()) {
    for (const auto& [name, member] : kFaults) options.faults.*member = false;
    for (const std::string& name : faults) {
      if (name == "none") continue;
      const auto found = kFaults.find(name);
      if (found == kFaults.end()) {
        fmt::print(stderr, "souk-sim: there is no fault '{}'; see souk-sim --help.\n", name);
        return 2;
      }
      options.faults.*found->second = true;
    }
  }
  options.faulty = {static_cast<std::int64_t>(faulty * 1e6)};
  spdlog::set_level(log.empty() ? spdlog::level::critical : spdlog::level::from_str(log));
  codec::check_schemas();

  const auto began = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return Seconds(std::chrono::steady_clock::now() - began).count(); };
  const bool tells = isatty(STDERR_FILENO) == 1;
  double told = 0;
  Sum sum{options.seed};
  Pulse pulse;
  options.pulse = &pulse;
  name_seed_of_crash(pulse);
  const Watchdog watchdog(pulse, Watchdog::Seconds(patience),
                          [&] { end_hanging(pulse, patience, sum.first); });
  for (; limit > 0 ? elapsed() < limit * 3'600 : sum.ran < seeds; ++options.seed) {
    const Trial trial = run_trial(options);
    sum.add(trial);
    if (trace) fmt::print("seed {} trace {:016x} steps {}\n", trial.seed, trial.trace, trial.steps);
    if (trial.failed()) {
      print_failure(options, trial, !whole);
      std::fflush(stdout);
      if (!keep_going) break;
    }
    if (tells && elapsed() - told >= kNewsEvery) {
      told = elapsed();
      fmt::print(stderr, "souk-sim: seeds {} to {}, {:.0f} s: {} failed so far\n", sum.first,
                 trial.seed, told, sum.failed);
    }
  }
  sum.print(elapsed());
  return sum.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace souk::sim

int main(int argc, char** argv) {
  try {
    return souk::sim::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "souk-sim: {}\n", error.what());
    return 2;
  }
}
