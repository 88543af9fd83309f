#include "tools/bench/order_source.hpp"

#include <utility>

#include <fmt/format.h>

#include "tools/bench/request.hpp"

namespace souk::bench {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

bool is_confirmed(const Response& response) {
  return response.status == 201 && contains(response.body, R"("status":"CONFIRMED")");
}

bool is_refused_by_wallet(const Response& response) {
  return response.status == 201 && contains(response.body, R"("status":"CANCELLED")") &&
         contains(response.body, "wallet.insufficient_funds");
}

OrderSource::OrderSource(Workload workload, std::string run, std::string host, std::size_t slots,
                         std::uint64_t coupons)
    : workload_(std::move(workload)),
      run_(std::move(run)),
      host_(std::move(host)),
      coupons_(coupons),
      outstanding_(slots) {}

bool OrderSource::presents_coupon(const Order& order) const {
  return order.coupon && *order.coupon < coupons_;
}

bool OrderSource::next(std::size_t slot, std::string& request) {
  const Order order = workload_.next();
  outstanding_[slot] = order;
  body_.clear();
  append_order(body_, run_, order, presents_coupon(order));
  append_request(request, "POST", "/v1/orders", host_, body_);
  ++sent_;
  return true;
}

void OrderSource::answered(std::size_t slot, const Response& response,
                           std::chrono::nanoseconds latency) {
  const Order& order = outstanding_[slot];
  const bool expected = order.poor ? is_refused_by_wallet(response) : is_confirmed(response);
  if (!expected)
    return unexpected(slot, fmt::format("{} {}", response.status, response.body.substr(0, 2'000)));
  if (!measuring_) return;
  ++(order.poor ? tally_.cancelled : tally_.confirmed);
  if (order.coupon) ++(presents_coupon(order) ? tally_.with_coupon : tally_.coupons_missing);
  tally_.latency_us.record(static_cast<std::uint64_t>(latency.count()) / 1000);
}

void OrderSource::failed(std::size_t slot, std::string_view why) { unexpected(slot, why); }

void OrderSource::unexpected(std::size_t slot, std::string_view answer) {
  if (tally_.unexpected++ > 0) return;
  const Order& order = outstanding_[slot];
  std::string body;
  append_order(body, run_, order, presents_coupon(order));
  tally_.example =
      fmt::format("{} (expected {}) was answered by {}", body,
                  order.poor ? "CANCELLED, wallet.insufficient_funds" : "CONFIRMED", answer);
}

}  // namespace souk::bench
