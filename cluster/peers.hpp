// The nodes of a cluster as one of them sees them: who owns what, and the way there.
#pragma once

#include <map>
#include <string>
#include <utility>

#include <caf/all.hpp>

#include "cluster/placement.hpp"
#include "store/log.hpp"

namespace souk::cluster {

// A regular value.
struct Peers {
  std::string self;
  Placement placement;
  std::map<std::string, caf::actor> links;  // by the node's name; of all nodes but this one

  // Null if there is no such partition, which `identity` says.
  const std::string* owner(const store::Identity& identity, PartitionId partition) const {
    const auto service = identity.partitions.find(partition.service);
    if (service == identity.partitions.end() || partition.number >= service->second) return nullptr;
    return &placement.owner(partition);
  }
};

// "stock/3"
inline std::string display(PartitionId partition) {
  return std::string(name_of(partition.service)) + "/" + std::to_string(partition.number);
}

}  // namespace souk::cluster
