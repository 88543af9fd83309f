// A node for the importer's tests: it keeps orders, receipts and charges in maps, and fails on
// request.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

namespace souk::cli::testing {

// Serves on a port of 127.0.0.1 until it is destroyed. The public members are guarded by `mutex`.
class FakeNode {
 public:
  using Json = nlohmann::json;
  // Decides over a request before the node does; true: it has answered.
  using Trick = std::function<bool(const httplib::Request&, httplib::Response&)>;

  explicit FakeNode(Trick trick = {}, int port = 0) : trick_(std::move(trick)) {
    route();
    server_.set_keep_alive_max_count(1'000'000);
    server_.set_keep_alive_timeout(1);  // how long an idle client may hold up the destructor, s
    server_.set_tcp_nodelay(true);
    server_.new_task_queue = [] { return new httplib::ThreadPool(24); };
    port_ = port == 0 ? server_.bind_to_any_port("127.0.0.1") : port;
    if (port != 0 && !server_.bind_to_port("127.0.0.1", port))
      throw std::runtime_error("the port is taken");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~FakeNode() { server_.stop(); }

  int port() const { return port_; }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

  std::mutex mutex;
  std::map<std::string, Json> orders;                          // id -> the request's body
  std::map<std::string, std::map<std::string, int>> receipts;  // sku -> receipt id -> units
  std::map<std::string, std::map<std::string, int>> charges;   // wallet -> charge id -> minor units
  int requests = 0;

  // As the gateway shows an order.
  static Json shown(const Json& order, const std::string& status) {
    Json lines = order["lines"];
    std::int64_t total = 0;
    for (const Json& line : lines)
      total += line["quantity"].get<std::int64_t>() * line["unit_price_minor"].get<std::int64_t>();
    return {{"order_id", order["order_id"]},
            {"status", status},
            {"currency", "GBP"},
            {"lines", lines},
            {"subtotal_minor", total},
            {"discount_minor", 0},
            {"total_minor", total}};
  }

  static void answer(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_content(body.dump(),
                         status >= 400 ? "application/problem+json" : "application/json");
  }

 private:
  using Handler = void (FakeNode::*)(const httplib::Request&, httplib::Response&);

  void route() {
    const auto on = [this](Handler handler) {
      return [this, handler](const httplib::Request& request, httplib::Response& response) {
        if (trick_ && trick_(request, response)) return;
        const std::lock_guard lock(mutex);
        ++requests;
        (this->*handler)(request, response);
      };
    };
    server_.Get("/(healthz|readyz)", on(&FakeNode::ready));
    server_.Put("/v1/stock/([^/]+)", on(&FakeNode::ready));
    server_.Post("/v1/stock/([^/]+)/receipts", on(&FakeNode::receive));
    server_.Post("/v1/wallets/([^/]+)/charges", on(&FakeNode::charge));
    server_.Post("/v1/orders", on(&FakeNode::place));
    server_.Get("/v1/orders/([^/]+)", on(&FakeNode::show));
  }

  void ready(const httplib::Request&, httplib::Response& response) { answer(response, 200, {}); }

  void receive(const httplib::Request& request, httplib::Response& response) {
    const Json body = Json::parse(request.body);
    receipts[request.matches[1]].emplace(body["receipt_id"], body["units"]);
    answer(response, 200, {});
  }

  void charge(const httplib::Request& request, httplib::Response& response) {
    const Json body = Json::parse(request.body);
    charges[request.matches[1]].emplace(body["charge_id"], body["amount_minor"]);
    answer(response, 200, {});
  }

  void place(const httplib::Request& request, httplib::Response& response) {
    const Json body = Json::parse(request.body);
    const auto [known, added] = orders.emplace(body["order_id"], body);
    if (known->second != body)
      return answer(response, 409, {{"detail", "this order was placed with another body"}});
    answer(response, 201, shown(body, "CONFIRMED"));
  }

  void show(const httplib::Request& request, httplib::Response& response) {
    const auto known = orders.find(request.matches[1]);
    if (known == orders.end()) return answer(response, 404, {{"detail", "no such order"}});
    answer(response, 200, shown(known->second, "CONFIRMED"));
  }

  Trick trick_;
  int port_ = 0;
  httplib::Server server_;
  std::jthread thread_;
};

}  // namespace souk::cli::testing
