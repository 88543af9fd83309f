// What a node's log notes of its cluster: who owns which partition. Read from the JSON object that
// the node keeps beside its log:
//
//   {"node": "stock-1", "owners": {"stock": ["stock-1", "stock-2"], "order": ["order"], ...}}
//
// A service's list has the owner of partition 0, 1, 2 ... in its places.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "events/service.hpp"

namespace souk::replay {

struct Placement {
  std::string node;  // whose note it is
  std::map<PartitionId, std::string> owner_of;
  bool operator==(const Placement&) const = default;
};

// Nothing if the text is not such an object. Services that souk does not know are left out.
std::optional<Placement> parse_placement(std::string_view json);

}  // namespace souk::replay
