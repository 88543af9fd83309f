// The HTTP server: takes requests from sockets, hands them to the routes, and writes the answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "node/gateway/backend.hpp"

namespace souk::gateway {

class HttpLoop;
struct Gate;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  unsigned threads = 1;    // each has its own connections; one is enough for a small machine
  std::size_t body_bytes_max = 1 << 20;  // a larger one is read, thrown away, and answered 413
  std::int64_t in_flight_max = 20'000;   // requests that wait for the backend; then 503
  std::size_t connections_max = 20'000;  // a thread; lowered to fit the limit of open files
  std::chrono::milliseconds idle_max{60'000};   // for a whole request to come in; then closed
  std::chrono::milliseconds write_max{30'000};  // for an answer to be taken; then closed
};

// Owned by one thread; `in_flight` and `begin_drain` may be called from any. The backend must
// outlive the last call of a request's `done`, which may come after the server is gone.
class Server {
 public:
  using Options = ServerOptions;

  Server(Options options, Backend& backend);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens and serves. Empty if it went well, else a sentence that says what is wrong. Once only.
  // Raises the process's soft limit of open files to the hard one.
  [[nodiscard]] std::string start();

  // Where it listens; 0 before `start`.
  std::uint16_t port() const { return port_; }

  // From now on new work gets 503 and reads go on; every answer closes its connection.
  void begin_drain();

  // Requests that have come in whole and whose answers have not been handed to the socket yet.
  std::int64_t in_flight() const;

  // Closes all connections, and returns once nothing of the server runs any more. Whoever still
  // waits gets no answer. Calling it again does nothing.
  void stop();

 private:
  Options options_;
  std::shared_ptr<Gate> gate_;
  std::vector<std::shared_ptr<HttpLoop>> loops_;
  std::uint16_t port_ = 0;
};

}  // namespace souk::gateway
