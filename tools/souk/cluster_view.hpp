// What a node says about the cluster: GET /v1/cluster, read. Members that a node of another version
// does not send are empty or zero.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.hpp"
#include "events/service.hpp"

namespace souk::cli {

// What one node asked of another one.
struct LinkView {
  std::int64_t sent_items = 0, sent_bytes = 0;
  std::int64_t received_items = 0, received_bytes = 0;
  std::int64_t unanswered = 0, unanswered_bytes = 0;
  std::vector<std::string> breakers_open;
};

struct NodeView {
  std::string name, address, http;
  std::vector<std::string> roles;
  std::map<Service, std::vector<std::uint16_t>> partitions;
  std::string state;  // "self", "up" or "down", as the node that was asked sees it
  Time since;
  std::string version;
  bool draining = false;
  std::string not_ready, detail;
  std::int64_t open_sagas = 0, live = 0, in_flight = 0, from_peers = 0, memory_bytes = 0;
  std::optional<std::int64_t> models_lag_ms;
  std::int64_t clock_ahead_ms = 0;  // of the clock of the node that was asked
  std::optional<LinkView> link;

  // It runs, takes work and misses nothing, as far as anybody knows.
  bool is_well() const;
  // Its clock and that of the node that was asked differ by so much that people should know.
  bool has_another_time() const;
};

struct ClusterView {
  std::string cluster;  // its id
  std::string node;     // who was asked
  std::vector<NodeView> nodes;

  const NodeView* find(const std::string& name) const;  // null: there is no such node
};

// Nothing if the text is no such answer.
std::optional<ClusterView> parse_cluster(const std::string& json);

// Where the node's HTTP API can be reached from elsewhere, as checked_url returns it; nothing if
// that is not known. One that listens everywhere is reached where other nodes reach it.
std::optional<std::string> url_of(const NodeView& node);

}  // namespace souk::cli
