#include "tools/bench/read_models.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/bench/error.hpp"
#include "tools/shared/node_client.hpp"

namespace souk::bench {
namespace {

constexpr std::chrono::milliseconds kAskEvery{100};
constexpr std::chrono::minutes kRebuildMax{10};

// What the node says of its read models; nothing if it keeps none or says nothing sensible.
std::optional<nlohmann::json> ask(cli::NodeClient& node) {
  const cli::HttpAnswer answer = node.send(cli::Method::get, "/v1/read-models");
  if (!answer.ok()) return std::nullopt;
  auto json = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.value("state", "OFF") == "OFF") return std::nullopt;
  return json;
}

}  // namespace

double LagSamples::milliseconds_at(double percent) const {
  std::vector<double> sorted = seconds_behind;
  std::sort(sorted.begin(), sorted.end());
  const auto rank = static_cast<std::size_t>(percent / 100 * static_cast<double>(sorted.size()));
  return 1000 * sorted[std::min(rank, sorted.size() - 1)];
}

LagWatch::LagWatch(const Endpoint& endpoint) : url_("http://" + endpoint.host()) {
  thread_ = std::thread([this] { watch(); });
}

LagWatch::~LagWatch() { stop(); }

std::optional<LagSamples> LagWatch::stop() {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
  if (samples_.seconds_behind.empty()) return std::nullopt;
  return samples_;
}

void LagWatch::watch() {
  cli::NodeClient node(url_);
  for (auto next = Clock::now(); !stopped_; next += kAskEvery) {
    if (const auto info = ask(node)) {
      samples_.seconds_behind.push_back(info->value("seconds_behind", 0.0));
      samples_.records_behind_max =
          std::max(samples_.records_behind_max, info->value("records_behind", std::uint64_t{0}));
    }
    std::this_thread::sleep_until(next + kAskEvery);
  }
}

std::optional<RebuildFigures> rebuild_read_models(const Endpoint& endpoint) {
  cli::NodeClient node("http://" + endpoint.host());
  if (!ask(node)) return std::nullopt;
  const cli::HttpAnswer started = node.send(cli::Method::post, "/v1/read-models/rebuild", "{}");
  if (!started.ok()) throw BenchError("the rebuild was refused: " + started.explanation());
  const auto until = Clock::now() + kRebuildMax;
  while (Clock::now() < until) {
    std::this_thread::sleep_for(kAskEvery);
    const auto info = ask(node);
    if (!info || !info->contains("rebuild") || !(*info)["rebuild"].is_object()) continue;
    const nlohmann::json& rebuild = (*info)["rebuild"];
    if (rebuild.value("running", true)) continue;
    if (const auto failure = rebuild.find("failure");
        failure != rebuild.end() && failure->is_string() && !failure->get<std::string>().empty())
      throw BenchError("the rebuild failed: " + failure->get<std::string>());
    return RebuildFigures{rebuild.value("records", std::uint64_t{0}), rebuild.value("seconds", 0.0),
                          rebuild.value("lag_at_switch_seconds", 0.0)};
  }
  throw BenchError(fmt::format("the rebuild did not end within {} minutes", kRebuildMax.count()));
}

}  // namespace souk::bench
