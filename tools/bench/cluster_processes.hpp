// A cluster of souk-node processes that the bench starts for itself: a gateway, orders, stock, and
// wallets with coupons, each with a data directory of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/node_process.hpp"

namespace souk::bench {

// What has gone from node to node: items (a command, an answer, a page of the log, a heartbeat),
// and their bytes as they were sent, both ways.
struct Crossing {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
};

class ClusterProcesses {
 public:
  struct Member {
    std::string name;
    std::filesystem::path data;
    std::unique_ptr<NodeProcess> process;
  };

  // Writes `directory`/cluster.toml, starts all nodes with their data and logs in `directory`, and
  // waits until every one is ready and sees the others. `extra` goes to each. Throws BenchError.
  ClusterProcesses(const std::filesystem::path& program, const std::filesystem::path& directory,
                   const std::vector<std::string>& extra);

  const Endpoint& gateway() const { return members_.front().process->endpoint(); }
  const std::vector<Member>& members() const { return members_; }

  // Since the start, as the nodes say (GET /v1/cluster). Throws BenchError if one does not answer.
  Crossing crossing() const;

  // All of them, as NodeProcess::stop; returns what was wrong first.
  std::string stop();

 private:
  void wait_until_whole() const;

  std::vector<Member> members_;
};

}  // namespace souk::bench
