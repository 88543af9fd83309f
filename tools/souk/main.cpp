// `souk`: a client of souk-node. Reads the command line, runs one command, returns its exit code.
#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/shared/exit_codes.hpp"
#include "tools/shared/interrupt.hpp"
#include "tools/shared/node_client.hpp"
#include "tools/shared/suggest.hpp"
#include "tools/souk/cluster.hpp"
#include "tools/souk/import/command.hpp"
#include "tools/souk/show.hpp"

namespace souk::cli {
namespace {

constexpr const char* kExamples = R"(Examples:
  souk health
  souk import online-retail data/online-retail-sample.csv
  souk import online-retail sales.csv --dry-run --skipped=skipped.csv
  souk order 536365
  souk wallet 17850 --json | jq .balance_minor
  souk cluster map --config souk.toml
  souk cluster status
  souk cluster drain stock-1

Exit codes: 0 done; 1 the node refused something or does not know the id, or a node is not well;
2 the command line or the file is wrong; 3 the node cannot be reached; 130 stopped by Ctrl-C.)";

struct Options {
  ShowOptions show;
  ImportOptions import;
  ClusterOptions cluster;
};

CLI::App* add_show(CLI::App& app, const char* name, const char* what, Options& options) {
  CLI::App* command = app.add_subcommand(name, fmt::format("Shows {}", what));
  command->add_option("id", options.show.id, "Its id")->required();
  command->add_flag("--json", options.show.raw_json, "Prints the node's JSON as it came");
  return command;
}

void add_import(CLI::App& app, Options& options) {
  CLI::App* import = app.add_subcommand("import", "Brings orders from a file into the node");
  import->require_subcommand(1);
  CLI::App* retail = import->add_subcommand(
      "online-retail", "Imports a CSV file in the layout of the UCI Online Retail data set");
  ImportOptions& to = options.import;
  retail->add_option("file", to.file, "The CSV file")->required();
  retail->add_option("--connections", to.connections, "Requests in flight at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  retail->add_option("--currency", to.currency, "Of the file's prices")->capture_default_str();
  retail->add_option("--limit", to.orders_max, "Imports the first N importable invoices only")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  retail->add_option("--retry-for", to.retry_for_s, "Repeats a request for so many seconds")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  retail->add_flag("--skipped{-}", to.skipped_to,
                   "Lists every skipped row with its line and reason, as CSV; --skipped=FILE "
                   "writes it there");
  retail->add_option("--orders", to.orders_to, "Writes a CSV row for every order to this file")
      ->type_name("FILE");
  retail->add_flag("--dry-run", to.dry_run, "Reads and adds up the file, sends nothing");
  retail
      ->add_option_function<std::string>(
          "--format", [&to](const std::string& format) { to.json = format == "json"; },
          "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_str("text");
}

void add_cluster(CLI::App& app, Options& options) {
  CLI::App* cluster = app.add_subcommand("cluster", "Who is there, and who owns what");
  cluster->require_subcommand(1);
  ClusterOptions& to = options.cluster;
  CLI::App* map = cluster->add_subcommand("map", "Shows which node owns which partition");
  map->add_option("--config", to.config, "Of this configuration, instead of asking a node")
      ->type_name("FILE");
  CLI::App* status = cluster->add_subcommand("status", "Shows how all nodes are");
  CLI::App* drain = cluster->add_subcommand(
      "drain", "Gives a node no new work, and waits until nothing is under way there");
  drain->add_option("--wait", to.wait_s, "For so many seconds")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  CLI::App* undrain = cluster->add_subcommand("undrain", "Lets a node work again");
  for (CLI::App* command : {drain, undrain})
    command->add_option("node", to.node, "Its name")->required();
  for (CLI::App* command : {map, status, drain, undrain})
    command->add_flag("--json", to.json, "Prints JSON");
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

// The word of the command line that is neither an option nor a command, where one is due.
int suggest(const CLI::App& app, const std::string& word) {
  fmt::print(stderr, "souk: there is no command '{}'{}; see souk --help\n", word,
             did_you_mean(word, command_names(app)));
  return kExitBadInput;
}

// The first word behind `at` that should name a command of `app` but does not; empty if all is
// well.
std::string unknown_command(const CLI::App& app, int argc, char** argv, int& at) {
  while (++at < argc && std::string_view(argv[at]).starts_with("-"))
    if (std::string_view(argv[at]) == "--url") ++at;  // the only one that takes a word here
  if (at >= argc) return {};
  const std::vector<std::string> names = command_names(app);
  return std::ranges::find(names, argv[at]) != names.end() ? "" : argv[at];
}

int run(const CLI::App& app, Options& options) {
  const std::optional<std::string> url = checked_url(options.show.url);
  if (!url) {
    fmt::print(stderr, "souk: '{}' is no address like http://127.0.0.1:8080\n", options.show.url);
    return kExitBadInput;
  }
  options.show.url = options.import.url = options.cluster.url = *url;
  if (app.got_subcommand("import")) return import_online_retail(options.import, stop_on_signal());
  if (const CLI::App* cluster = app.get_subcommand("cluster"); cluster->parsed()) {
    if (cluster->got_subcommand("map")) return cluster_map(options.cluster, environ);
    if (cluster->got_subcommand("status")) return cluster_status(options.cluster);
    if (cluster->got_subcommand("undrain")) return cluster_undrain(options.cluster);
    return cluster_drain(options.cluster, stop_on_signal());
  }
  if (app.got_subcommand("health")) return show_health(options.show);
  if (app.got_subcommand("order")) return show_resource("orders", options.show);
  if (app.got_subcommand("stock")) return show_resource("stock", options.show);
  if (app.got_subcommand("wallet")) return show_resource("wallets", options.show);
  return show_resource("coupons", options.show);
}

int main(int argc, char** argv) {
  Options options;
  options.show.url = "http://127.0.0.1:8080";
  CLI::App app("souk: a client of souk-node", "souk");
  app.footer(kExamples);
  app.set_version_flag("--version", "souk " SOUK_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--url", options.show.url, "Where the node is")
      ->envname("SOUK_URL")
      ->capture_default_str();
  add_show(app, "order", "an order: status, lines, totals", options);
  add_show(app, "stock", "a SKU: price, units available, held and sold", options);
  add_show(app, "wallet", "a customer's wallet: balance, held and spent", options);
  add_show(app, "coupon", "a coupon: its terms and whether it is used", options);
  app.add_subcommand("health", "Says whether the node is up and ready")
      ->add_flag("--json", options.show.raw_json, "Prints JSON");
  add_import(app, options);
  add_cluster(app, options);

  int at = 0;
  if (const std::string word = unknown_command(app, argc, argv, at); !word.empty())
    return suggest(app, word);
  for (const char* group : {"import", "cluster"}) {
    if (at >= argc || std::string_view(argv[at]) != group) continue;
    const CLI::App* commands = app.get_subcommand(group);
    if (const std::string word = unknown_command(*commands, argc, argv, at); !word.empty())
      return suggest(*commands, word);
    break;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitBadInput;
  }
  return run(app, options);
}

}  // namespace
}  // namespace souk::cli

int main(int argc, char** argv) {
  try {
    return souk::cli::main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "souk: {}\n", error.what());
    return souk::cli::kExitSomeFailed;
  }
}
