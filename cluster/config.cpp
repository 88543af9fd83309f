#include "cluster/config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/nearest.hpp"

namespace souk::cluster {

const std::vector<ServiceGroup>& service_groups() {
  static const std::vector<ServiceGroup> groups = {
      {"order", {Service::order, Service::checkout}},
      {"stock", {Service::stock}},
      {"wallet", {Service::wallet}},
      {"coupon", {Service::coupon, Service::campaign}},
  };
  return groups;
}

std::string_view group_of(Service service) {
  for (const ServiceGroup& group : service_groups())
    if (std::find(group.services.begin(), group.services.end(), service) != group.services.end())
      return group.name;
  return {};
}

std::vector<std::string> NodeConfig::roles() const {
  std::vector<std::string> names;
  if (gateway) names.push_back("gateway");
  if (read_models) names.push_back("read_models");
  for (const ServiceGroup& group : service_groups())
    if (services.count(group.services.front()) != 0) names.emplace_back(group.name);
  return names;
}

ClusterConfig::ClusterConfig() {
  for (const Service service : kServices) partitions[service] = kPartitionsDefault;
}

NodeConfig* ClusterConfig::find(std::string_view name) {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const NodeConfig& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

const NodeConfig* ClusterConfig::find(std::string_view name) const {
  return const_cast<ClusterConfig*>(this)->find(name);
}

ClusterConfig all_in_one(const std::string& name) {
  ClusterConfig config;
  NodeConfig node;
  node.name = name;
  node.address = {"127.0.0.1", 0};
  node.http = {"127.0.0.1", 8'080};
  node.data = "souk-data";
  node.services = {kServices.begin(), kServices.end()};
  node.gateway = node.read_models = true;
  config.nodes.push_back(std::move(node));
  return config;
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(word, known);
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near);
  return fmt::format("known are: {}", fmt::join(known, ", "));
}

}  // namespace souk::cluster
