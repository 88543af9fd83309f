#include "actors/core/runtime.hpp"

#include "events/partitioning.hpp"

namespace souk::core {

PartitionId Router::partition_of(Service service, std::string_view id) const {
  return {service, partition_number(id, partitions(service))};
}

}  // namespace souk::core
