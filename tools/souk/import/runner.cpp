#include "tools/souk/import/runner.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "tools/souk/import/number.hpp"
#include "tools/souk/import/requests.hpp"

namespace souk::cli {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Import {
 public:
  Import(const Plan& plan, const RunOptions& options, const std::atomic<bool>& stop,
         Progress& progress)
      : plan_(plan), options_(options), user_stop_(stop), progress_(progress) {
    for (int i = 0; i < std::max(1, options.connections); ++i)
      clients_.push_back(std::make_unique<PatientClient>(options.url, options.retry, stop_, i + 1));
  }

  ImportResult run();

 private:
  using Task = std::function<void(PatientClient&, std::size_t)>;

  bool node_answers();
  void phase(const std::string& label, std::size_t count, const Task& task);
  void stock_up(PatientClient& client, const PlannedStock& stock);
  void charge(PatientClient& client, const PlannedCharge& charge);
  void place(PatientClient& client, const PlannedOrder& order, OrderOutcome& outcome);
  HttpAnswer await_end(PatientClient& client, const Request& request, HttpAnswer answer);
  bool setup_step(PatientClient& client, Method method, const Request& request,
                  const std::string& what);
  // Stops everything if the answer is that the node is gone for good.
  void note_unreachable(const HttpAnswer& answer);

  const Plan& plan_;
  const RunOptions& options_;
  const std::atomic<bool>& user_stop_;
  Progress& progress_;
  std::atomic<bool> stop_{false};  // the user's stop, or the node is gone
  std::vector<std::unique_ptr<PatientClient>> clients_;
  std::mutex mutex_;  // guards result_.setup_failures and result_.unreachable
  ImportResult result_;
};

ImportResult Import::run() {
  const Clock::time_point start = Clock::now();
  result_.orders.resize(plan_.orders.size());
  if (node_answers()) {
    phase("stock", plan_.stock.size(),
          [this](PatientClient& client, std::size_t i) { stock_up(client, plan_.stock[i]); });
    phase("wallets", plan_.charges.size(),
          [this](PatientClient& client, std::size_t i) { charge(client, plan_.charges[i]); });
    const Clock::time_point orders_start = Clock::now();
    phase("orders", plan_.orders.size(), [this](PatientClient& client, std::size_t i) {
      place(client, plan_.orders[i], result_.orders[i]);
    });
    result_.orders_seconds = seconds_since(orders_start);
  }
  progress_.clear();
  result_.stopped = user_stop_.load();
  for (const auto& client : clients_) result_.retries += client->retries();
  result_.seconds = seconds_since(start);
  return std::move(result_);
}

// A wrong address should be told at once, a node that is starting up should be waited for.
bool Import::node_answers() {
  RetryPolicy once = options_.retry;
  once.retry_for = std::min(once.retry_for, milliseconds(1'500));
  const HttpAnswer health =
      PatientClient(options_.url, once, user_stop_, 1).send(Method::get, "/healthz");
  if (!health.answered()) {
    result_.unreachable = health.explanation();
    return false;
  }
  const HttpAnswer ready =
      PatientClient(options_.url, options_.retry, user_stop_, 1).send(Method::get, "/readyz");
  if (!ready.ok()) result_.unreachable = "the node is not ready: " + ready.explanation();
  return ready.ok();
}

void Import::phase(const std::string& label, std::size_t count, const Task& task) {
  progress_.start(label, count);
  std::atomic<std::size_t> next{0}, running{clients_.size()};
  std::vector<std::jthread> workers;
  for (const auto& client : clients_) {
    workers.emplace_back([&, worker = client.get()] {
      for (std::size_t i = next++; i < count && !stop_; i = next++) {
        task(*worker, i);
        progress_.advance();
      }
      --running;
    });
  }
  for (Clock::time_point drawn = Clock::now(); running > 0;) {
    std::this_thread::sleep_for(milliseconds(2));
    if (user_stop_) stop_ = true;
    if (Clock::now() - drawn < milliseconds(100)) continue;
    progress_.draw();
    drawn = Clock::now();
  }
}

void Import::stock_up(PatientClient& client, const PlannedStock& stock) {
  const std::string what = "stock " + stock.sku;
  if (setup_step(client, Method::put, register_request(plan_, stock), what))
    setup_step(client, Method::post, receipt_request(plan_, stock), what);
}

void Import::charge(PatientClient& client, const PlannedCharge& charge) {
  setup_step(client, Method::post, charge_request(plan_, charge), "wallet " + charge.customer_id);
}

bool Import::setup_step(PatientClient& client, Method method, const Request& request,
                        const std::string& what) {
  const HttpAnswer answer = client.send(method, request.path, request.json);
  if (answer.ok()) return true;
  note_unreachable(answer);
  if (stop_) return false;  // that is told once, not for every step
  const std::lock_guard lock(mutex_);
  result_.setup_failures.push_back({what, answer.explanation()});
  return false;
}

void Import::place(PatientClient& client, const PlannedOrder& order, OrderOutcome& outcome) {
  outcome.units = order.units;
  outcome.total_minor = order.total_minor;
  // Asked first only to be able to say what this run has changed.
  const HttpAnswer before = client.send(Method::get, order_path(order.order_id));
  const Request request = order_request(order);
  HttpAnswer answer;
  if (before.answered() && !stop_) {
    outcome.was_there = before.ok();
    answer = await_end(client, request, client.send(Method::post, request.path, request.json));
  } else {
    answer = before;
  }
  note_unreachable(answer);
  if (!answer.answered() && stop_)
    return;  // not_sent: nobody knows of it, or a second run finds it

  const ShownOrder shown = answer.ok() ? read_order(answer.body) : ShownOrder{};
  outcome.explanation = answer.ok() ? "" : answer.explanation();
  if (!answer.ok() || shown.status.empty()) {
    outcome.end = OrderEnd::failed;
    if (answer.ok()) outcome.explanation = "the node's answer shows no status";
  } else if (shown.status == "CANCELLED") {
    outcome.end = OrderEnd::cancelled;
    outcome.reason = shown.reason_code;
    outcome.explanation = shown.reason_detail;
  } else if (shown.status != "CONFIRMED") {
    outcome.end = OrderEnd::pending;
    outcome.explanation = "the order is " + shown.status;
  } else if (shown.total_minor != order.total_minor || shown.units != order.units) {
    outcome.end = OrderEnd::failed;
    outcome.explanation =
        fmt::format("the node confirmed {} units for {}, the file says {} for {}",
                    grouped(shown.units), money_text(shown.total_minor, plan_.currency),
                    grouped(order.units), money_text(order.total_minor, plan_.currency));
  } else {
    outcome.end = OrderEnd::confirmed;
  }
}

// Follows a 202 until the order has ended or the time for retries is over.
HttpAnswer Import::await_end(PatientClient& client, const Request& request, HttpAnswer answer) {
  const Clock::time_point give_up = Clock::now() + options_.retry.retry_for;
  std::string path;
  for (milliseconds wait{25}; Clock::now() < give_up && !stop_;
       wait = std::min(wait * 2, milliseconds(1'000))) {
    if (answer.status == 202 && !answer.location.empty()) path = answer.location;
    const bool lost = answer.status == 404 && !path.empty();  // acknowledged by nobody: send again
    const bool under_way =
        answer.status == 202 || (answer.ok() && !path.empty() && !read_order(answer.body).ended());
    if (!lost && !under_way) return answer;
    client.pause(wait);
    answer = lost || path.empty() ? client.send(Method::post, request.path, request.json)
                                  : client.send(Method::get, path);
  }
  return answer;
}

void Import::note_unreachable(const HttpAnswer& answer) {
  if (answer.answered() || user_stop_) return;
  const std::lock_guard lock(mutex_);
  if (result_.unreachable.empty()) result_.unreachable = answer.explanation();
  stop_ = true;
}

}  // namespace

ImportResult run_import(const Plan& plan, const RunOptions& options, const std::atomic<bool>& stop,
                        Progress& progress) {
  return Import(plan, options, stop, progress).run();
}

}  // namespace souk::cli
