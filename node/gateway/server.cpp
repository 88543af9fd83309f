#include "node/gateway/server.hpp"

#include <algorithm>
#include <exception>
#include <sys/resource.h>

#include "node/gateway/http_loop.hpp"

namespace souk::gateway {
namespace {

// Raises the soft limit of open files to the hard one, and gives what connections may have of it:
// a part stays for the store's files.
std::size_t connections_within_limit() {
  constexpr rlim_t kFilesEnough = 1 << 20;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  const rlim_t wanted = std::min(limit.rlim_max, std::max(limit.rlim_cur, kFilesEnough));
  const rlimit raised{wanted, limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return static_cast<std::size_t>(limit.rlim_cur / 4 * 3);
}

}  // namespace

Server::Server(Options options, Backend& backend)
    : options_(std::move(options)), gate_(std::make_shared<Gate>(backend, options_.in_flight_max)) {
  options_.threads = std::clamp(options_.threads, 1u, 64u);
}

Server::~Server() { stop(); }

std::string Server::start() {
  options_.connections_max =
      std::min(options_.connections_max, connections_within_limit() / options_.threads);
  const std::string where = options_.address + ":" + std::to_string(options_.port);
  try {
    if (options_.threads > 1) {
      // Once without sharing the port, to find out whether another program has it.
      const auto probe = HttpLoop::make(options_, false, gate_);
      probe->start();
      options_.port = probe->port();
      probe->stop();
    }
    while (loops_.size() < options_.threads) {
      loops_.push_back(HttpLoop::make(options_, options_.threads > 1, gate_));
      loops_.back()->start();
      port_ = options_.port = loops_.back()->port();
    }
  } catch (const std::exception& error) {
    stop();
    return "The HTTP server cannot listen on " + where + ": " + error.what() +
           ". Choose another address or port, or stop what uses it.";
  }
  return {};
}

void Server::begin_drain() { gate_->draining = true; }

std::int64_t Server::in_flight() const { return gate_->in_flight; }

void Server::stop() {
  for (const auto& loop : loops_) loop->stop();
  loops_.clear();
}

}  // namespace souk::gateway
