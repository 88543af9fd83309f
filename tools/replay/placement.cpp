#include "tools/replay/placement.hpp"

#include <nlohmann/json.hpp>

#include "events/positions.hpp"

namespace souk::replay {

std::optional<Placement> parse_placement(std::string_view json) {
  const auto object = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains("node") || !object["node"].is_string() ||
      !object.contains("owners") || !object["owners"].is_object())
    return std::nullopt;
  Placement placement;
  placement.node = object["node"].get<std::string>();
  for (const auto& [name, owners] : object["owners"].items()) {
    if (!owners.is_array()) return std::nullopt;
    const auto service = parse_service(name);
    if (!service) continue;
    std::uint16_t number = 0;
    for (const auto& owner : owners) {
      if (!owner.is_string()) return std::nullopt;
      placement.owner_of[{*service, number++}] = owner.get<std::string>();
    }
  }
  return placement;
}

}  // namespace souk::replay
