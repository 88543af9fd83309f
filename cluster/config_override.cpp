// What stands above the file: the environment and the command line.
#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "cluster/config.hpp"

namespace souk::cluster {
namespace {

void add(ConfigDraft& draft, const Place& from, std::string_view key, std::string what,
         std::string fix) {
  draft.findings.push_back({from, std::string(key), std::move(what), std::move(fix)});
}

void set_partitions(ConfigDraft& draft, std::string_view key, const std::string& value,
                    const Place& from) {
  const std::string_view name = key.substr(key.find('.') + 1);
  std::uint16_t count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  if (error != std::errc{} || end != value.data() + value.size() || count < 1 ||
      count > kPartitionsMax)
    return add(draft, from, key, value + " is not a number of partitions",
               fmt::format("take 1 to {}", kPartitionsMax));
  draft.config.origins[std::string(key)] = from;
  for (const ServiceGroup& group : service_groups()) {
    // The default is for those of whom nobody speaks, whichever comes first.
    const bool own = draft.config.origins.count(fmt::format("partitions.{}", group.name)) != 0;
    if (name != group.name && (name != "default" || own)) continue;
    for (const Service service : group.services) draft.config.partitions[service] = count;
  }
}

void set_address(ConfigDraft& draft, NodeConfig& node, std::string_view key,
                 const std::string& value, const Place& from) {
  Address& address = key == "node.http" ? node.http : node.address;
  if (const std::string wrong = parse_address(value, address); !wrong.empty())
    return add(draft, from, key, wrong,
               "write an IP address and a port, as in 127.0.0.1:8080, not a name");
  node.origins[std::string(key.substr(key.find('.') + 1))] = from;
}

void set_tunable_of(ConfigDraft& draft, NodeConfig& node, std::string_view key,
                    const std::string& value, const Place& from) {
  const Tunable* tunable = find_tunable(key.substr(key.find('.') + 1));
  const std::string wrong = set_tunable_from_text(node.tunables, *tunable, value);
  if (!wrong.empty())
    return add(draft, from, key, wrong, fmt::format("it means {}", tunable->what));
  node.origins[std::string(key)] = from;
}

// All keys that can be set by hand.
std::vector<std::string> settable_keys() {
  std::vector<std::string> keys = {"cluster.id", "node.data", "node.http", "node.address",
                                   "partitions.default"};
  for (const ServiceGroup& group : service_groups())
    keys.push_back(fmt::format("partitions.{}", group.name));
  for (const Tunable& tunable : all_tunables())
    keys.push_back(fmt::format("tunables.{}", tunable.key));
  return keys;
}

std::string variable_of(std::string_view key) {
  std::string name = "SOUK_" + std::string(key);
  for (char& c : name)
    c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

void override_setting(ConfigDraft& draft, NodeConfig* node, std::string_view key,
                      const std::string& value, const Place& from) {
  if (key.starts_with("partitions.")) return set_partitions(draft, key, value, from);
  if (key == "cluster.id") {
    draft.config.id = value;
    draft.config.origins["cluster.id"] = from;
    return;
  }
  if (!node) return;
  if (key.starts_with("tunables.")) return set_tunable_of(draft, *node, key, value, from);
  if (key != "node.data") return set_address(draft, *node, key, value, from);
  node->data = value;
  node->origins["data"] = from;
}

void override_from_environment(ConfigDraft& draft, NodeConfig* node,
                               const char* const* environment) {
  const std::vector<std::string> keys = settable_keys();
  std::vector<std::string> names;
  for (const std::string& key : keys) names.push_back(variable_of(key));
  for (; environment && *environment; ++environment) {
    const std::string_view setting = *environment;
    const std::string name(setting.substr(0, setting.find('=')));
    const bool ours = name.starts_with("SOUK_CLUSTER_") || name.starts_with("SOUK_PARTITIONS_") ||
                      name.starts_with("SOUK_TUNABLES_") || name.starts_with("SOUK_NODE_");
    if (!ours) continue;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
      const std::string value(setting.substr(std::min(setting.size(), name.size() + 1)));
      override_setting(draft, node, keys[static_cast<std::size_t>(found - names.begin())], value,
                       {name});
      continue;
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    draft.findings.push_back({{name},
                              "",
                              "the environment sets it, and souk knows no such setting",
                              suggestion(name, known),
                              false});
  }
}

}  // namespace souk::cluster
