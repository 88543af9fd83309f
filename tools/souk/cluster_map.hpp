// Who owns which partition, for people and for programs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "events/service.hpp"

namespace souk::cli {

struct ClusterMap {
  std::string cluster;                                 // its id
  std::string placement;                               // its digest; empty: not known
  std::map<Service, std::vector<std::string>> owners;  // by partition number
};

// A line for each service and owner: "stock  16  stock-1  8  0 1 3-5 9".
std::string map_text(const ClusterMap& map);

// {"cluster", "placement", "partitions": {"stock": ["stock-1", ...]}}, and an end of line.
std::string map_json(const ClusterMap& map);

// "0-2 5 7": numbers in growing order.
std::string ranges(const std::vector<std::uint16_t>& numbers);

}  // namespace souk::cli
