#include "store/log_view.hpp"

#include "events/partitioning.hpp"

namespace souk::store {

std::unique_ptr<BatchWalk> LogView::walk(PartitionId partition, Offset from) const {
  return walk_by_slices(*this, partition, from);
}

Result<std::optional<std::string>> LogView::note(std::string_view) const {
  return std::optional<std::string>();
}

PartitionId partition_of(const Identity& identity, Service service, std::string_view id) {
  return {service, partition_number(id, identity.partitions.at(service))};
}

std::vector<PartitionId> partitions_of(const Identity& identity) {
  std::vector<PartitionId> partitions;
  for (const auto& [service, count] : identity.partitions)
    for (std::uint16_t number = 0; number < count; ++number)
      partitions.push_back({service, number});
  return partitions;
}

}  // namespace souk::store
