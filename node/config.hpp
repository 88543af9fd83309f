// What a person can set about a node: the cluster's configuration file, the environment above it,
// and the command line above both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/config.hpp"
#include "cluster/placement.hpp"
#include "node/node.hpp"

namespace souk::node {

// Checked: it can be run. Without a file it is a cluster of one node with all roles.
struct Config {
  cluster::ClusterConfig cluster;
  cluster::Placement placement;       // of `cluster`
  std::string name;                   // of this node, which is one of the cluster's
  std::string source;                 // the file; empty: there is none
  std::vector<std::string> warnings;  // for the log, a sentence each
  NodeOptions node;                   // what of it the wiring takes

  const cluster::NodeConfig& self() const { return *cluster.find(name); }
};

// Parses the command line. Nothing if the program should end at once with `exit_code` (help or a
// check was asked for, or mistakes were explained on stderr, all of them). `environment` as in
// environ.
std::optional<Config> parse_config(int argc, const char* const* argv,
                                   const char* const* environment, int& exit_code);

}  // namespace souk::node
