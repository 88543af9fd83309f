#include "tools/replay/log_client.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace souk::replay {
namespace {

using store::Code;
using store::Status;

constexpr std::chrono::seconds kBusyMax{30};

Status status_of(const cli::HttpAnswer& answer, const std::string& url) {
  if (!answer.answered())
    return {Code::io_error,
            fmt::format("Cannot reach {}: {}. Is souk-node running there? (--url, SOUK_URL; --data "
                        "reads its files)",
                        url, answer.explanation())};
  const std::string code = answer.text("code");
  const std::string detail = answer.text("detail");
  if (code == "no_stream" || code == "no_snapshot") return {Code::not_found, detail};
  if (code == "no_partition" || code == "beyond_end") return {Code::invalid, detail};
  if (code == "damaged") return {Code::corruption, detail};
  if (answer.status == 404)
    return {Code::io_error,
            fmt::format("{} does not serve its log: it is no souk-node, or an older "
                        "one; read its files with --data.",
                        url)};
  return {Code::io_error, detail.empty() ? fmt::format("{}: {}.", url, answer.explanation())
                                         : fmt::format("{}: {}", url, detail)};
}

}  // namespace

store::Result<cli::HttpAnswer> LogClient::get(const std::string& path) const {
  const auto until = std::chrono::steady_clock::now() + kBusyMax;
  while (true) {
    cli::HttpAnswer answer = ask(path);
    if (!answer.answered()) answer = ask(path);  // a kept connection may have ended just now
    if (answer.ok()) return answer;
    const bool busy = answer.status == 503 && answer.text("code") == "overloaded";
    if (!busy || std::chrono::steady_clock::now() > until) return status_of(answer, url_);
    std::this_thread::sleep_for(answer.retry_after.value_or(std::chrono::seconds(1)));
  }
}

cli::HttpAnswer LogClient::ask(const std::string& path) const {
  std::unique_ptr<cli::NodeClient> client;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      client = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!client) client = std::make_unique<cli::NodeClient>(url_);
  cli::HttpAnswer answer = client->send(cli::Method::get, path);
  if (answer.answered()) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(client));
  }
  return answer;
}

}  // namespace souk::replay
