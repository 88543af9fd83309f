#include "node/config.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

#include <CLI/CLI.hpp>

namespace souk::node {
namespace {

// "ADDRESS:PORT" into its parts; a sentence if it is not one.
std::string parse_address(const std::string& text, Config& config) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return "wants ADDRESS:PORT, for example 127.0.0.1:8080, and not '" + text + "'";
  const std::string_view port = std::string_view(text).substr(colon + 1);
  const auto [end, error] =
      std::from_chars(port.data(), port.data() + port.size(), config.http_port);
  if (error != std::errc{} || end != port.data() + port.size() || port.empty())
    return "'" + std::string(port) + "' is not a port between 0 and 65535";
  std::string address = text.substr(0, colon);
  if (address == "localhost") address = "127.0.0.1";
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  in6_addr parsed;
  if (inet_pton(AF_INET, address.c_str(), &parsed) != 1 &&
      inet_pton(AF_INET6, address.c_str(), &parsed) != 1)
    return "'" + address + "' is not an IP address; write one, as in 127.0.0.1:8080, not a name";
  config.http_address = std::move(address);
  return {};
}

}  // namespace

std::optional<Config> parse_config(int argc, char** argv, int& exit_code) {
  Config config;
  CLI::App app{
      "souk-node: an event-sourced commerce backend in one process: orders, stock, wallets, "
      "coupons, campaigns,\n"
      "with the checkout saga that carries an order across them, and the HTTP API.",
      "souk-node"};
  app.set_version_flag("--version", "souk-node " SOUK_VERSION);
  app.footer(
      "Exit codes: 0 stopped cleanly, 1 could not start or had to stop, 2 wrong usage.\n"
      "Examples:\n"
      "  souk-node --data /var/lib/souk --http 127.0.0.1:8080\n"
      "  curl -s http://127.0.0.1:8080/readyz");
  std::string http = "127.0.0.1:8080";
  double checkout_seconds = 30;
  double idle_seconds = 60;
  bool read_models = true;
  app.add_option("--data", config.data, "Data directory; created if it does not exist")
      ->capture_default_str();
  app.add_option("--http", http, "Address and port of the HTTP API; port 0 takes a free one")
      ->envname("SOUK_HTTP")
      ->capture_default_str()
      ->check([&](const std::string& text) { return parse_address(text, config); });
  app.add_option("--cluster-id", config.cluster_id,
                 "The cluster that the data directory belongs to")
      ->capture_default_str();
  app.add_option("--partitions", config.partitions,
                 "Partitions a service; fixed for ever when the data directory is created")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--threads", config.node.threads, "Worker threads; 0: one a core")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  app.add_option(
         "--max-live", config.node.core.live_aggregates_max,
         "Aggregates in memory before the least recently used ones leave it (about 2 KB each)")
      ->check(CLI::Range(std::size_t{100}, std::size_t{100'000'000}))
      ->capture_default_str();
  app.add_option("--idle-seconds", idle_seconds,
                 "An aggregate that nobody asked for so long leaves memory")
      ->check(CLI::Range(0.1, 86'400.0))
      ->capture_default_str();
  app.add_option("--checkout-seconds", checkout_seconds,
                 "How long an order may take to be confirmed before it is turned back")
      ->check(CLI::Range(0.1, 3'600.0))
      ->capture_default_str();
  app.add_flag("!--no-command-log", config.node.core.log_commands,
               "Leave the commands out of the log (smaller; decisions cannot be asked for again)");
  app.add_flag("!--no-read-models", read_models,
               "Keep no read models: lists, statements and reports are then not served");
  app.add_option("--log-format", config.log_format, "text or json (one object a line)")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--log-level", config.log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  std::string wrong = parse_address(http, config);
  if (!std::isfinite(checkout_seconds) || !std::isfinite(idle_seconds))
    wrong = "--checkout-seconds and --idle-seconds want numbers";
  if (!wrong.empty()) {
    std::fprintf(stderr, "souk-node: %s\n", wrong.c_str());
    exit_code = 2;
    return std::nullopt;
  }
  config.node.data = config.data;
  if (read_models) config.node.read_models.data = config.data;
  config.node.core.checkout_window = {static_cast<std::int64_t>(checkout_seconds * 1e6)};
  config.node.core.idle_after = {static_cast<std::int64_t>(idle_seconds * 1e6)};
  return config;
}

}  // namespace souk::node
