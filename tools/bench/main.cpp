// souk-bench: loads a souk-node over HTTP and says what it makes of it. See README.md.
// Exit codes: 0 all as expected, 1 an answer was not, 2 the benchmark could not be run.

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/bench/error.hpp"
#include "tools/bench/floor.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/report.hpp"
#include "tools/bench/run.hpp"

namespace {

using namespace souk::bench;

struct Arguments {
  RunOptions run;
  std::string workload;
  std::string url;
  pid_t pid = 0;
  std::uint64_t coupons = 0;
  std::string node;
  std::string data_dir;
  std::string from;
  std::string format = "table";
  bool keep = false;
  bool cluster = false;
};

void add_run(CLI::App& app, Arguments& arguments) {
  RunOptions& run = arguments.run;
  CLI::App* command = app.add_subcommand("run", "Load a node with one workload, or with all");
  command->add_option("workload", arguments.workload, "happy, mixed, hot or all")
      ->required()
      ->check(CLI::IsMember({"happy", "mixed", "hot", "all"}));
  command->add_flag("--cluster", arguments.cluster,
                    "Then the same load once more on a cluster of four processes");
  command->add_option("--connections", run.connections, "Connections, one order in flight on each")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--seconds", run.seconds, "How long to measure")
      ->check(CLI::Range(0.1, 86'400.0))
      ->capture_default_str();
  command->add_option("--warmup", run.warmup_seconds, "Seconds of load before measuring")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  command->add_option("--seed", run.seed, "Of the orders' sequence")->capture_default_str();
  command
      ->add_option("--rate", run.rate,
                   "Orders a second at most; default: the next one as soon as one is answered")
      ->check(CLI::Range(0.1, 1e6));
  command->add_option("--skus", run.sizes.skus, "How many SKUs")
      ->check(CLI::Range(2, 10'000'000))
      ->capture_default_str();
  command->add_option("--customers", run.sizes.customers, "How many customers")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  command->add_option("--coupons", arguments.coupons,
                      "Coupons to grant beforehand; default: enough for 12,000 orders/s");
  command->add_option("--node", arguments.node,
                      "The souk-node program; default: beside souk-bench");
  command->add_option("--url", arguments.url,
                      "Load this running node (loopback only) instead of one of the bench's own");
  command->add_option("--pid", arguments.pid, "With --url: the node's process, to say what it cost")
      ->needs("--url")
      ->check(CLI::Range(1, 1 << 22));
  command->add_option("--data-dir", arguments.data_dir,
                      "Where the node's data goes (default: TMPDIR or /var/tmp); with --url: where "
                      "it is");
  command->add_flag("--rebuild", run.rebuild,
                    "Afterwards, have the read models built anew, and say how fast that was");
  command->add_flag("--keep", arguments.keep, "Keep the data and the node's log file");
  command->footer("Arguments after -- are passed on to souk-node.");
}

void add_floor(CLI::App& app, Arguments& arguments) {
  CLI::App* command =
      app.add_subcommand("floor", "Write a run's log once more, straight into RocksDB");
  command->add_option("--from", arguments.from, "The data directory of a run, its node stopped")
      ->required();
  command->add_option("--data-dir", arguments.data_dir,
                      "Where the copy goes meanwhile (default: TMPDIR or /var/tmp)");
}

// Splits off what follows "--".
std::vector<std::string> split_passed_on(int& argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--") continue;
    std::vector<std::string> passed_on(argv + i + 1, argv + argc);
    argc = i;
    return passed_on;
  }
  return {};
}

std::filesystem::path base_of(const Arguments& arguments) {
  return arguments.data_dir.empty() ? default_base() : std::filesystem::path(arguments.data_dir);
}

std::filesystem::path node_program(const Arguments& arguments) {
  const std::filesystem::path node =
      arguments.node.empty()
          ? std::filesystem::read_symlink("/proc/self/exe").parent_path() / "souk-node"
          : std::filesystem::path(arguments.node);
  if (!std::filesystem::is_regular_file(node))
    throw BenchError(
        fmt::format("there is no souk-node at {}; say where with --node", node.string()));
  return node;
}

void fill_target(Arguments& arguments) {
  if (arguments.workload == "all" && arguments.cluster)
    throw BenchError("--cluster goes with one workload");
  if (arguments.url.empty()) {
    arguments.run.node = node_program(arguments);
    return;
  }
  if (arguments.workload == "all" || arguments.cluster || !arguments.run.node_arguments.empty())
    throw BenchError(
        "'all', --cluster and arguments after -- need nodes of the bench's own: leave --url out");
  arguments.run.endpoint = Endpoint::parse(arguments.url);
  if (arguments.pid > 0) arguments.run.pid = arguments.pid;
  if (!arguments.data_dir.empty()) arguments.run.data = arguments.data_dir;
}

void run_all(const Arguments& arguments, Report& report) {
  const std::filesystem::path base = base_of(arguments);
  {
    const RunDirectory directory(base, "happy", arguments.keep);
    report.runs.push_back(run_own_node(WorkloadKind::happy, arguments.run, directory));
    note("floor: writing the log of happy once more");
    report.floor = run_floor(directory.data(), directory.path() / "floor");
  }
  for (const WorkloadKind kind : {WorkloadKind::hot, WorkloadKind::mixed}) {
    const RunDirectory directory(base, name_of(kind), arguments.keep);
    report.runs.push_back(run_own_node(kind, arguments.run, directory));
  }
}

void run_one(const Arguments& arguments, Report& report) {
  const WorkloadKind kind = *workload_named(arguments.workload);
  if (arguments.run.endpoint) {
    report.runs.push_back(run_running_node(kind, arguments.run));
    return;
  }
  {
    const RunDirectory directory(base_of(arguments), name_of(kind), arguments.keep);
    report.runs.push_back(run_own_node(kind, arguments.run, directory));
  }
  if (!arguments.cluster) return;
  const RunDirectory directory(base_of(arguments), "cluster", arguments.keep);
  report.runs.push_back(run_own_cluster(kind, arguments.run, directory));
}

// Fills in what is known so far as it goes, so that a failure does not take it away.
void execute(const CLI::App& app, Arguments& arguments, Report& report) {
  if (app.got_subcommand("floor")) {
    const RunDirectory scratch(base_of(arguments), "floor", false);
    report.floor = run_floor(arguments.from, scratch.data());
    return;
  }
  fill_target(arguments);
  if (arguments.workload == "all")
    run_all(arguments, report);
  else
    run_one(arguments, report);
}

void print(const Report& report, const std::string& format) {
  if (report.runs.empty() && !report.floor) return;
  std::fputs((format == "json" ? as_json(report) : as_table(report)).c_str(), stdout);
  std::fflush(stdout);
  std::fputs(complaints(report).c_str(), stderr);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  arguments.run.node_arguments = split_passed_on(argc, argv);
  CLI::App app("Loads a souk-node on this machine and says what it makes of it.", "souk-bench");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--format", arguments.format, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  add_run(app, arguments);
  add_floor(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (app.get_subcommand("run")->count("--coupons") > 0) arguments.run.coupons = arguments.coupons;

  install_signal_handlers();
  Report report;
  int exit_code = 0;
  try {
    execute(app, arguments, report);
    exit_code = report.ok() ? 0 : 1;
  } catch (const std::exception& error) {
    note(fmt::format("souk-bench: {}", error.what()));
    exit_code = 2;
  }
  print(report, arguments.format);
  return exit_code;
}
