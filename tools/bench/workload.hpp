// What the load consists of: an endless, repeatable sequence of orders. The same kind, sizes and
// seed give the same orders, whatever the connections do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/bench/random.hpp"

namespace souk::bench {

enum class WorkloadKind : std::uint8_t {
  happy,  // two lines of different SKUs; everything succeeds
  mixed,  // a tenth of the customers have a penny: the wallet refuses, the holds are released
  hot,    // the first line of every order is the same SKU
};

std::string_view name_of(WorkloadKind kind);
std::optional<WorkloadKind> workload_named(std::string_view name);

struct Sizes {
  std::uint32_t skus = 1'000;  // at least 2
  std::uint32_t customers = 10'000;
};

inline constexpr double kCouponShare = 0.2;      // of the orders present a coupon
inline constexpr std::uint32_t kPoorEvery = 10;  // in mixed: customers 0, 10, 20, ... are poor

struct Order {
  std::uint64_t number = 0;  // 0, 1, 2, ...
  std::uint32_t customer = 0;
  bool poor = false;  // the wallet will refuse
  std::uint32_t first_sku = 0;
  std::uint32_t second_sku = 0;         // another one
  std::optional<std::uint64_t> coupon;  // 0, 1, 2, ...: each is presented once
  bool operator==(const Order&) const = default;
};

class Workload {
 public:
  Workload(WorkloadKind kind, Sizes sizes, std::uint64_t seed);
  Order next();

 private:
  WorkloadKind kind_;
  Sizes sizes_;
  Random random_;
  std::uint64_t orders_ = 0;
  std::uint64_t coupons_ = 0;
};

// Whether the workload's customer has a wallet with a penny only.
bool is_poor(WorkloadKind kind, std::uint32_t customer);

// Names of what is seeded and ordered, appended to `out`. `run` tells apart what must be new in
// every run: orders and coupons.
void append_sku(std::string& out, std::uint32_t sku);
void append_customer(std::string& out, std::uint32_t customer, bool poor);
void append_coupon(std::string& out, std::string_view run, std::uint64_t coupon);

// The JSON body of POST /v1/orders. Without the coupon if `with_coupon` is false.
void append_order(std::string& out, std::string_view run, const Order& order, bool with_coupon);

}  // namespace souk::bench
