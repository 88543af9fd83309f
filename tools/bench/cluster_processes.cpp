#include "tools/bench/cluster_processes.hpp"

#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/bench/error.hpp"
#include "tools/shared/node_client.hpp"

namespace souk::bench {
namespace {

constexpr std::chrono::seconds kWholeLimit{30};
constexpr std::chrono::milliseconds kLookInterval{20};

struct Role {
  const char* name;
  const char* roles;  // as the configuration writes them
};
constexpr Role kRoles[] = {{"gateway", R"("gateway")"},
                           {"order", R"("order")"},
                           {"stock", R"("stock")"},
                           {"wallet", R"("wallet", "coupon")"}};

// What a node says of the cluster; not an object if it says nothing sensible.
nlohmann::json state_of(const NodeProcess& node) {
  cli::NodeClient client("http://" + node.endpoint().host());
  const cli::HttpAnswer answer = client.send(cli::Method::get, "/v1/cluster");
  if (!answer.ok()) return nullptr;
  return nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
}

bool sees_everybody(const NodeProcess& node) {
  const nlohmann::json state = state_of(node);
  if (!state.is_object() || !state.contains("nodes")) return false;
  for (const nlohmann::json& other : state["nodes"])
    if (other.value("state", "") == "down") return false;
  return true;
}

}  // namespace

ClusterProcesses::ClusterProcesses(const std::filesystem::path& program,
                                   const std::filesystem::path& directory,
                                   const std::vector<std::string>& extra) {
  std::string config = "[cluster]\nid = \"bench\"\n";
  std::vector<Endpoint> endpoints;
  for (const Role& role : kRoles) {
    endpoints.push_back({INADDR_LOOPBACK, free_port()});
    config += fmt::format(
        "\n[[node]]\nname = \"{}\"\naddress = \"127.0.0.1:{}\"\nhttp = \"{}\"\ndata = \"{}\"\n"
        "roles = [{}]\n",
        role.name, free_port(), endpoints.back().host(), (directory / role.name).string(),
        role.roles);
  }
  const std::filesystem::path file = directory / "cluster.toml";
  std::ofstream(file) << config;

  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const std::string name = kRoles[i].name;
    std::vector<std::string> arguments = {"--config", file.string(), "--node", name};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    members_.push_back({name, directory / name,
                        std::make_unique<NodeProcess>(program, arguments, endpoints[i],
                                                      directory / (name + ".log"))});
  }
  for (const Member& member : members_) member.process->wait_until_ready();
  wait_until_whole();
}

void ClusterProcesses::wait_until_whole() const {
  const Clock::time_point limit = Clock::now() + kWholeLimit;
  for (const Member& member : members_)
    while (!sees_everybody(*member.process)) {
      check_interrupted();
      if (Clock::now() > limit)
        throw BenchError(fmt::format("{} does not see all other nodes after {} s", member.name,
                                     kWholeLimit.count()));
      std::this_thread::sleep_for(kLookInterval);
    }
}

Crossing ClusterProcesses::crossing() const {
  Crossing sum;
  for (const Member& member : members_) {
    const nlohmann::json state = state_of(*member.process);
    if (!state.is_object() || !state.contains("nodes"))
      throw BenchError(fmt::format("{} does not answer GET /v1/cluster", member.name));
    for (const nlohmann::json& other : state["nodes"]) {
      const auto link = other.find("link");
      if (link == other.end() || !link->is_object()) continue;
      sum.items += link->value("sent_items", std::uint64_t{0}) +
                   link->value("received_items", std::uint64_t{0});
      sum.bytes += link->value("sent_bytes", std::uint64_t{0}) +
                   link->value("received_bytes", std::uint64_t{0});
    }
  }
  return sum;
}

std::string ClusterProcesses::stop() {
  std::string fault;
  for (const Member& member : members_) {  // the gateway first: nothing new comes in
    const std::string its = member.process->stop();
    if (fault.empty() && !its.empty()) fault = fmt::format("{}: {}", member.name, its);
  }
  return fault;
}

}  // namespace souk::bench
