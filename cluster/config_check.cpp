// What must fit together in a configuration.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cluster/config.hpp"
#include "events/ids.hpp"

namespace souk::cluster {
namespace {

bool is_node_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Place origin(const Origins& origins, std::string_view key) {
  const auto found = origins.find(key);
  return found == origins.end() ? Place{} : found->second;
}

class Checker {
 public:
  explicit Checker(ConfigDraft& draft) : draft_(draft), config_(draft.config) {}

  void check() {
    if (!valid_id(config_.id))
      add(origin(config_.origins, "cluster.id"), "cluster.id",
          fmt::format("\"{}\" is not an id", config_.id),
          "take 1 to 128 of A-Z a-z 0-9 - _ . ~ : @ +");
    if (config_.nodes.empty()) {
      // If the file could not be read, that is all there is to say.
      if (!has_errors(draft_.findings))
        add(file(), "node", "there is no node", "begin each one with a line [[node]]");
      return;
    }
    for (std::size_t i = 0; i < config_.nodes.size(); ++i) {
      check_node(config_.nodes[i]);
      for (std::size_t j = 0; j < i; ++j) check_pair(config_.nodes[j], config_.nodes[i]);
    }
    check_silence();
    check_roles();
    check_size();
  }

 private:
  bool is_alone() const { return config_.nodes.size() == 1; }

  // The file as a whole.
  Place file() const {
    if (!config_.nodes.empty()) return {origin(config_.nodes.front().origins, "node").source};
    const auto& origins = config_.origins;
    return origins.empty() ? Place{} : Place{origins.begin()->second.source};
  }

  void add(Place place, std::string key, std::string what, std::string fix, bool is_error = true) {
    draft_.findings.push_back(
        {std::move(place), std::move(key), std::move(what), std::move(fix), is_error});
  }
  void add(const NodeConfig& node, std::string_view key, std::string what, std::string fix,
           bool is_error = true) {
    add(origin(node.origins, key), fmt::format("node.{}.{}", node.name, key), std::move(what),
        std::move(fix), is_error);
  }

  void check_node(const NodeConfig& node) {
    if (!node.name.empty() && !is_node_name(node.name))
      add(node, "name", fmt::format("\"{}\" is not a node's name", node.name),
          "take 1 to 63 of a-z, 0-9 and -");
    if (node.data.empty() && node.origins.count("data") != 0)
      add(node, "data", "it is empty", "name the node's data directory");
    if (is_alone()) return;  // nobody dials it, and a free port can be found out from its log
    if (!node.address.ip.empty() && node.address.port == 0)
      add(node, "address", "port 0 is no place where other nodes find it",
          "give it a port of its own, as in 7400");
    if (is_wildcard(node.address))
      add(node, "address", node.address.ip + " is no address that other nodes can reach",
          "write the one that they should dial");
    if (!node.http.ip.empty() && node.http.port == 0)
      add(node, "http", "port 0 is no place where others find it",
          "give it a port of its own, as in 8080");
    if (node.services.empty() && !node.gateway && !node.read_models && !is_found(node, "roles"))
      add(node, "roles", "a node without a role does nothing",
          "give it one, or leave the node out");
  }

  // The key has been found fault with already.
  bool is_found(const NodeConfig& node, std::string_view key) const {
    const auto& findings = draft_.findings;
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.place.source == origin(node.origins, "node").source &&
             finding.key == fmt::format("node.{}.{}", node.name, key);
    });
  }

  // Two addresses that cannot be listened on side by side.
  static bool collide(const Address& a, const NodeConfig& of_a, const Address& b,
                      const NodeConfig& of_b) {
    if (a.ip.empty() || b.ip.empty() || a.port == 0 || a.port != b.port) return false;
    if (a.ip == b.ip) return true;
    return of_a.address.ip == of_b.address.ip && (is_wildcard(a) || is_wildcard(b));
  }

  void check_pair(const NodeConfig& first, const NodeConfig& second) {
    if (!second.name.empty() && first.name == second.name)
      add(second, "name", fmt::format("another node is called \"{}\", too", first.name),
          fmt::format("give one of them another name (the other one: {})",
                      to_string(origin(first.origins, "name"))));
    for (const std::string_view mine : {"address", "http"})
      for (const std::string_view its : {"address", "http"}) {
        const Address& a = its == "http" ? first.http : first.address;
        const Address& b = mine == "http" ? second.http : second.address;
        if (collide(a, first, b, second))
          add(second, mine, fmt::format("{} is {}'s {}", to_string(b), first.name, its),
              "give each its own");
      }
    const auto path = [](const NodeConfig& node) {
      return std::filesystem::path(node.data).lexically_normal();
    };
    if (!first.data.empty() && first.address.ip == second.address.ip && path(first) == path(second))
      add(second, "data",
          fmt::format("\"{}\" is {}'s, on the same machine", second.data, first.name),
          "give each its own directory");
    if (!first.address.ip.empty() && !second.address.ip.empty() &&
        is_loopback(first.address) != is_loopback(second.address))
      add(second, "address",
          fmt::format("{} and {} are not both on loopback", first.name, second.name),
          "they will not reach each other if they are on two machines", false);
  }

  // One finding for the cluster's value, however many nodes have it.
  void check_silence() {
    std::vector<Place> said;
    for (const NodeConfig& node : config_.nodes) {
      const Tunables& tunables = node.tunables;
      if (tunables.silence_ms >= 3 * tunables.heartbeat_ms) continue;
      Place place = origin(node.origins, "tunables.silence_ms");
      if (place.source.empty()) place = origin(node.origins, "tunables.heartbeat_ms");
      if (std::find(said.begin(), said.end(), place) != said.end()) continue;
      said.push_back(place);
      add(place, "tunables.silence_ms",
          fmt::format("{} ms is less than three heartbeats of {} ms", tunables.silence_ms,
                      tunables.heartbeat_ms),
          fmt::format("take at least {}, or heartbeats more often", 3 * tunables.heartbeat_ms));
    }
  }

  void check_roles() {
    const auto nobody = [&](auto has) {
      return std::none_of(config_.nodes.begin(), config_.nodes.end(), has);
    };
    if (nobody([](const NodeConfig& node) { return node.gateway; }))
      add(file(), "roles", "no node is a gateway, so nobody takes orders",
          "add \"gateway\" to a node's roles");
    for (const ServiceGroup& group : service_groups()) {
      const auto has = [&](const NodeConfig& node) {
        return node.services.count(group.services.front()) != 0;
      };
      if (nobody(has))
        add(file(), "roles", fmt::format("no node has the role \"{}\"", group.name),
            fmt::format("add \"{}\" to a node's roles", group.name));
      const auto owners = std::count_if(config_.nodes.begin(), config_.nodes.end(), has);
      if (const auto count = config_.partitions.at(group.services.front()); owners > count)
        add(origin(config_.origins, fmt::format("partitions.{}", group.name)),
            fmt::format("partitions.{}", group.name),
            fmt::format("{} partitions for {} nodes: some will own none", count, owners),
            "take at least as many partitions as nodes, before the first start", false);
    }
  }

  void check_size() {
    if (config_.nodes.size() > kNodesWarned)
      add(file(), "node", fmt::format("{} nodes", config_.nodes.size()),
          fmt::format("every node speaks to every other; more than {} have not been tried",
                      kNodesWarned),
          false);
  }

  ConfigDraft& draft_;
  const ClusterConfig& config_;
};

}  // namespace

void check_config(ConfigDraft& draft) { Checker(draft).check(); }

}  // namespace souk::cluster
