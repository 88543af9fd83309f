#include "node/config.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "node/check_directory.hpp"
#include "node/command_line.hpp"
#include "node/config_report.hpp"

namespace souk::node {
namespace {

constexpr const char* kAloneName = "souk";  // without a configuration

Duration seconds_of(double seconds) { return {static_cast<std::int64_t>(seconds * 1e6)}; }

cluster::LinkOptions link_options_of(const cluster::Tunables& tunables) {
  cluster::LinkOptions link;
  link.heartbeat = milliseconds(tunables.heartbeat_ms);
  link.silence_max = milliseconds(tunables.silence_ms);
  link.dial_max = milliseconds(tunables.dial_ms);
  link.redial_max = milliseconds(tunables.redial_max_ms);
  link.redial_min = std::min(link.redial_min, link.redial_max);
  link.unanswered.window_bytes = static_cast<std::size_t>(tunables.window_bytes);
  link.unanswered.breaker_after = milliseconds(tunables.breaker_after_ms);
  return link;
}

NodeOptions options_of(const Config& config) {
  const cluster::NodeConfig& self = config.self();
  const cluster::Tunables& tunables = self.tunables;
  NodeOptions options;
  options.name = config.name;
  options.cluster = config.cluster;
  options.placement = config.placement;
  options.link = link_options_of(tunables);
  const std::int64_t share = tunables.in_flight_max * tunables.service_share_percent / 100;
  options.waiting_max = std::max<std::size_t>(options.fronts, static_cast<std::size_t>(share));
  options.data = self.data;
  options.threads = static_cast<std::uint16_t>(tunables.threads);
  options.core.live_aggregates_max = static_cast<std::size_t>(tunables.max_live);
  options.core.idle_after = seconds_of(tunables.idle_seconds);
  options.core.checkout_window = seconds_of(tunables.checkout_seconds);
  options.core.log_commands = tunables.command_log;
  if (self.read_models) options.read_models.data = self.data;
  return options;
}

cluster::ConfigDraft read(const CommandLine& line) {
  if (!line.config.empty()) return cluster::read_config_file(line.config);
  cluster::ConfigDraft draft;
  draft.config = cluster::all_in_one(line.node.empty() ? kAloneName : line.node);
  return draft;
}

// The node that this process is to be. None if only a check of all of them was asked for, or if it
// cannot be said, which is a finding.
cluster::NodeConfig* choose_node(const CommandLine& line, cluster::ConfigDraft& draft) {
  auto& nodes = draft.config.nodes;
  if (line.node.empty() && nodes.size() == 1) return &nodes.front();
  std::vector<std::string_view> names;
  for (const cluster::NodeConfig& node : nodes) names.push_back(node.name);
  if (cluster::NodeConfig* node = draft.config.find(line.node); node || nodes.empty()) return node;
  if (!line.node.empty())
    draft.findings.push_back({{line.config},
                              "node",
                              fmt::format("there is no node \"{}\"", line.node),
                              cluster::suggestion(line.node, names)});
  else if (!line.check)
    draft.findings.push_back({{"--node"},
                              "",
                              "the configuration has several nodes",
                              fmt::format("say which one this is: {}", fmt::join(names, ", "))});
  return nullptr;
}

// Environment and flags, above the file. Without a node they are looked at all the same, so that
// all mistakes are found.
void override_settings(const CommandLine& line, const char* const* environment,
                       cluster::ConfigDraft& draft, cluster::NodeConfig* self) {
  cluster::NodeConfig nobody;
  if (!self) self = &nobody;
  if (const std::string http = variable(environment, "SOUK_HTTP"); !http.empty())
    cluster::override_setting(draft, self, "node.http", http, {"SOUK_HTTP"});
  cluster::override_from_environment(draft, self, environment);
  for (const CommandLine::Setting& setting : line.settings)
    cluster::override_setting(draft, self, setting.key, setting.value, {setting.flag});
  if (line.read_models) return;
  self->read_models = false;
  self->origins["read_models"] = {"--no-read-models"};
}

// A start would find it out as well; then it is said in the log.
void look_at_directory(const Config& config, std::vector<cluster::Finding>& findings) {
  if (config.name.empty()) return;
  if (auto misfit = misfit_of_directory(config); misfit)
    findings.push_back({{config.self().data}, "node.data", std::move(*misfit), {}});
}

void say(const std::vector<cluster::Finding>& findings) {
  for (const cluster::Finding& finding : findings)
    std::fprintf(stderr, "souk-node: %s\n", to_string(finding).c_str());
}

}  // namespace

std::optional<Config> parse_config(int argc, const char* const* argv,
                                   const char* const* environment, int& exit_code) {
  const auto line = parse_command_line(argc, argv, environment, exit_code);
  if (!line) return std::nullopt;
  cluster::ConfigDraft draft = read(*line);
  cluster::NodeConfig* self = choose_node(*line, draft);
  override_settings(*line, environment, draft, self);
  cluster::check_config(draft);

  Config config;
  config.source = line->config;
  if (self) config.name = self->name;
  config.cluster = std::move(draft.config);
  if (!has_errors(draft.findings)) {
    config.placement = cluster::Placement::of(config.cluster);
    if (line->check) look_at_directory(config, draft.findings);
  }
  const bool wrong = has_errors(draft.findings);
  if (wrong && !line->json) say(draft.findings);
  exit_code = wrong ? 2 : 0;
  if (line->check && line->json)
    std::fputs(report_json(config, draft.findings).c_str(), stdout);
  else if (line->check && !wrong)
    std::fputs(report_text(config, draft.findings).c_str(), stdout);
  if (wrong || line->check) return std::nullopt;

  config.node = options_of(config);
  for (const cluster::Finding& finding : draft.findings)
    config.warnings.push_back(to_string(finding));
  return config;
}

}  // namespace souk::node
