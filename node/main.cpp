// souk-node: opens the data directory, starts the actors and the HTTP gateway, and stops cleanly on
// SIGTERM or SIGINT.
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <pthread.h>
#include <thread>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "events/codec.hpp"
#include "node/config.hpp"
#include "node/gateway/server.hpp"
#include "node/logging.hpp"
#include "node/node.hpp"
#include "node/placement_note.hpp"
#include "node/running_file.hpp"
#include "store/rocks_kv.hpp"

namespace souk::node {
namespace {

constexpr int kDrainSecondsMax = 3;

// Blocks the signals that end the node in this thread and every one it starts, so that only
// `wait_for_signal` sees them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

int wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  return signal;
}

store::Result<std::unique_ptr<store::Log>> open_log(const Config& config) {
  const auto warn = [](const std::string& warning) { spdlog::warn("{}", warning); };
  store::RocksOptions options;
  options.path = config.self().data;
  options.warn = warn;
  auto kv = store::open_rocks_kv(options);
  if (!kv.ok()) return kv.status();
  store::Identity identity;
  identity.cluster_id = config.cluster.id;
  identity.partitions = config.cluster.partitions;
  store::LogOptions log_options;
  log_options.warn = warn;
  auto log = store::Log::open(std::move(*kv), identity, log_options);
  if (!log.ok()) return log;
  if (auto status = take_place(**log, config.name, config.placement); !status.ok()) return status;
  return log;
}

// New work is turned away; what is under way gets a moment to answer. Orders that have not ended go
// on at the next start.
void drain(gateway::Server& server, Node& node) {
  server.begin_drain();
  node.begin_drain();
  const auto busy = [&] { return server.in_flight() > 0 || node.from_peers() > 0; };
  for (int i = 0; i < kDrainSecondsMax * 100 && busy(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (const auto left = server.in_flight(); left > 0)
    spdlog::info(
        "{} requests were still waiting; their orders are safe and go on at the next start", left);
}

int run(const Config& config, const sigset_t& signals) {
  const cluster::NodeConfig& self = config.self();
  set_up_logging(self.tunables.log_format, self.tunables.log_level);
  for (const std::string& warning : config.warnings) spdlog::warn("{}", warning);
  codec::check_schemas();

  auto log = open_log(config);
  if (!log.ok()) {
    spdlog::error("{}", log.status().message());
    return 1;
  }
  const core::SystemClock clock;
  Node node(std::move(*log), clock, config.node);
  gateway::Server::Options http;
  http.address = self.http.ip;
  http.port = self.http.port;
  http.in_flight_max = self.tunables.in_flight_max;
  gateway::Server server(http, node);
  if (const std::string wrong = server.start(); !wrong.empty()) {
    spdlog::error("{}", wrong);
    return 1;
  }
  const std::string listens = to_string(cluster::Address{self.http.ip, server.port()});
  node.serves_http(listens, [&server] { return server.in_flight(); });
  if (const store::Status joined = node.join(); !joined.ok()) {
    node.serves_http({}, {});  // links go on until the node ends, after the server
    spdlog::error("{}", joined.message());
    return 1;
  }
  spdlog::info("souk-node {} {} serves http://{} from {}, {} partitions, {} sagas resumed",
               SOUK_VERSION, self.name, listens, self.data,
               config.placement.owned_by(self.name).size(), node.resumed());
  const RunningFile running(self.data, self.http.ip, server.port(), clock.now());
  if (!running.failure().empty()) spdlog::warn("{}", running.failure());
  const int signal = wait_for_signal(signals);
  spdlog::info("{}: draining", signal == SIGINT ? "SIGINT" : "SIGTERM");
  drain(server, node);
  node.serves_http({}, {});
  node.stop();
  server.stop();
  spdlog::info("stopped");
  return 0;
}

}  // namespace
}  // namespace souk::node

int main(int argc, char** argv) {
  // Before anything else: a SIGTERM that comes while the log is being opened is obeyed after that.
  const sigset_t signals = souk::node::block_signals();
  int exit_code = 0;
  const auto config = souk::node::parse_config(argc, argv, environ, exit_code);
  if (!config) return exit_code;
  try {
    return souk::node::run(*config, signals);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "souk-node: %s\n", error.what());
    return 1;
  }
}
