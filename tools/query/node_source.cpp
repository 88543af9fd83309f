#include "tools/query/node_source.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/query/behind.hpp"
#include "tools/query/failure.hpp"

namespace souk::query {
namespace {

using cli::Method;
using nlohmann::json;

// A query may take ten seconds and wait up to sixty before.
constexpr std::chrono::seconds kAnswerTimeout{90};
constexpr int kTriesMax = 5;              // for answers that fit together
constexpr std::size_t kRowsMax = 10'000;  // that a node gives at once

json value_json(const SqlValue& value) {
  return std::visit(
      [](const auto& one) -> json {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, std::monostate>)
          return nullptr;
        else
          return one;
      },
      value);
}

std::string text_member(const std::string& body, const char* name) {
  const json problem = json::parse(body, nullptr, false);
  return problem.is_object() && problem.contains(name) && problem[name].is_string()
             ? problem[name].get<std::string>()
             : "";
}

// The node's words, without the status that the exit code stands for.
std::string detail_of(const cli::HttpAnswer& answer) {
  const std::string detail = text_member(answer.body, "detail");
  return detail.empty() ? answer.explanation() : detail;
}

// In the words of this program: the node's name parameters of its own.
std::string still_behind(const std::string& body, const Positions& wanted) {
  const auto reached = parse_positions(text_member(body, "position"));
  return fmt::format("{}; give it longer with --wait, or see souk-query lag",
                     reached ? behind_text(*reached, wanted) : "the read models are behind");
}

// What an answer that is not a good one means for the exit code.
int exit_code_of(const cli::HttpAnswer& answer) {
  if (!answer.answered()) return kExitUnreachable;
  const std::string code = text_member(answer.body, "code");
  if (code == "behind") return kExitBehind;
  return code == "unavailable" ? kExitUnreachable : kExitSomeFailed;
}

std::string parked_path(PartitionId partition, const std::string& stream, const char* action) {
  return fmt::format("/v1/read-models/parked/{}/{}/{}/{}", name_of(partition.service),
                     partition.number, stream, action);
}

}  // namespace

NodeSource::NodeSource(std::string url) : url_(std::move(url)), client_(url_, kAnswerTimeout) {}

std::string NodeSource::ask(Method method, const std::string& path, const std::string& body) {
  const cli::HttpAnswer answer = client_.send(method, path, body);
  if (answer.ok()) return answer.body;
  if (!answer.answered())
    throw Failure(kExitUnreachable,
                  fmt::format("cannot reach {}: {}. Is souk-node running there? (--url, SOUK_URL; "
                              "--data reads its files)",
                              url_, answer.explanation()));
  const int exit_code = exit_code_of(answer);
  throw Failure(exit_code, exit_code == kExitBehind ? still_behind(answer.body, at_least_)
                                                    : detail_of(answer));
}

std::size_t NodeSource::rows_most() const { return kRowsMax; }

SqlRows NodeSource::run(const Query& query, std::size_t rows_max) {
  json body{{"sql", query.sql}, {"rows_max", std::min(rows_max, kRowsMax)}};
  json parameters = json::object();
  for (const auto& [name, value] : query.parameters) parameters[name] = value_json(value);
  body["parameters"] = std::move(parameters);
  if (!at_least_.empty()) {
    body["at_least"] = to_string(at_least_);
    body["wait_ms"] = wait_.micros / 1'000;
  }
  return rows_of_json(ask(Method::post, "/v1/read-models/sql",
                          body.dump(-1, ' ', false, json::error_handler_t::replace)));
}

void NodeSource::wait_for(const Positions& position, Duration timeout) {
  at_least_ = position;
  wait_ = timeout;
  run({"SELECT 1", {}}, 1);
}

bool NodeSource::at_one_moment(const std::function<bool()>& ask) {
  for (int tries = 1; tries < kTriesMax; ++tries)
    if (ask()) return true;
  return ask();
}

Lag NodeSource::lag() { return lag_of_json(ask(Method::get, "/v1/read-models")); }

void NodeSource::start_rebuild() { ask(Method::post, "/v1/read-models/rebuild", "{}"); }

void NodeSource::retry_parked(PartitionId partition, const std::string& stream) {
  ask(Method::post, parked_path(partition, stream, "retry"), "{}");
}

void NodeSource::skip_parked(PartitionId partition, const std::string& stream, std::uint64_t offset,
                             const std::string& reason) {
  ask(Method::post, parked_path(partition, stream, "skip"),
      json{{"offset", offset}, {"reason", reason}}.dump(-1, ' ', false,
                                                        json::error_handler_t::replace));
}

}  // namespace souk::query
