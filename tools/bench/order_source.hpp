// Places the workload's orders and checks every answer against what must come of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/closed_loop.hpp"
#include "tools/bench/histogram.hpp"
#include "tools/bench/workload.hpp"

namespace souk::bench {

// What happened while the source was measuring; `unexpected` and `example` also before and after.
struct Tally {
  std::uint64_t confirmed = 0;
  std::uint64_t cancelled = 0;    // by the wallet, as they had to be
  std::uint64_t with_coupon = 0;  // of both
  std::uint64_t coupons_missing =
      0;                         // orders that should have had a coupon, but there was none left
  std::uint64_t unexpected = 0;  // any other answer, or none
  std::string example;           // of an unexpected answer: the first one's request and answer
  Histogram latency_us;          // of the expected answers

  std::uint64_t orders() const { return confirmed + cancelled; }
};

class OrderSource : public Source {
 public:
  // `coupons` is how many were granted; an order that would need one more goes without.
  OrderSource(Workload workload, std::string run, std::string host, std::size_t slots,
              std::uint64_t coupons);

  // Whether answers that come from now on count.
  void measure(bool on) { measuring_ = on; }

  const Tally& tally() const { return tally_; }
  std::uint64_t sent() const { return sent_; }

  bool next(std::size_t slot, std::string& request) override;
  void answered(std::size_t slot, const Response& response,
                std::chrono::nanoseconds latency) override;
  void failed(std::size_t slot, std::string_view why) override;

 private:
  bool presents_coupon(const Order& order) const;
  void unexpected(std::size_t slot, std::string_view answer);

  Workload workload_;
  std::string run_;
  std::string host_;
  std::uint64_t coupons_;
  std::vector<Order> outstanding_;  // by slot
  std::string body_;
  std::uint64_t sent_ = 0;
  bool measuring_ = false;
  Tally tally_;
};

// Whether an answer to POST /v1/orders is the one that must come.
bool is_confirmed(const Response& response);
bool is_refused_by_wallet(const Response& response);

}  // namespace souk::bench
