#include "actors/core/runtime.hpp"

#include "events/partitioning.hpp"

namespace souk::core {

PartitionId Router::partition_of(Service service, std::string_view id) const {
  const auto count = keepers_[static_cast<std::size_t>(service)].size();
  return {service, partition_number(id, static_cast<std::uint16_t>(count))};
}

}  // namespace souk::core
