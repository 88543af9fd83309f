#include "node/config_report.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace souk::node {
namespace {

using cluster::NodeConfig;
using Json = nlohmann::ordered_json;

// The numbers of the partitions that a node owns, by service.
std::map<Service, std::vector<std::uint16_t>> owned(const Config& config, const std::string& node) {
  std::map<Service, std::vector<std::uint16_t>> numbers;
  for (const PartitionId partition : config.placement.owned_by(node))
    numbers[partition.service].push_back(partition.number);
  return numbers;
}

std::string origin(const cluster::Origins& origins, std::string_view key) {
  const auto found = origins.find(key);
  return cluster::to_string(found == origins.end() ? cluster::Place{} : found->second);
}

// "stock 8, wallet 8": how many partitions of which group.
std::string counts(const Config& config, const NodeConfig& node) {
  std::vector<std::string> parts;
  for (const auto& [service, numbers] : owned(config, node.name))
    if (cluster::group_of(service) == name_of(service))
      parts.push_back(fmt::format("{} {}", name_of(service), numbers.size()));
  return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string roles_text(const NodeConfig& node) {
  static const std::vector<std::string> all = cluster::all_in_one("").nodes.front().roles();
  return node.roles() == all ? "all" : fmt::format("{}", fmt::join(node.roles(), " "));
}

std::string table_of(const std::vector<std::vector<std::string>>& rows, std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i + 1 < row.size() ? fmt::format("{:{}}  ", row[i], widths[i]) : row[i];
    text += line + '\n';
  }
  return text;
}

std::string nodes_text(const Config& config) {
  std::vector<std::vector<std::string>> rows = {{"node", "address", "http", "roles", "partitions"}};
  for (const NodeConfig& node : config.cluster.nodes)
    rows.push_back({node.name, node.address.port == 0 ? "-" : to_string(node.address),
                    to_string(node.http), roles_text(node), counts(config, node)});
  return table_of(rows, "  ");
}

std::string self_text(const Config& config) {
  const NodeConfig& self = config.self();
  const auto& origins = self.origins;
  const cluster::ClusterConfig& all = config.cluster;
  std::vector<std::vector<std::string>> rows = {
      {"cluster.id", all.id, origin(all.origins, "cluster.id")},
      {"node.name", self.name, origin(origins, "name")},
      {"node.address", self.address.port == 0 ? "-" : to_string(self.address),
       origin(origins, "address")},
      {"node.http", to_string(self.http), origin(origins, "http")},
      {"node.data", self.data, origin(origins, "data")},
      {"node.roles", roles_text(self), origin(origins, "roles")}};
  for (const cluster::ServiceGroup& group : cluster::service_groups()) {
    const std::string key = fmt::format("partitions.{}", group.name);
    const std::string from = all.origins.count(key) != 0 ? key : "partitions.default";
    rows.push_back({key, std::to_string(all.partitions.at(group.services.front())),
                    origin(all.origins, from)});
  }
  for (const cluster::Tunable& tunable : cluster::all_tunables()) {
    const std::string key = fmt::format("tunables.{}", tunable.key);
    rows.push_back({key, value_text(self.tunables, tunable), origin(origins, key)});
  }
  std::string text = fmt::format("\nnode {}\n", self.name) + table_of(rows, "  ") + "  owns\n";
  for (const auto& [service, numbers] : owned(config, self.name))
    text += fmt::format("    {} {}\n", name_of(service), fmt::join(numbers, " "));
  return text;
}

Json tunables_json(const NodeConfig& node) {
  Json all = Json::object();
  for (const cluster::Tunable& tunable : cluster::all_tunables()) {
    Json value;
    std::visit([&](const auto& field) { value = node.tunables.*field.member; }, tunable.field);
    all[std::string(tunable.key)] = {
        {"value", std::move(value)},
        {"from", origin(node.origins, fmt::format("tunables.{}", tunable.key))}};
  }
  return all;
}

Json node_json(const Config& config, const NodeConfig& node) {
  Json partitions = Json::object();
  for (const auto& [service, numbers] : owned(config, node.name))
    partitions[std::string(name_of(service))] = numbers;
  return {{"name", node.name},
          {"address", to_string(node.address)},
          {"http", to_string(node.http)},
          {"data", node.data},
          {"roles", node.roles()},
          {"partitions", std::move(partitions)},
          {"tunables", tunables_json(node)}};
}

Json finding_json(const cluster::Finding& finding) {
  return {{"level", finding.is_error ? "error" : "warning"},
          {"source", finding.place.source},
          {"line", finding.place.line},
          {"column", finding.place.column},
          {"key", finding.key},
          {"what", finding.what},
          {"fix", finding.fix}};
}

}  // namespace

std::string report_text(const Config& config, const std::vector<cluster::Finding>& findings) {
  const std::size_t nodes = config.cluster.nodes.size();
  std::string text;
  for (const cluster::Finding& finding : findings) text += to_string(finding) + '\n';
  text += fmt::format("{}: fine. Cluster {}, {} {}, placement {}\n\n",
                      config.source.empty() ? "no configuration file" : config.source,
                      config.cluster.id, nodes, nodes == 1 ? "node" : "nodes",
                      config.placement.digest());
  text += nodes_text(config);
  return text + (config.name.empty() ? "\nAdd --node NAME to see all about one of them.\n"
                                     : self_text(config));
}

std::string report_json(const Config& config, const std::vector<cluster::Finding>& findings) {
  Json report;
  report["ok"] = !has_errors(findings);
  report["config"] = config.source;
  report["cluster"] = config.cluster.id;
  report["node"] = config.name;
  report["placement"] = has_errors(findings) ? "" : config.placement.digest();
  report["partitions"] = Json::object();
  for (const auto& [service, count] : config.cluster.partitions)
    report["partitions"][std::string(name_of(service))] = count;
  report["nodes"] = Json::array();
  for (const NodeConfig& node : config.cluster.nodes)
    report["nodes"].push_back(node_json(config, node));
  report["findings"] = Json::array();
  for (const cluster::Finding& finding : findings)
    report["findings"].push_back(finding_json(finding));
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace souk::node
