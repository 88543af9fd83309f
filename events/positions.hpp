// A position: how far partitions had come when something was answered. Whoever has read up to it
// has read everything that the answer was based on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "events/service.hpp"

namespace souk {

// Partition -> offset of its last record that counts. Regular value; empty: nothing to wait for.
using Positions = std::map<PartitionId, std::uint64_t>;

// Raises each of `into` to that of `from`.
void merge(Positions& into, const Positions& from);

// True if `reached` is at or after `wanted` in every partition that `wanted` names.
bool covers(const Positions& reached, const Positions& wanted);

// "order/3@88,checkout/3@120", in the order of the partitions; "" for an empty one.
std::string to_string(const Positions& positions);

// Takes what to_string gives. Nothing if the text is no position.
std::optional<Positions> parse_positions(std::string_view text);

// The service of this name.
std::optional<Service> parse_service(std::string_view name);

}  // namespace souk
