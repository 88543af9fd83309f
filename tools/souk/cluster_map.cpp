#include "tools/souk/cluster_map.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/shared/printable.hpp"
#include "tools/shared/table.hpp"

namespace souk::cli {

std::string ranges(const std::vector<std::uint16_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : " ", numbers[i]);
    if (end - i > 1) text += fmt::format("{}{}", end - i > 2 ? '-' : ' ', numbers[end - 1]);
    i = end;
  }
  return text;
}

std::string map_text(const ClusterMap& map) {
  Table table(
      {{"service"}, {"partitions", Align::right}, {"node"}, {"owns", Align::right}, {"which"}});
  for (const auto& [service, owners] : map.owners) {
    std::map<std::string, std::vector<std::uint16_t>> numbers;
    for (std::size_t number = 0; number < owners.size(); ++number)
      numbers[owners[number]].push_back(static_cast<std::uint16_t>(number));
    std::string name(name_of(service)), count = std::to_string(owners.size());
    for (const auto& [node, its] : numbers) {
      table.add({name, count, node.empty() ? "nobody" : printable(node), std::to_string(its.size()),
                 ranges(its)});
      name = count = "";  // said once
    }
  }
  return fmt::format("cluster {}{}\n\n{}", printable(map.cluster),
                     map.placement.empty() ? "" : ", placement " + map.placement, table.text());
}

std::string map_json(const ClusterMap& map) {
  nlohmann::ordered_json json{{"cluster", map.cluster}};
  if (!map.placement.empty()) json["placement"] = map.placement;
  json["partitions"] = nlohmann::ordered_json::object();
  for (const auto& [service, owners] : map.owners)
    json["partitions"][std::string(name_of(service))] = owners;
  return json.dump(2) + '\n';
}

}  // namespace souk::cli
