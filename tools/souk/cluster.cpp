#include "tools/souk/cluster.hpp"

#include <chrono>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "cluster/config.hpp"
#include "cluster/placement.hpp"
#include "tools/shared/exit_codes.hpp"
#include "tools/shared/failure.hpp"
#include "tools/shared/node_client.hpp"
#include "tools/shared/suggest.hpp"
#include "tools/souk/cluster_map.hpp"
#include "tools/souk/cluster_status.hpp"

namespace souk::cli {
namespace {

constexpr auto kAnswerMax = std::chrono::seconds(5);
constexpr auto kPollEvery = std::chrono::milliseconds(250);

Time now() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// What the node at `url` answers. Throws Failure.
std::string ask(const std::string& url, Method method, const std::string& path) {
  const HttpAnswer answer = NodeClient(url, kAnswerMax).send(method, path);
  if (!answer.answered())
    throw Failure(kExitUnreachable,
                  fmt::format("cannot reach {}: {}. Is souk-node running there? (--url, SOUK_URL)",
                              url, answer.explanation()));
  if (!answer.ok())
    throw Failure(kExitSomeFailed, fmt::format("{}: {}", url, answer.explanation()));
  return answer.body;
}

ClusterView understood(const std::string& url, const std::string& body) {
  auto view = parse_cluster(body);
  if (!view)
    throw Failure(kExitSomeFailed,
                  fmt::format("{} does not answer as a souk-node of this version does", url));
  return *std::move(view);
}

ClusterView view_from(const std::string& url) {
  return understood(url, ask(url, Method::get, "/v1/cluster"));
}

ClusterMap map_of(const ClusterView& view) {
  ClusterMap map{view.cluster, {}, {}};
  for (const NodeView& node : view.nodes)
    for (const auto& [service, numbers] : node.partitions)
      for (const std::uint16_t number : numbers) {
        auto& owners = map.owners[service];
        if (owners.size() <= number) owners.resize(number + std::size_t{1});
        owners[number] = node.name;
      }
  return map;
}

ClusterMap map_of(const cluster::ClusterConfig& config) {
  const auto placement = cluster::Placement::of(config);
  ClusterMap map{config.id, placement.digest(), {}};
  for (const Service service : kServices) map.owners[service] = placement.owners(service);
  return map;
}

ClusterMap map_from_file(const std::string& path, const char* const* environment) {
  cluster::ConfigDraft draft = cluster::read_config_file(path);
  cluster::override_from_environment(draft, nullptr, environment);
  cluster::check_config(draft);
  std::string sentences;
  for (const cluster::Finding& finding : draft.findings)
    sentences += (sentences.empty() ? "" : "\nsouk: ") + to_string(finding);
  if (has_errors(draft.findings)) throw Failure(kExitBadInput, sentences);
  if (!sentences.empty()) fmt::print(stderr, "souk: {}\n", sentences);
  return map_of(draft.config);
}

// Where the node that is meant serves HTTP, as the node at `options.url` knows.
std::string url_of_node(const ClusterOptions& options) {
  const ClusterView view = view_from(options.url);
  const NodeView* node = view.find(options.node);
  if (!node) {
    std::vector<std::string> names;
    for (const NodeView& known : view.nodes) names.push_back(known.name);
    throw Failure(kExitBadInput, fmt::format("there is no node '{}' in cluster {}{}", options.node,
                                             view.cluster, did_you_mean(options.node, names)));
  }
  if (node->name == view.node) return options.url;
  const auto url = url_of(*node);
  if (!url)
    throw Failure(
        kExitSomeFailed,
        fmt::format("{} has not said where its HTTP API is; ask it itself: --url", node->name));
  return *url;
}

// Commands and requests that are under way on the node, which does not count the one that asks.
std::int64_t requests_of(const NodeView& self) { return self.from_peers + self.in_flight; }

NodeView self_in(const std::string& url, const ClusterView& view) {
  if (const NodeView* self = view.find(view.node)) return *self;
  throw Failure(kExitSomeFailed, fmt::format("{} does not say how it is", url));
}

// Asks until nothing is under way, the wait is over, or somebody pressed Ctrl-C.
NodeView wait_until_idle(const std::string& url, int wait_s, const std::atomic<bool>& stop) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(wait_s);
  std::string said;
  for (;;) {
    NodeView self = self_in(url, view_from(url));
    const std::int64_t requests = requests_of(self);
    const bool idle = requests == 0 && self.open_sagas == 0;
    if (idle || stop || std::chrono::steady_clock::now() >= until) return self;
    std::string left = fmt::format("{}: {} orders and {} requests are still under way\n", self.name,
                                   self.open_sagas, requests);
    if (left != said) fmt::print(stderr, "{}", left);
    said = std::move(left);
    std::this_thread::sleep_for(kPollEvery);
  }
}

std::string drained_text(const NodeView& self) {
  if (const std::int64_t requests = requests_of(self); requests > 0)
    return fmt::format(
        "{} takes no new work; {} requests are still under way. A stop loses nothing "
        "that was acknowledged; who asked has to ask again.\n",
        self.name, requests);
  const std::string orders =
      self.open_sagas == 0
          ? "nothing is under way"
          : fmt::format("its {} open orders go on at its next start", self.open_sagas);
  return fmt::format(
      "{} is drained: {}. Stop or restart it, or let it work again with 'souk "
      "cluster undrain {}'.\n",
      self.name, orders, self.name);
}

int fail(const Failure& failure) {
  fmt::print(stderr, "souk: {}\n", failure.what());
  return failure.exit_code();
}

}  // namespace

int cluster_map(const ClusterOptions& options, const char* const* environment) try {
  const ClusterMap map = options.config.empty() ? map_of(view_from(options.url))
                                                : map_from_file(options.config, environment);
  fmt::print("{}", options.json ? map_json(map) : map_text(map));
  return kExitDone;
} catch (const Failure& failure) {
  return fail(failure);
}

int cluster_status(const ClusterOptions& options) try {
  const std::string body = ask(options.url, Method::get, "/v1/cluster");
  const ClusterView view = understood(options.url, body);
  fmt::print("{}", options.json ? body + '\n' : status_text(view, now()));
  for (const NodeView& node : view.nodes)
    if (!node.is_well()) return kExitSomeFailed;
  return kExitDone;
} catch (const Failure& failure) {
  return fail(failure);
}

int cluster_drain(const ClusterOptions& options, const std::atomic<bool>& stop) try {
  const std::string url = url_of_node(options);
  ask(url, Method::post, "/v1/cluster/drain");
  const NodeView self = wait_until_idle(url, options.wait_s, stop);
  if (options.json)
    fmt::print("{{\"node\": \"{}\", \"draining\": true, \"requests\": {}, \"open_sagas\": {}}}\n",
               options.node, requests_of(self), self.open_sagas);
  else
    fmt::print("{}", drained_text(self));
  return requests_of(self) == 0 ? kExitDone : kExitSomeFailed;
} catch (const Failure& failure) {
  return fail(failure);
}

int cluster_undrain(const ClusterOptions& options) try {
  ask(url_of_node(options), Method::post, "/v1/cluster/undrain");
  if (options.json)
    fmt::print("{{\"node\": \"{}\", \"draining\": false}}\n", options.node);
  else
    fmt::print("{} takes work again.\n", options.node);
  return kExitDone;
} catch (const Failure& failure) {
  return fail(failure);
}

}  // namespace souk::cli
