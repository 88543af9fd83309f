#include "events/partitioning.hpp"

#include <xxhash.h>

namespace souk {

std::uint16_t partition_number(std::string_view id, std::uint16_t partitions) {
  return static_cast<std::uint16_t>(XXH3_64bits(id.data(), id.size()) % partitions);
}

}  // namespace souk
