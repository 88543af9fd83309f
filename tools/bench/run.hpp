// One workload from start to end: a node, its seed, the warm-up, the measurement, a clean stop.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tools/bench/cluster_processes.hpp"
#include "tools/bench/order_source.hpp"
#include "tools/bench/read_models.hpp"
#include "tools/bench/run_directory.hpp"
#include "tools/bench/usage.hpp"
#include "tools/bench/workload.hpp"

namespace souk::bench {

struct RunOptions {
  std::size_t connections = 64;
  double seconds = 20;
  double warmup_seconds = 5;
  std::uint64_t seed = 1;
  std::optional<double> rate;  // orders a second at most; not given: as many as come
  Sizes sizes;
  std::optional<std::uint64_t> coupons;  // to grant; not given: see coupons_for()
  bool rebuild = false;                  // afterwards, build the read models anew

  // A node of the bench's own ...
  std::filesystem::path node;  // the souk-node program
  std::vector<std::string> node_arguments;

  // ... or one that runs already.
  std::optional<Endpoint> endpoint;
  std::optional<pid_t> pid;                   // to say what it cost
  std::optional<std::filesystem::path> data;  // to say how it grew
};

// What one of the processes that made the orders used.
struct ProcessCost {
  std::string name;  // of its node
  double cpu_seconds = 0;
};

struct RunResult {
  WorkloadKind kind = WorkloadKind::happy;
  std::size_t connections = 0;
  Tally tally;
  double seconds = 0;
  double bench_cpu_seconds = 0;
  std::vector<ProcessCost> processes;  // of a cluster; empty: it was one node
  std::optional<Crossing> crossing;    // between the nodes of a cluster, while it was measured
  // Of the node, or of all nodes together, while it was measured. Nothing if it is not known.
  std::optional<double> node_cpu_seconds;
  std::optional<std::int64_t> data_bytes;  // its data directory's growth, which can be negative
  std::optional<std::uint64_t> written_bytes;
  std::optional<LagSamples> lag;  // of its read models, while it was measured
  std::optional<RebuildFigures> rebuild;
  std::string fault;  // what was wrong besides unexpected answers: its end. Empty: nothing

  std::string name() const;  // "happy"; "happy x4" of a cluster of four
  bool ok() const { return tally.unexpected == 0 && fault.empty(); }
  double orders_per_second() const;
};

// As many as 12,000 orders a second would present.
std::uint64_t coupons_for(const RunOptions& options);

// Runs the workload against a node of its own, with its data in `directory`.
RunResult run_own_node(WorkloadKind kind, const RunOptions& options, const RunDirectory& directory);

// Runs the workload against a cluster of the bench's own, with all it writes in `directory`.
RunResult run_own_cluster(WorkloadKind kind, const RunOptions& options,
                          const RunDirectory& directory);

// Runs the workload against options.endpoint.
RunResult run_running_node(WorkloadKind kind, const RunOptions& options);

}  // namespace souk::bench
