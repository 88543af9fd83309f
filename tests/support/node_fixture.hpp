// A whole node in the test's process: real actors, real log, on a disk in memory that can fail and
// crash.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/node.hpp"
#include "store/memory_kv.hpp"
#include "tests/support/test_clock.hpp"

namespace souk::testing {

struct NodeFixtureOptions {
  std::uint16_t partitions = 4;
  node::NodeOptions node;
};

class NodeFixture {
 public:
  explicit NodeFixture(NodeFixtureOptions options = {}) : options_(std::move(options)) { start(); }
  ~NodeFixture() { stop(); }

  void start() { node_ = std::make_unique<node::Node>(open_log(), clock_, options_.node); }
  void stop() { node_.reset(); }

  // The log of a node that is stopped.
  std::unique_ptr<store::Log> open_log() {
    store::Identity identity;
    identity.cluster_id = "test";
    for (const Service service : kServices) identity.partitions[service] = options_.partitions;
    auto log = store::Log::open(std::make_unique<store::MemoryKv>(disk_), identity);
    if (!log.ok()) throw std::runtime_error(log.status().message());
    return std::move(*log);
  }

  // What a kill -9 with a power cut leaves, and the next start.
  void crash_and_restart() {
    disk_->crash();  // from here on the running node's writes fail
    node_.reset();
    disk_->set_faults({});
    start();
  }

  node::Node& node() { return *node_; }
  store::MemoryDisk& disk() { return *disk_; }
  TestClock& clock() { return clock_; }

  template <class A>
  std::future<gateway::Answer<A>> ask_later(std::string target,
                                            std::optional<typename A::Command> command,
                                            std::string command_id = "",
                                            Duration wait = seconds(10)) {
    auto promise = std::make_shared<std::promise<gateway::Answer<A>>>();
    auto future = promise->get_future();
    gateway::Request<A> request;
    request.target = std::move(target);
    request.command = std::move(command);
    request.command_id = std::move(command_id);
    request.correlation_id = request.target;
    request.wait = wait;
    request.done = [promise](gateway::Answer<A> answer) { promise->set_value(std::move(answer)); };
    node_->ask(std::move(request));
    return future;
  }

  template <class A>
  gateway::Answer<A> ask(std::string target, std::optional<typename A::Command> command,
                         std::string command_id = "", Duration wait = seconds(10)) {
    auto future = ask_later<A>(std::move(target), std::move(command), std::move(command_id), wait);
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready)
      throw std::runtime_error("no answer within 20 s");
    return future.get();
  }
  template <class A>
  typename A::State read(std::string target) {
    return ask<A>(std::move(target), std::nullopt).view;
  }

  // --- a small shop -----------------------------------------------------------------------------

  static Money gbp(std::int64_t minor) { return {minor, *Currency::parse("GBP")}; }

  // They must be accepted: a test that began without its goods or money would say strange things.
  void stock(const std::string& sku, std::int64_t units, std::int64_t price_minor) {
    expect_accepted(ask<Stock>(sku, stock::Register{"a " + sku, gbp(price_minor)}));
    expect_accepted(ask<Stock>(sku, stock::Receive{ReceiptId("r1"), {units}}, "receipt/r1"));
  }
  void charge(const std::string& wallet, std::int64_t minor) {
    expect_accepted(ask<Wallet>(wallet, wallet::Charge{ChargeId("c1"), gbp(minor)}, "charge/c1"));
  }
  template <class Answer>
  static void expect_accepted(const Answer& answer) {
    EXPECT_EQ(answer.outcome, gateway::Outcome::accepted) << answer.refusal << ' ' << answer.detail;
  }
  static checkout::Start order(const std::string& id, const std::string& customer,
                               const std::vector<std::pair<std::string, std::int64_t>>& lines,
                               const std::string& coupon = "") {
    checkout::Start start{OrderId(id), CustomerId(customer), {}, CouponId(coupon), {}};
    for (const auto& [sku, quantity] : lines) start.lines.push_back({Sku(sku), {quantity}, {}});
    return start;
  }
  std::future<gateway::Answer<Checkout>> checkout_later(const checkout::Start& start,
                                                        Duration wait = seconds(10)) {
    return ask_later<Checkout>(start.order_id.str(), start, "start", wait);
  }
  gateway::Answer<Checkout> checkout(const checkout::Start& start, Duration wait = seconds(10)) {
    return ask<Checkout>(start.order_id.str(), start, "start", wait);
  }

 private:
  NodeFixtureOptions options_;
  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  TestClock clock_;
  std::unique_ptr<node::Node> node_;
};

}  // namespace souk::testing
