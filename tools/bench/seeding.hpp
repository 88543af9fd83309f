// Fills a node, through its API, with what a workload needs: stock, wallets, coupons.
#pragma once

#include <cstdint>
#include <string>

#include "tools/bench/endpoint.hpp"
#include "tools/bench/workload.hpp"

namespace souk::bench {

struct SeedPlan {
  WorkloadKind kind = WorkloadKind::happy;
  Sizes sizes;
  std::uint64_t coupons = 0;
  std::string run;  // goes into the coupons' ids
  std::size_t connections = 64;
};

// Registers and receives every SKU, charges every wallet, grants the coupons. What a node has been
// seeded with before is left as it is, except for the coupons, which are new in every run. Shows
// its progress on stderr. Throws BenchError with an example if the node answers anything but 2xx.
void seed(const Endpoint& endpoint, const SeedPlan& plan);

}  // namespace souk::bench
