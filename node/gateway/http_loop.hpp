// One thread that serves connections of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "node/gateway/gate.hpp"
#include "node/gateway/server.hpp"

namespace souk::gateway {

// Kept alive by the server and by every exchange that came in on it, because the connections that
// exchanges hold belong to its I/O context.
class HttpLoop {
 public:
  virtual ~HttpLoop() = default;

  // Listens on options.port and starts the thread. Throws std::exception if it cannot.
  virtual void start() = 0;
  virtual std::uint16_t port() const = 0;  // where it listens
  // Closes its connections and joins the thread. Calling it again does nothing.
  virtual void stop() = 0;

  // `shared_port`: several loops listen on the same port, and the kernel spreads the connections.
  static std::shared_ptr<HttpLoop> make(const ServerOptions& options, bool shared_port,
                                        std::shared_ptr<Gate> gate);
};

}  // namespace souk::gateway
