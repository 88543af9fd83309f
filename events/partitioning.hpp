// Which partition an aggregate belongs to.
#pragma once

#include <cstdint>
#include <string_view>

namespace souk {

// The partition number of an aggregate. stored: XXH3-64 of the id modulo the service's partitions,
// never changed.
std::uint16_t partition_number(std::string_view id, std::uint16_t partitions);

}  // namespace souk
