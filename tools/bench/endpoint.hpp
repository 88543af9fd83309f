// Where the node listens. Loopback only: a load generator must not be pointed at somebody's shop by
// a slip of the keyboard.
#pragma once

#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace souk::bench {

using Clock = std::chrono::steady_clock;

struct Endpoint {
  std::uint32_t address = INADDR_LOOPBACK;  // host order
  std::uint16_t port = 0;

  // Of "http://127.0.0.1:8080" or "http://localhost:8080" (a trailing slash is fine). Throws
  // BenchError if it is something else or not on this machine.
  static Endpoint parse(std::string_view url);

  std::string host() const;  // "127.0.0.1:8080", as the Host header says it
  sockaddr_in socket_address() const;
};

// A port of 127.0.0.1 that was free a moment ago.
std::uint16_t free_port();

// A connected socket with TCP_NODELAY. -1 and errno if nobody listens.
int connect_to(const Endpoint& endpoint);

// The status of a GET, or 0 if there is no answer within `limit`. Blocks; for start-up only.
int get_status(const Endpoint& endpoint, std::string_view path, std::chrono::milliseconds limit);

}  // namespace souk::bench
