#include "tools/souk/cluster_view.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "events/rfc3339.hpp"
#include "tools/shared/node_client.hpp"

namespace souk::cli {
namespace {

using nlohmann::json;

template <class T>
T member(const json& object, const char* name) {
  const auto at = object.find(name);
  return at == object.end() || at->is_null() ? T{} : at->get<T>();
}

LinkView link_of(const json& object) {
  LinkView link;
  link.sent_items = member<std::int64_t>(object, "sent_items");
  link.sent_bytes = member<std::int64_t>(object, "sent_bytes");
  link.received_items = member<std::int64_t>(object, "received_items");
  link.received_bytes = member<std::int64_t>(object, "received_bytes");
  link.unanswered = member<std::int64_t>(object, "unanswered");
  link.unanswered_bytes = member<std::int64_t>(object, "unanswered_bytes");
  link.breakers_open = member<std::vector<std::string>>(object, "breakers_open");
  return link;
}

NodeView node_of(const json& object) {
  NodeView node;
  node.name = object.at("name").get<std::string>();
  node.state = object.at("state").get<std::string>();
  node.address = member<std::string>(object, "address");
  node.http = member<std::string>(object, "http");
  node.roles = member<std::vector<std::string>>(object, "roles");
  const auto partitions =
      member<std::map<std::string, std::vector<std::uint16_t>>>(object, "partitions");
  for (const Service service : kServices)
    if (const auto at = partitions.find(std::string(name_of(service))); at != partitions.end())
      node.partitions[service] = at->second;
  node.since = parse_rfc3339(member<std::string>(object, "since")).value_or(Time{});
  node.version = member<std::string>(object, "version");
  node.draining = member<bool>(object, "draining");
  node.not_ready = member<std::string>(object, "not_ready");
  node.detail = member<std::string>(object, "detail");
  node.open_sagas = member<std::int64_t>(object, "open_sagas");
  node.live = member<std::int64_t>(object, "live");
  node.in_flight = member<std::int64_t>(object, "in_flight");
  node.from_peers = member<std::int64_t>(object, "from_peers");
  node.memory_bytes = member<std::int64_t>(object, "memory_bytes");
  if (const auto lag = object.find("models_lag_ms"); lag != object.end() && !lag->is_null())
    node.models_lag_ms = lag->get<std::int64_t>();
  node.clock_ahead_ms = member<std::int64_t>(object, "clock_ahead_ms");
  if (const auto link = object.find("link"); link != object.end() && link->is_object())
    node.link = link_of(*link);
  return node;
}

}  // namespace

bool NodeView::is_well() const {
  return state != "down" && !draining && not_ready.empty() &&
         (!link || link->breakers_open.empty()) && !has_another_time();
}

bool NodeView::has_another_time() const {
  constexpr std::int64_t kTooMuch = 2'000;  // as nodes say it in their logs
  return std::abs(clock_ahead_ms) > kTooMuch;
}

const NodeView* ClusterView::find(const std::string& name) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const NodeView& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

std::optional<ClusterView> parse_cluster(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  try {
    ClusterView view{
        object.at("cluster").get<std::string>(), member<std::string>(object, "node"), {}};
    for (const json& node : object.at("nodes")) view.nodes.push_back(node_of(node));
    return view;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::optional<std::string> url_of(const NodeView& node) {
  std::string at = node.http;
  for (const std::string everywhere : {"0.0.0.0:", "[::]:"})
    if (at.starts_with(everywhere) && !node.address.empty())
      at = node.address.substr(0, node.address.rfind(':') + 1) + at.substr(everywhere.size());
  return at.empty() ? std::nullopt : checked_url(at);
}

}  // namespace souk::cli
