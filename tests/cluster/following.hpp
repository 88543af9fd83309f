// Nodes in one process whose logs another one follows: each has its log, its feed and its giver,
// and a link that the test can cut; no network, no commands.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/core/ends.hpp"
#include "actors/core/feed.hpp"
#include "actors/core/runtime.hpp"
#include "cluster/cluster_feed.hpp"
#include "cluster/cluster_source.hpp"
#include "cluster/log_giver.hpp"
#include "tests/cluster/fake_link.hpp"
#include "tests/models/support.hpp"
#include "tests/support/test_clock.hpp"

namespace souk::test {

inline constexpr std::chrono::seconds kPatience{60};  // then a test has failed

// An actor system of two threads, and how its actors are ended.
class Actors {
 public:
  Actors();
  caf::actor_system& system() { return *system_; }
  void end(const caf::actor& actor);

 private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
};

// A log and its feed, for whoever owns some of the partitions.
class LogNode {
 public:
  LogNode(Actors& actors, const core::Clock& clock, std::string name);
  ~LogNode() { stop(); }

  // As a process that ends and starts again; what was appended stays.
  void start();
  void stop();
  void end_actors();  // the log stays until `stop`
  bool is_up() const { return runtime_ != nullptr; }

  const std::string& name() const { return name_; }
  store::Log& log() { return *log_; }
  core::Runtime& runtime() { return *runtime_; }

  // In one batch a partition. The node is up.
  void append(std::span<const HistoryRecord> records);
  void append(PartitionId partition, const std::string& stream, std::vector<store::Payload> events);
  // Forgets everything, as if put back from an old copy.
  void lose_everything();

 private:
  void add(PartitionId partition, store::Record record, std::vector<store::Append>& group);
  void write(std::vector<store::Append>& group);

  Actors& actors_;
  const core::Clock& clock_;
  const std::string name_;
  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  std::map<std::pair<PartitionId, std::string>, store::Sequence> sequences_;
  std::unique_ptr<store::Log> log_;
  std::unique_ptr<core::Runtime> runtime_;
};

// "gate" has the orders and follows the others: "left" and "right" share the stock, "purse" has
// wallets, coupons and campaigns.
class FollowedCluster {
 public:
  explicit FollowedCluster(std::uint64_t seed = 1, LinkFaults faults = {});
  ~FollowedCluster();

  LogNode& gate() { return *nodes_.at("gate"); }
  LogNode& node(const std::string& name) { return *nodes_.at(name); }
  LogNode& owner_of(PartitionId partition) { return node(placement_.owner(partition)); }
  std::vector<std::string> others() const;
  // A partition of the node's; there is one.
  PartitionId partition_of(const std::string& name, std::size_t which = 0) const;

  // The gate hears how far a node has come; `connect` says it, too.
  void heartbeat(const std::string& name);
  void connect(const std::string& name);
  void cut(const std::string& name);
  void connect_all();

  cluster::Peers peers_of(const std::string& name) const;

  // Appends each record where it belongs, and to a log of all that nobody follows.
  void append(std::span<const HistoryRecord> records);
  store::Log& all() { return all_->log(); }

  // What actors may use that nobody waits for: it goes when all have ended.
  void keep(std::shared_ptr<void> thing) { kept_.push_back(std::move(thing)); }

  Actors actors;
  testing::TestClock clock;
  core::Ends ends;
  // Bytes of the largest item that a giver has sent.
  std::size_t largest_item() const;

 private:
  struct Way {
    caf::actor link;
    caf::actor giver;
    std::shared_ptr<FakeConnection> connection;
  };

  cluster::Placement placement_;
  std::map<std::string, std::unique_ptr<LogNode>> nodes_;
  std::unique_ptr<LogNode> all_;
  std::vector<std::shared_ptr<void>> kept_;
  std::map<std::string, Way> ways_;
  std::uint64_t connections_ = 0;
  std::size_t largest_item_ = 0;
};

}  // namespace souk::test
