#include "node/command_line.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cluster/config.hpp"

namespace souk::node {
namespace {

constexpr std::string_view kAbout =
    "souk-node: an event-sourced commerce backend: orders, stock, wallets, coupons, campaigns, "
    "with "
    "the\ncheckout saga that carries an order across them, and the HTTP API. All of it in one "
    "process, or, with\n--config, one node of a cluster.";

constexpr std::string_view kFooter =
    "Every setting can stand in the file, too, and in the environment: --partitions-stock 16 is\n"
    "stock = 16 below [partitions] and SOUK_PARTITIONS_STOCK=16; --data is SOUK_NODE_DATA; all "
    "but\n"
    "those of \"Cluster\" are SOUK_TUNABLES_... A flag counts more than the environment, and that\n"
    "more than the file. docs/operations.md explains the file.\n"
    "Exit codes: 0 stopped cleanly, or checked and fine; 1 could not start or had to stop; 2 "
    "wrong\n"
    "usage, or a mistake in the configuration.\n"
    "Examples:\n"
    "  souk-node --data /var/lib/souk --http 127.0.0.1:8080\n"
    "  souk-node --check --config souk.toml\n"
    "  souk-node --config souk.toml --node stock-1";

// "max_live" -> "--max-live".
std::string flag_of(std::string_view key) {
  std::string flag = "--" + std::string(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

// Collects what was set into a CommandLine.
class Flags {
 public:
  Flags(CLI::App& app, CommandLine& line) : app_(app), line_(line) {}

  void add(const std::string& flag, const std::string& key, const std::string& what,
           const std::string& default_text, const std::string& group) {
    app_.add_option_function<std::string>(
            flag,
            [this, flag, key](const std::string& value) {
              line_.settings.push_back({flag, key, value});
            },
            what)
        ->default_str(default_text)
        ->group(group);
  }

  void add_switch(const std::string& flag, const std::string& key, const std::string& what,
                  const std::string& group) {
    app_.add_flag_function(
            flag + ",!--no" + flag.substr(1),
            [this, flag, key](std::int64_t count) {
              line_.settings.push_back({flag, key, count > 0 ? "true" : "false"});
            },
            what)
        ->group(group);
  }

 private:
  CLI::App& app_;
  CommandLine& line_;
};

void add_settings(Flags& flags) {
  const cluster::ClusterConfig alone = cluster::all_in_one("souk");
  const cluster::NodeConfig& node = alone.nodes.front();
  flags.add("--data", "node.data", "Data directory; created if it does not exist", node.data,
            "Cluster");
  flags.add("--http", "node.http",
            "Address and port of the HTTP API; port 0 takes a free one, without --config",
            to_string(node.http), "Cluster");
  flags.add("--address", "node.address", "Address and port for the other nodes", "", "Cluster");
  flags.add("--cluster-id", "cluster.id", "The cluster that the data directory belongs to",
            alone.id, "Cluster");
  const std::string count = std::to_string(cluster::kPartitionsDefault);
  flags.add("--partitions", "partitions.default",
            "Partitions a service; fixed for ever when the data directory is created", count,
            "Cluster");
  for (const cluster::ServiceGroup& group : cluster::service_groups())
    flags.add(fmt::format("--partitions-{}", group.name), fmt::format("partitions.{}", group.name),
              fmt::format("The same of {}", group.name), "", "Cluster");
  for (const cluster::Tunable& tunable : cluster::all_tunables()) {
    const std::string key = fmt::format("tunables.{}", tunable.key);
    const std::string group = tunable.key.ends_with("_ms") || tunable.key == "window_bytes"
                                  ? "Between nodes"
                                  : "Tunables";
    std::string what(tunable.what);
    what[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(what[0])));
    if (std::holds_alternative<cluster::Switch>(tunable.field))
      flags.add_switch(flag_of(tunable.key), key, what, group);
    else
      flags.add(flag_of(tunable.key), key, what, value_text(node.tunables, tunable), group);
  }
}

}  // namespace

std::string variable(const char* const* environment, const std::string& name) {
  for (; environment && *environment; ++environment) {
    const std::string_view setting = *environment;
    if (setting.starts_with(name) && setting.substr(name.size()).starts_with('='))
      return std::string(setting.substr(name.size() + 1));
  }
  return {};
}

std::optional<CommandLine> parse_command_line(int argc, const char* const* argv,
                                              const char* const* environment, int& exit_code) {
  CommandLine line;
  line.config = variable(environment, "SOUK_CONFIG");
  line.node = variable(environment, "SOUK_NODE");
  CLI::App app{std::string(kAbout), "souk-node"};
  app.set_version_flag("--version", "souk-node " SOUK_VERSION);
  app.footer(std::string(kFooter));
  app.add_option("--config", line.config, "The cluster's configuration (SOUK_CONFIG)");
  app.add_option("--node", line.node, "Which of its nodes this is (SOUK_NODE)");
  app.add_flag("--check", line.check,
               "Say what would run, and where each setting comes from; or all mistakes");
  app.add_flag("--json", line.json, "With --check: as JSON")->needs("--check");
  app.add_flag("!--no-read-models", line.read_models,
               "Keep no read models: lists, statements and reports are then not served");
  Flags flags(app, line);
  add_settings(flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  return line;
}

}  // namespace souk::node
