// The cluster as one of its nodes sees it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/service.hpp"

namespace souk::gateway {

// What this node asked of another one, since its start: commands, answers and requests that
// crossed, and what is unanswered now.
struct ClusterLink {
  std::int64_t sent_items = 0;
  std::int64_t sent_bytes = 0;
  std::int64_t received_items = 0;
  std::int64_t received_bytes = 0;
  std::int64_t unanswered = 0;
  std::int64_t unanswered_bytes = 0;
  std::vector<std::string> breakers_open;  // services that do not answer in time
};

struct ClusterNode {
  enum class State : std::uint8_t { self, up, down };

  std::string name;
  std::string address;  // for other nodes; empty: none
  std::string http;     // for people and tools; empty: not known
  std::vector<std::string> roles;
  std::map<Service, std::vector<std::uint16_t>> partitions;
  State state = State::self;
  Time since;           // up or down since; of this node: its start
  Time started;         // not set: not known
  std::string version;  // empty: not known
  bool draining = false;
  std::string not_ready;  // what is wrong with it, as it says
  std::string detail;     // why it is down
  std::int64_t open_sagas = 0;
  std::int64_t live = 0;
  std::int64_t in_flight = 0;   // HTTP requests
  std::int64_t from_peers = 0;  // other nodes' commands
  std::int64_t memory_bytes = 0;
  std::optional<Duration> models_lag;
  std::optional<Duration> clock_ahead;  // of this node's clock; not set: not known
  std::optional<ClusterLink> link;      // this node's to that one
  std::optional<ClusterLink> served;    // what that one asked of this node
};

struct ClusterView {
  std::string cluster;
  std::string node;  // who says so
  std::string version;
  std::vector<ClusterNode> nodes;  // as in the configuration
};

}  // namespace souk::gateway
