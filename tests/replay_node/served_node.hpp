// A whole node over a data directory, with its HTTP server, in the test's process; and its log seen
// in both ways: over HTTP, and in its files.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/gateway/server.hpp"
#include "node/node.hpp"
#include "store/directory_view.hpp"
#include "store/rocks_kv.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/replay/node_view.hpp"

namespace souk::testing {

class ServedNode {
 public:
  explicit ServedNode(node::NodeOptions options = {}) : options_(std::move(options)) { start(); }
  ~ServedNode() { stop(); }

  // On the same port as before.
  void start() {
    store::RocksOptions files;
    files.path = data();
    auto kv = store::open_rocks_kv(files);
    if (!kv.ok()) throw std::runtime_error(kv.status().message());
    store::Identity identity{"test", {}};
    for (const Service service : kServices) identity.partitions[service] = 2;
    auto log = store::Log::open(std::move(*kv), identity);
    if (!log.ok()) throw std::runtime_error(log.status().message());
    options_.data = data();
    node_ = std::make_unique<node::Node>(std::move(*log), clock_, options_);
    server_ = std::make_unique<gateway::Server>(gateway::ServerOptions{.port = port_}, *node_);
    if (const std::string wrong = server_->start(); !wrong.empty()) throw std::runtime_error(wrong);
    port_ = server_->port();
  }
  void stop() {
    if (node_) node_->stop();
    server_.reset();
    node_.reset();
  }

  node::Node& node() { return *node_; }
  std::string data() const { return folder_ / "data"; }
  const test::TempDir& folder() const { return folder_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::unique_ptr<replay::NodeView> over_http() const {
    auto view = replay::NodeView::connect(url());
    if (!view.ok()) throw std::runtime_error(view.status().message());
    return std::move(*view);
  }
  std::unique_ptr<store::DirectoryView> in_files() const {
    auto view = store::DirectoryView::open(data());
    if (!view.ok()) throw std::runtime_error(view.status().message());
    return std::move(*view);
  }

  // One more record of this wallet's.
  void charge(const std::string& wallet, const std::string& charge_id) {
    auto promise = std::make_shared<std::promise<gateway::Outcome>>();
    gateway::Request<Wallet> request;
    request.target = wallet;
    request.command = wallet::Charge{ChargeId(charge_id), {100, *Currency::parse("GBP")}};
    request.command_id = "charge/" + charge_id;
    request.correlation_id = charge_id;
    request.done = [promise](const auto& answer) { promise->set_value(answer.outcome); };
    auto done = promise->get_future();
    node_->ask(std::move(request));
    ASSERT_EQ(done.get(), gateway::Outcome::accepted) << wallet << " " << charge_id;
  }

  // So many charges, of a few wallets, in turn.
  void charge_many(int count, int wallets = 7) {
    for (int i = 0; i < count; ++i)
      charge("w" + std::to_string(i % wallets), "c" + std::to_string(++charges_));
  }

 private:
  test::TempDir folder_;
  core::SystemClock clock_;
  node::NodeOptions options_;
  int charges_ = 0;
  std::uint16_t port_ = 0;  // the same after a restart
  std::unique_ptr<node::Node> node_;
  std::unique_ptr<gateway::Server> server_;
};

// Every record of the partition from `from` on, as text; a Status that is not ok as one more line.
inline std::vector<std::string> lines_of(const store::LogView& view, PartitionId partition,
                                         store::Offset from, std::size_t bytes_max) {
  std::vector<std::string> lines;
  while (true) {
    const auto slice = view.read(partition, from, bytes_max);
    if (!slice.ok()) lines.push_back(slice.status().message());
    if (!slice.ok() || slice->empty()) return lines;
    const store::Status status = slice->for_each([&](const store::RecordView& record) {
      std::string line = std::to_string(record.offset) + " " + std::to_string(record.previous) +
                         " " + std::string(record.stream) + " " + std::to_string(record.sequence) +
                         " " + std::to_string(record.time.micros) + " " +
                         std::string(record.command_id) + " " + std::to_string(record.flags);
      for (const auto& event : record.events) line += " " + std::string(event.bytes);
      lines.push_back(std::move(line));
      return true;
    });
    EXPECT_TRUE(status.ok()) << status.message();
    from = slice->next;
  }
}

}  // namespace souk::testing
