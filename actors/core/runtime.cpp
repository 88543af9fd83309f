#include "actors/core/runtime.hpp"

#include <xxhash.h>

namespace souk::core {

std::uint16_t partition_number(std::string_view id, std::uint16_t partitions) {
  return static_cast<std::uint16_t>(XXH3_64bits(id.data(), id.size()) % partitions);
}

PartitionId Router::partition_of(Service service, std::string_view id) const {
  const auto count = keepers_[static_cast<std::size_t>(service)].size();
  return {service, partition_number(id, static_cast<std::uint16_t>(count))};
}

}  // namespace souk::core
