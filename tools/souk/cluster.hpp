// souk cluster: who is there, who owns what, and taking a node out of work.
#pragma once

#include <atomic>
#include <string>

namespace souk::cli {

struct ClusterOptions {
  std::string url;     // of the node that is asked
  std::string config;  // a configuration to read instead; empty: ask the node
  std::string node;    // which one to drain
  bool json = false;
  int wait_s = 60;  // for what is under way on a node that drains
};

// Each prints its result on stdout, and what went wrong on stderr. Returns the exit code.

// `environment` as in environ: it stands above the file.
int cluster_map(const ClusterOptions& options, const char* const* environment);

// Exit code 1 if a node is not well.
int cluster_status(const ClusterOptions& options);

// Finds the node by asking the one at `url`, which must know it; tells it, and waits until nothing
// is under way there. Exit code 1 if requests still are after `wait_s` (orders may be: they go on
// at the node's next start), 3 if it cannot be reached.
int cluster_drain(const ClusterOptions& options, const std::atomic<bool>& stop);
int cluster_undrain(const ClusterOptions& options);

}  // namespace souk::cli
