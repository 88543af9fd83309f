#include "actors/core/remote.hpp"

#include <algorithm>

namespace souk::core {

wire::Position to_wire(PartitionId partition, store::Offset offset) {
  return {static_cast<std::uint16_t>(partition.service), partition.number,
          static_cast<std::int64_t>(offset)};
}

std::vector<wire::Position> to_wire(const Positions& positions) {
  std::vector<wire::Position> all;
  all.reserve(positions.size());
  for (const auto& [partition, offset] : positions) all.push_back(to_wire(partition, offset));
  return all;
}

bool from_wire(const wire::Position& position, PartitionId& partition) {
  const auto service = std::ranges::find_if(
      kServices, [&](Service one) { return static_cast<std::uint16_t>(one) == position.service; });
  if (service == kServices.end()) return false;
  partition = {*service, position.number};
  return true;
}

void take_ends(const std::vector<wire::Position>& ends, Ends& into) {
  for (const wire::Position& end : ends)
    if (PartitionId partition; from_wire(end, partition))
      into.reached(partition, static_cast<store::Offset>(end.offset));
}

}  // namespace souk::core
