// The node that works on a data directory of this machine.
#pragma once

#include <optional>
#include <string>

namespace souk::cli {

// What <data>/node.json says, if its node runs.
struct RunningNode {
  std::string url;  // as checked_url returns it
  int pid = 0;
};

// Not for use within the process that holds the directory: it would lose its lock.
//
// Nothing if no process holds the directory, or if the one that does has not written down where it
// listens (yet). What a killed node has left is not believed: the lock tells.
std::optional<RunningNode> running_node(const std::string& data);

// True if some process has the directory open to write: a node, or a tool that repairs.
bool is_held(const std::string& data);

}  // namespace souk::cli
