#include "tools/bench/seeding.hpp"

#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "tools/bench/closed_loop.hpp"
#include "tools/bench/error.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/request.hpp"

namespace souk::bench {
namespace {

// More than any run can use up, and far below what the node takes.
constexpr std::uint64_t kStockUnits = 1'000'000'000;
constexpr std::uint64_t kWalletMinor = 10'000'000'000;
constexpr std::uint64_t kPoorMinor = 1;
constexpr std::uint32_t kPriceMinorMin = 100;
constexpr std::uint32_t kPriceSpread = 1'900;

// Composes the n-th request of a step.
using Compose = std::function<void(std::uint64_t n, std::string& request)>;

// A fixed number of requests; the first answer that is not 2xx ends the benchmark.
class SeedSource : public Source {
 public:
  SeedSource(std::string what, std::uint64_t count, Compose compose)
      : what_(what), count_(count), compose_(std::move(compose)), progress_(what, count) {}

  bool next(std::size_t, std::string& request) override {
    if (sent_ == count_) return false;
    compose_(sent_++, request);
    return true;
  }

  void answered(std::size_t, const Response& response, std::chrono::nanoseconds) override {
    if (response.status / 100 != 2)
      throw BenchError(fmt::format("seeding {}: the node answered {} {}", what_, response.status,
                                   response.body.substr(0, 2'000)));
    progress_.step();
  }

  void failed(std::size_t, std::string_view why) override {
    throw BenchError(fmt::format("seeding {}: {}", what_, why));
  }

 private:
  std::string what_;
  std::uint64_t count_;
  Compose compose_;
  std::uint64_t sent_ = 0;
  Progress progress_;
};

class Seeder {
 public:
  Seeder(const Endpoint& endpoint, const SeedPlan& plan)
      : plan_(plan), host_(endpoint.host()), loop_(endpoint, plan.connections) {}

  void run() {
    const SeedPlan& plan = plan_;
    step("SKUs", plan.sizes.skus, [this](auto n, auto& request) { register_sku(n, request); });
    step("stock", plan.sizes.skus, [this](auto n, auto& request) { receive(n, request); });
    step("wallets", plan.sizes.customers, [this](auto n, auto& request) { charge(n, request); });
    step("coupons", plan.coupons, [this](auto n, auto& request) { grant(n, request); });
  }

 private:
  void step(std::string what, std::uint64_t count, Compose compose) {
    SeedSource source(std::move(what), count, std::move(compose));
    loop_.run(source, Clock::time_point::max());
  }

  void register_sku(std::uint64_t n, std::string& request) {
    path_ = "/v1/stock/";
    append_sku(path_, static_cast<std::uint32_t>(n));
    body_.clear();
    append(body_, R"({"name":"Article )", n, R"(","unit_price_minor":)",
           kPriceMinorMin + n * 37 % kPriceSpread, R"(,"currency":"GBP"})");
    append_request(request, "PUT", path_, host_, body_);
  }

  void receive(std::uint64_t n, std::string& request) {
    path_ = "/v1/stock/";
    append_sku(path_, static_cast<std::uint32_t>(n));
    append(path_, "/receipts");
    body_.clear();
    append(body_, R"({"receipt_id":"bench","units":)", kStockUnits, "}");
    append_request(request, "POST", path_, host_, body_);
  }

  void charge(std::uint64_t n, std::string& request) {
    const auto customer = static_cast<std::uint32_t>(n);
    const bool poor = is_poor(plan_.kind, customer);
    path_ = "/v1/wallets/";
    append_customer(path_, customer, poor);
    append(path_, "/charges");
    body_.clear();
    append(body_, R"({"charge_id":"bench","amount_minor":)", poor ? kPoorMinor : kWalletMinor,
           R"(,"currency":"GBP"})");
    append_request(request, "POST", path_, host_, body_);
  }

  void grant(std::uint64_t n, std::string& request) {
    body_.clear();
    append(body_, R"({"coupon_id":")");
    append_coupon(body_, plan_.run, n);
    append(body_, R"(","discount":{"percent":10},"currency":"GBP"})");
    append_request(request, "POST", "/v1/coupons", host_, body_);
  }

  const SeedPlan& plan_;
  std::string host_;
  ClosedLoop loop_;
  std::string path_;
  std::string body_;
};

}  // namespace

void seed(const Endpoint& endpoint, const SeedPlan& plan) { Seeder(endpoint, plan).run(); }

}  // namespace souk::bench
