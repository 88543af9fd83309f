#include "tools/bench/run.hpp"

#include <chrono>

#include <fmt/format.h>

#include "tools/bench/error.hpp"
#include "tools/bench/node_process.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/seeding.hpp"

namespace souk::bench {
namespace {

constexpr double kCouponRatePlanned = 12'000 * kCouponShare;
constexpr std::chrono::seconds kDrainLimit{10};

struct Watched {
  std::string name;
  pid_t pid = 0;
  std::optional<std::filesystem::path> data;
};

struct Target {
  Endpoint endpoint;
  std::vector<Watched> processes;             // to say what they cost
  const ClusterProcesses* cluster = nullptr;  // if they are one of the bench's own
};

struct Reading {
  Clock::time_point at;
  double bench_cpu_seconds = 0;
  std::vector<Usage> processes;
  Crossing crossing;
};

Reading read_now(const Target& target) {
  Reading reading;
  for (const Watched& one : target.processes)
    reading.processes.push_back(usage_of(one.pid, one.data));
  if (target.cluster) reading.crossing = target.cluster->crossing();
  reading.bench_cpu_seconds = own_cpu_seconds();
  reading.at = Clock::now();
  return reading;
}

template <class Number, class Difference>
void add(std::optional<Difference>& sum, const std::optional<Number>& before,
         const std::optional<Number>& after) {
  if (before && after)
    sum = sum.value_or(0) + static_cast<Difference>(*after) - static_cast<Difference>(*before);
}

void fill_costs(RunResult& result, const Target& target, const Reading& before,
                const Reading& after) {
  result.seconds = std::chrono::duration<double>(after.at - before.at).count();
  result.bench_cpu_seconds = after.bench_cpu_seconds - before.bench_cpu_seconds;
  for (std::size_t i = 0; i < target.processes.size(); ++i) {
    const Usage& then = before.processes[i];
    const Usage& now = after.processes[i];
    const double cpu_seconds = now.cpu_seconds - then.cpu_seconds;
    result.node_cpu_seconds = result.node_cpu_seconds.value_or(0) + cpu_seconds;
    add(result.written_bytes, then.written, now.written);
    add(result.data_bytes, then.data_bytes, now.data_bytes);
    if (target.cluster) result.processes.push_back({target.processes[i].name, cpu_seconds});
  }
  if (target.cluster)
    result.crossing = Crossing{after.crossing.items - before.crossing.items,
                               after.crossing.bytes - before.crossing.bytes};
}

Clock::time_point in(double seconds) {
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

RunResult load(WorkloadKind kind, const RunOptions& options, const Target& target,
               const std::string& run) {
  const std::uint64_t coupons = options.coupons.value_or(coupons_for(options));
  note(fmt::format("{}: seeding {} SKUs, {} wallets, {} coupons", name_of(kind), options.sizes.skus,
                   options.sizes.customers, coupons));
  seed(target.endpoint, {kind, options.sizes, coupons, run, options.connections});

  note(fmt::format("{}: {} connections, {} s of warm-up, {} s measured", name_of(kind),
                   options.connections, options.warmup_seconds, options.seconds));
  OrderSource source(Workload(kind, options.sizes, options.seed), run, target.endpoint.host(),
                     options.connections, coupons);
  ClosedLoop loop(target.endpoint, options.connections);
  if (options.rate) loop.set_pace(*options.rate);
  loop.run(source, in(options.warmup_seconds));

  LagWatch lag(target.endpoint);
  const Reading before = read_now(target);
  source.measure(true);
  loop.run(source, in(options.seconds));
  source.measure(false);
  const Reading after = read_now(target);
  const std::optional<LagSamples> lag_samples = lag.stop();
  loop.drain(source, Clock::now() + kDrainLimit);

  RunResult result;
  result.kind = kind;
  result.connections = options.connections;
  result.tally = source.tally();
  result.lag = lag_samples;
  fill_costs(result, target, before, after);
  if (options.rebuild) {
    note(fmt::format("{}: building the read models anew", name_of(kind)));
    result.rebuild = rebuild_read_models(target.endpoint);
  }
  return result;
}

// Tells this run's orders and coupons from those of earlier ones on the same node.
std::string run_of_this_moment() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{:x}", std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

std::string RunResult::name() const {
  return processes.empty() ? std::string(name_of(kind))
                           : fmt::format("{} x{}", name_of(kind), processes.size());
}

double RunResult::orders_per_second() const {
  return seconds > 0 ? static_cast<double>(tally.orders()) / seconds : 0.0;
}

std::uint64_t coupons_for(const RunOptions& options) {
  return static_cast<std::uint64_t>(kCouponRatePlanned *
                                    (options.warmup_seconds + options.seconds));
}

RunResult run_own_node(WorkloadKind kind, const RunOptions& options,
                       const RunDirectory& directory) {
  NodeProcess node(options.node, directory.data(), directory.log(), options.node_arguments);
  // On a node of its own nothing came before: the same seed gives the same ids.
  RunResult result =
      load(kind, options, {node.endpoint(), {{"node", node.pid(), directory.data()}}},
           fmt::format("{}", options.seed));
  result.fault = node.stop();
  return result;
}

RunResult run_own_cluster(WorkloadKind kind, const RunOptions& options,
                          const RunDirectory& directory) {
  ClusterProcesses cluster(options.node, directory.path(), options.node_arguments);
  Target target{cluster.gateway(), {}, &cluster};
  for (const ClusterProcesses::Member& member : cluster.members())
    target.processes.push_back({member.name, member.process->pid(), member.data});
  RunResult result = load(kind, options, target, fmt::format("{}", options.seed));
  result.fault = cluster.stop();
  return result;
}

RunResult run_running_node(WorkloadKind kind, const RunOptions& options) {
  Target target{*options.endpoint, {}};
  if (options.pid) target.processes.push_back({"node", *options.pid, options.data});
  return load(kind, options, target, run_of_this_moment());
}

}  // namespace souk::bench
