#include "cluster/placement.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <xxhash.h>

namespace souk::cluster {
namespace {

// How high a node ranks for a partition. Data lies where this says: never changed.
std::uint64_t rank(std::string_view group, std::uint16_t number, const std::string& node) {
  const std::string key = fmt::format("{}/{}\n{}", group, number, node);
  return XXH3_64bits(key.data(), key.size());
}

std::vector<std::string> place(std::string_view group, std::uint16_t partitions,
                               const std::vector<std::string>& nodes) {
  std::vector<std::string> owners(partitions);
  if (nodes.empty()) return owners;
  const std::size_t full = (partitions + nodes.size() - 1) / nodes.size();
  std::map<std::string, std::size_t> load;
  for (std::uint16_t number = 0; number < partitions; ++number) {
    const std::string* best = nullptr;
    std::uint64_t best_rank = 0;
    for (const std::string& node : nodes) {
      if (load[node] == full) continue;
      const std::uint64_t its = rank(group, number, node);
      if (best && (its < best_rank || (its == best_rank && node > *best))) continue;
      best = &node;
      best_rank = its;
    }
    owners[number] = *best;
    ++load[*best];
  }
  return owners;
}

}  // namespace

Placement Placement::of(const ClusterConfig& config) {
  Placement placement;
  for (const ServiceGroup& group : service_groups()) {
    std::vector<std::string> nodes;
    for (const NodeConfig& node : config.nodes)
      if (node.services.count(group.services.front()) != 0) nodes.push_back(node.name);
    for (const Service service : group.services)
      placement.owners_[service] = place(group.name, config.partitions.at(service), nodes);
  }
  return placement;
}

Placement Placement::single(const std::string& node,
                            const std::map<Service, std::uint16_t>& partitions) {
  Placement placement;
  for (const auto& [service, count] : partitions)
    placement.owners_[service] = std::vector<std::string>(count, node);
  return placement;
}

const std::string& Placement::owner(PartitionId partition) const {
  return owners_.at(partition.service).at(partition.number);
}

std::vector<PartitionId> Placement::owned_by(std::string_view node) const {
  std::vector<PartitionId> owned;
  for (const auto& [service, owners] : owners_)
    for (std::size_t number = 0; number < owners.size(); ++number)
      if (owners[number] == node) owned.push_back({service, static_cast<std::uint16_t>(number)});
  return owned;
}

std::string Placement::digest() const {
  std::string text;
  for (const auto& [service, owners] : owners_)
    for (std::size_t number = 0; number < owners.size(); ++number)
      text += fmt::format("{}/{}={}\n", name_of(service), number, owners[number]);
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace souk::cluster
