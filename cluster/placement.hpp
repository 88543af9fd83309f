// Who owns which partition: a pure function of the configuration, the same on every node.
//
// Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
// 1998) with bounded loads (after Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with
// bounded loads", 2018): the partitions of a group of services go, in order, each to the node that
// ranks highest for it and is not full. A node is full with ceil(partitions / nodes) of them.
// Services of one group share their placement, so that an order and its checkout are neighbours.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/config.hpp"
#include "events/service.hpp"

namespace souk::cluster {

// A regular value.
class Placement {
 public:
  // The configuration has been checked. The order of its nodes does not matter.
  static Placement of(const ClusterConfig& config);
  // Everything on one node.
  static Placement single(const std::string& node,
                          const std::map<Service, std::uint16_t>& partitions);

  // The partition exists.
  const std::string& owner(PartitionId partition) const;
  // The owner of each of the service's partitions, by number.
  const std::vector<std::string>& owners(Service service) const { return owners_.at(service); }
  // In order.
  std::vector<PartitionId> owned_by(std::string_view node) const;

  // 16 hex digits; nodes with different ones do not work together. sent: never changed
  std::string digest() const;

  bool operator==(const Placement&) const = default;

 private:
  std::map<Service, std::vector<std::string>> owners_;
};

}  // namespace souk::cluster
