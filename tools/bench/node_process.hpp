// A souk-node that the bench starts for itself and stops when it is done.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tools/bench/endpoint.hpp"

namespace souk::bench {

class NodeProcess {
 public:
  // Runs `program --data DATA --http 127.0.0.1:PORT extra...` on a free port, its output going to
  // `log`, and waits until it says that it is ready. Throws BenchError with the log's last lines if
  // it ends instead or is not ready within 30 s.
  NodeProcess(const std::filesystem::path& program, const std::filesystem::path& data,
              const std::filesystem::path& log, const std::vector<std::string>& extra);
  // Runs `program arguments...`, which will listen at `endpoint`, and does not wait.
  NodeProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
              const Endpoint& endpoint, const std::filesystem::path& log);
  ~NodeProcess();  // kills it if it still runs
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }
  pid_t pid() const { return pid_; }

  // As the first constructor does.
  void wait_until_ready();

  // SIGTERM, then waits up to 30 s. Returns what was wrong with its end: empty if it exited with 0.
  std::string stop();

 private:
  NodeProcess(const std::filesystem::path& program, const std::filesystem::path& data,
              const std::filesystem::path& log, const std::vector<std::string>& extra,
              const Endpoint& endpoint);
  void spawn(const std::vector<std::string>& arguments);
  bool ended(int& status);  // whether it has, without waiting; it is reaped then
  std::string last_lines() const;

  std::filesystem::path log_;
  Endpoint endpoint_;
  pid_t pid_ = -1;  // -1: reaped
};

}  // namespace souk::bench
