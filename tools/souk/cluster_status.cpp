#include "tools/souk/cluster_status.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tools/shared/amounts.hpp"
#include "tools/shared/printable.hpp"
#include "tools/shared/table.hpp"
#include "tools/souk/cluster_map.hpp"

namespace souk::cli {
namespace {

constexpr std::size_t kRolesWidth = 26;

// "12s", "5m", "3h", "2d": since when.
std::string age(Time since, Time now) {
  if (!since.is_set()) return "-";
  const std::int64_t seconds = std::max<std::int64_t>(0, (now - since).micros / 1'000'000);
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 120 * 60) return fmt::format("{}m", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86'400);
}

std::string partitions_text(const NodeView& node) {
  std::string text;
  for (const auto& [service, numbers] : node.partitions)
    if (!numbers.empty())
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(service), ranges(numbers));
  return text;
}

// What is wrong with one node, as `asked` sees it: a line each.
std::string faults(const NodeView& node, const std::string& asked, Time now) {
  const std::string name = printable(node.name);
  std::string text;
  if (node.state == "down") {
    const std::string why = node.detail.empty() ? "" : ": " + printable(node.detail);
    text += fmt::format("{} is down for {}{}\n", name, age(node.since, now), why);
    if (const std::string lost = partitions_text(node); !lost.empty())
      text += fmt::format("  nobody answers for {}\n", lost);
  }
  if (node.draining) text += fmt::format("{} is draining: it takes no new work\n", name);
  if (!node.not_ready.empty()) text += fmt::format("{}: {}\n", name, printable(node.not_ready));
  if (node.has_another_time())
    text += fmt::format("{}'s clock is {:.1f} s {} that of {}: {}\n", name,
                        static_cast<double>(std::abs(node.clock_ahead_ms)) / 1'000,
                        node.clock_ahead_ms > 0 ? "ahead of" : "behind", printable(asked),
                        "let both machines follow the same time server");
  if (node.link)
    for (const std::string& service : node.link->breakers_open)
      text += fmt::format("{} does not answer for {} in time: requests are turned away\n", name,
                          printable(service));
  return text;
}

std::string state_text(const NodeView& node) {
  if (node.state != "down" && node.draining) return "draining";
  if (node.state != "down" && !node.not_ready.empty()) return "not ready";
  return node.state == "self" ? "up (asked)" : printable(node.state);
}

std::string lag_text(const NodeView& node) {
  return node.models_lag_ms ? fmt::format("{} ms", grouped(*node.models_lag_ms)) : "-";
}

std::string nodes_text(const std::vector<const NodeView*>& nodes, Time now) {
  Table table({{"node"},
               {"state"},
               {"for", Align::right},
               {"roles"},
               {"sagas", Align::right},
               {"live", Align::right},
               {"http", Align::right},
               {"memory", Align::right},
               {"lag", Align::right},
               {"version"}});
  for (const NodeView* node : nodes) {
    const std::string roles = fmt::format("{}", fmt::join(node->roles, " "));
    const bool known = node->state != "down";  // what a node that is down said last is not shown
    const auto number = [&](std::int64_t n) { return known ? grouped(n) : "-"; };
    table.add({printable(node->name), state_text(*node), age(node->since, now),
               shortened(printable(roles), kRolesWidth), number(node->open_sagas),
               number(node->live), number(node->in_flight),
               known ? bytes_text(static_cast<std::uint64_t>(node->memory_bytes)) : "-",
               known ? lag_text(*node) : "-", printable(node->version)});
  }
  return table.text();
}

std::string links_text(const ClusterView& view) {
  Table table({{"to"},
               {"asked", Align::right},
               {"sent", Align::right},
               {"answered", Align::right},
               {"received", Align::right},
               {"unanswered", Align::right},
               {"waiting", Align::right}});
  for (const NodeView& node : view.nodes) {
    if (!node.link) continue;
    const LinkView& link = *node.link;
    const auto bytes = [](std::int64_t n) { return bytes_text(static_cast<std::uint64_t>(n)); };
    table.add({printable(node.name), grouped(link.sent_items), bytes(link.sent_bytes),
               grouped(link.received_items), bytes(link.received_bytes), grouped(link.unanswered),
               bytes(link.unanswered_bytes)});
  }
  if (table.empty()) return {};
  return fmt::format("\nfrom {}, since it runs\n{}", printable(view.node), table.text());
}

}  // namespace

std::string status_text(const ClusterView& view, Time now) {
  std::vector<const NodeView*> nodes;
  for (const NodeView& node : view.nodes) nodes.push_back(&node);
  const auto rank = [](const NodeView* node) {
    return node->state == "down" ? 0 : node->is_well() ? 2 : 1;
  };
  std::stable_sort(nodes.begin(), nodes.end(),
                   [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  const auto well = std::count_if(nodes.begin(), nodes.end(),
                                  [](const NodeView* node) { return node->is_well(); });
  std::string text =
      fmt::format("cluster {}, seen by {}: {} of {} nodes {} well\n", printable(view.cluster),
                  printable(view.node), well, nodes.size(), well == 1 ? "is" : "are");
  for (const NodeView* node : nodes) text += faults(*node, view.node, now);
  return text + '\n' + nodes_text(nodes, now) + links_text(view);
}

}  // namespace souk::cli
