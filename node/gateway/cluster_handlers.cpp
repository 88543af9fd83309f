// The cluster: who is there and how they are, and taking a node out of work.
#include <string_view>

#include "events/rfc3339.hpp"
#include "node/gateway/handlers.hpp"
#include "node/gateway/json_writer.hpp"

namespace souk::gateway {
namespace {

std::string_view name_of(ClusterNode::State state) {
  switch (state) {
    case ClusterNode::State::self: return "self";
    case ClusterNode::State::up: return "up";
    case ClusterNode::State::down: return "down";
  }
  return "down";
}

void put_time(JsonWriter& out, std::string_view name, Time time) {
  if (!time.is_set()) return;
  const IsoTime iso = to_iso(time);
  out.field(name, std::string_view(iso.data(), iso.size()));
}

void put_link(JsonWriter& out, std::string_view name, const ClusterLink& link) {
  out.key(name);
  out.begin_object();
  out.field("sent_items", link.sent_items);
  out.field("sent_bytes", link.sent_bytes);
  out.field("received_items", link.received_items);
  out.field("received_bytes", link.received_bytes);
  out.field("unanswered", link.unanswered);
  out.field("unanswered_bytes", link.unanswered_bytes);
  out.key("breakers_open");
  out.begin_array();
  for (const std::string& service : link.breakers_open) out.value(service);
  out.end_array();
  out.end_object();
}

void put_partitions(JsonWriter& out, const ClusterNode& node) {
  out.key("partitions");
  out.begin_object();
  for (const auto& [service, numbers] : node.partitions) {
    out.key(souk::name_of(service));
    out.begin_array();
    for (const std::uint16_t number : numbers) out.value(number);
    out.end_array();
  }
  out.end_object();
}

// Of the node that is asked, without the request that asks: an idle node has none.
std::int64_t in_flight_of(const ClusterNode& node) {
  const bool asks = node.state == ClusterNode::State::self && node.in_flight > 0;
  return asks ? node.in_flight - 1 : node.in_flight;
}

void put_node(JsonWriter& out, const ClusterNode& node) {
  out.begin_object();
  out.field("name", node.name);
  out.field("state", name_of(node.state));
  if (!node.address.empty()) out.field("address", node.address);
  if (!node.http.empty()) out.field("http", node.http);
  out.key("roles");
  out.begin_array();
  for (const std::string& role : node.roles) out.value(role);
  out.end_array();
  put_partitions(out, node);
  put_time(out, "since", node.since);
  put_time(out, "started", node.started);
  if (!node.version.empty()) out.field("version", node.version);
  out.field("draining", node.draining);
  if (!node.not_ready.empty()) out.field("not_ready", node.not_ready);
  if (!node.detail.empty()) out.field("detail", node.detail);
  out.field("open_sagas", node.open_sagas);
  out.field("live", node.live);
  out.field("in_flight", in_flight_of(node));
  out.field("from_peers", node.from_peers);
  out.field("memory_bytes", node.memory_bytes);
  if (node.models_lag) out.field("models_lag_ms", node.models_lag->micros / 1000);
  if (node.clock_ahead) out.field("clock_ahead_ms", node.clock_ahead->micros / 1000);
  if (node.link) put_link(out, "link", *node.link);
  if (node.served) put_link(out, "served", *node.served);
  out.end_object();
}

Reply render(const ClusterView& view) {
  Reply reply;
  JsonWriter out(reply.body);
  out.begin_object();
  out.field("cluster", view.cluster);
  out.field("node", view.node);
  out.field("version", view.version);
  out.key("nodes");
  out.begin_array();
  for (const ClusterNode& node : view.nodes) put_node(out, node);
  out.end_array();
  out.end_object();
  return reply;
}

void set_draining(const Exchange::Ptr& x, bool on) {
  x->default_correlation_id(fresh_correlation_id());
  x->backend().drain(on);
  Reply reply = render(x->backend().cluster());
  x->send(std::move(reply));
}

}  // namespace

void get_cluster(const Exchange::Ptr& x) { x->send(render(x->backend().cluster())); }
void post_drain(const Exchange::Ptr& x) { set_draining(x, true); }
void post_undrain(const Exchange::Ptr& x) { set_draining(x, false); }

}  // namespace souk::gateway
