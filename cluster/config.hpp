// The cluster's configuration: who there is, who may own what, and how it is tuned. Every node and
// every tool reads the same file; the environment and flags of a process stand above it.
//
// Reading goes in three steps, so that all that is wrong is found at once: `read_config` (the
// file), `override_setting` (the environment, then flags), `check_config` (what must fit together).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/config_address.hpp"
#include "cluster/config_finding.hpp"
#include "cluster/config_tunables.hpp"
#include "events/service.hpp"

namespace souk::cluster {

inline constexpr std::uint16_t kPartitionsDefault = 8;
inline constexpr std::uint16_t kPartitionsMax = 1'024;
inline constexpr std::size_t kNodesWarned = 64;  // more of them have not been tried

// Services that always lie on the same node: a group is what [partitions] and roles speak of.
struct ServiceGroup {
  std::string_view name;
  std::vector<Service> services;
};
const std::vector<ServiceGroup>& service_groups();
std::string_view group_of(Service service);

// Where a value was written, by its key ("partitions.stock", "tunables.threads", "data"). Values
// that nobody set have no entry.
using Origins = std::map<std::string, Place, std::less<>>;

struct NodeConfig {
  std::string name;
  Address address;   // where other nodes reach it; port 0: nowhere (a cluster of one node)
  Address http;      // where it serves HTTP
  std::string data;  // the data directory; relative to where the process is started
  std::set<Service> services;  // whose partitions it may own
  bool gateway = false;        // takes clients' commands and lists
  bool read_models = false;    // follows the log of all nodes, and serves lists
  Tunables tunables;           // the cluster's, with the node's own on top
  Origins origins;             // of "name", "address", "tunables.threads", ...

  std::vector<std::string> roles() const;  // as they are written: "gateway", "order", ...
};

struct ClusterConfig {
  std::string id = "souk";
  std::map<Service, std::uint16_t> partitions;  // how many each service has: of all services
  std::vector<NodeConfig> nodes;                // as in the file
  Origins origins;                              // of "cluster.id", "partitions.stock", ...

  ClusterConfig();  // no nodes; kPartitionsDefault partitions a service
  const NodeConfig* find(std::string_view name) const;  // null: there is no such node
  NodeConfig* find(std::string_view name);
};

// A cluster of one node, with all roles: what runs without a configuration file.
ClusterConfig all_in_one(const std::string& name);

// A configuration on its way to be used, and what was found about it until now.
struct ConfigDraft {
  ClusterConfig config;
  std::vector<Finding> findings;
};

// Reads a file's text (TOML 1.0). `source` is the file's name for messages. Of a text that is not
// TOML only the first mistake is found; otherwise all.
ConfigDraft read_config(std::string_view text, const std::string& source);
// The same for a file; one that cannot be read is a finding.
ConfigDraft read_config_file(const std::string& path);

// Sets a key by hand: "cluster.id", "partitions.default", "partitions.<group>", "tunables.<key>",
// "node.data", "node.http", "node.address". The last four are `node`'s; null: they are ignored.
// What is wrong with the value becomes a finding that names `from`.
void override_setting(ConfigDraft& draft, NodeConfig* node, std::string_view key,
                      const std::string& value, const Place& from);

// Takes what the environment says: SOUK_CLUSTER_ID, SOUK_PARTITIONS_STOCK, SOUK_TUNABLES_THREADS,
// SOUK_NODE_DATA, ... `environment` is "NAME=value" strings, as in environ, ended by null. What
// looks like one of ours and is none is a warning, not an error: others may set variables, too.
void override_from_environment(ConfigDraft& draft, NodeConfig* node,
                               const char* const* environment);

// Adds what does not fit together. A configuration without errors can be run.
void check_config(ConfigDraft& draft);

// "; did you mean 'stock'?" or, if nothing is near, "; known are: ...". For messages.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace souk::cluster
