#include "cluster/greeting.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "events/service.hpp"

namespace souk::cluster {
namespace {

std::string service_name(std::uint16_t service) {
  return std::string(name_of(static_cast<Service>(service)));
}

// A service that only one of the two knows is a newer version's, and nobody's partition here.
std::string other_counts(const wire::Hello& mine, const wire::Hello& theirs) {
  std::map<std::uint16_t, std::uint16_t> counts;
  for (const wire::PartitionCount& one : theirs.partitions) counts[one.service] = one.count;
  for (const wire::PartitionCount& one : mine.partitions) {
    const auto found = counts.find(one.service);
    if (found == counts.end() || found->second == one.count) continue;
    return service_name(one.service) + " has " + std::to_string(one.count) +
           " partitions here and " + std::to_string(found->second) + " at " + theirs.node +
           "; how many there are is fixed when a cluster is made: give both nodes the same "
           "configuration.";
  }
  return {};
}

}  // namespace

std::string disagreement(const wire::Hello& mine, const wire::Hello& theirs) {
  if (mine.cluster != theirs.cluster)
    return theirs.node + " belongs to the cluster '" + theirs.cluster + "', and this node (" +
           mine.node + ") to '" + mine.cluster +
           "'; see to it that no address stands in the configurations of both.";
  if (theirs.to != mine.node)
    return theirs.node + " wanted to reach " + theirs.to + " and reached " + mine.node +
           "; check the addresses of both in the configuration.";
  if (std::max(mine.oldest, theirs.oldest) > std::min(mine.newest, theirs.newest))
    return theirs.node + " runs souk " + theirs.version + ", which speaks versions " +
           std::to_string(theirs.oldest) + " to " + std::to_string(theirs.newest) +
           " of the nodes' protocol; this node runs " + mine.version + ", which speaks " +
           std::to_string(mine.oldest) + " to " + std::to_string(mine.newest) +
           "; upgrade by one version at a time.";
  if (std::string counts = other_counts(mine, theirs); !counts.empty()) return counts;
  if (mine.placement != theirs.placement)
    return theirs.node + " and " + mine.node +
           " give some partitions to different nodes; give both the same configuration (`souk "
           "cluster map` shows what each says).";
  return {};
}

}  // namespace souk::cluster
