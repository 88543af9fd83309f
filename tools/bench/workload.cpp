#include "tools/bench/workload.hpp"

#include <array>

#include "tools/bench/request.hpp"

namespace souk::bench {
namespace {

constexpr std::array kKinds = {WorkloadKind::happy, WorkloadKind::mixed, WorkloadKind::hot};

}  // namespace

std::string_view name_of(WorkloadKind kind) {
  switch (kind) {
    case WorkloadKind::happy: return "happy";
    case WorkloadKind::mixed: return "mixed";
    case WorkloadKind::hot: return "hot";
  }
  return "unknown";
}

std::optional<WorkloadKind> workload_named(std::string_view name) {
  for (const WorkloadKind kind : kKinds)
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

Workload::Workload(WorkloadKind kind, Sizes sizes, std::uint64_t seed)
    : kind_(kind), sizes_(sizes), random_(seed) {}

Order Workload::next() {
  Order order;
  order.number = orders_++;
  order.customer = random_.below(sizes_.customers);
  order.poor = is_poor(kind_, order.customer);
  order.first_sku = random_.below(sizes_.skus);
  if (kind_ == WorkloadKind::hot) order.first_sku = 0;
  // One of the others, each as likely.
  order.second_sku = random_.below(sizes_.skus - 1);
  if (order.second_sku >= order.first_sku) ++order.second_sku;
  if (random_.chance(kCouponShare)) order.coupon = coupons_++;
  return order;
}

bool is_poor(WorkloadKind kind, std::uint32_t customer) {
  return kind == WorkloadKind::mixed && customer % kPoorEvery == 0;
}

void append_sku(std::string& out, std::uint32_t sku) { append(out, "s", sku); }

void append_customer(std::string& out, std::uint32_t customer, bool poor) {
  append(out, poor ? std::string_view("poor") : std::string_view("c"), customer);
}

void append_coupon(std::string& out, std::string_view run, std::uint64_t coupon) {
  append(out, "k", run, "-", coupon);
}

void append_order(std::string& out, std::string_view run, const Order& order, bool with_coupon) {
  append(out, R"({"order_id":"b)", run, "-", order.number, R"(","customer_id":")");
  append_customer(out, order.customer, order.poor);
  append(out, R"(","lines":[{"sku":")");
  append_sku(out, order.first_sku);
  append(out, R"(","quantity":1},{"sku":")");
  append_sku(out, order.second_sku);
  append(out, R"(","quantity":1}])");
  if (order.coupon && with_coupon) {
    append(out, R"(,"coupon_id":")");
    append_coupon(out, run, *order.coupon);
    append(out, "\"");
  }
  append(out, "}");
}

}  // namespace souk::bench
