#include "tests/cluster/following.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "actors/core/threads.hpp"
#include "actors/core/writer.hpp"
#include "cluster/config.hpp"

namespace souk::test {
namespace {

cluster::Placement placement() {
  cluster::ClusterConfig config;
  config.id = kCluster;
  for (const Service service : kServices) config.partitions[service] = kPartitions;
  const auto add = [&](const std::string& name, std::set<Service> services) {
    cluster::NodeConfig& node = config.nodes.emplace_back();
    node.name = name;
    node.services = std::move(services);
  };
  add("gate", {Service::order, Service::checkout});
  add("left", {Service::stock});
  add("right", {Service::stock});
  add("purse", {Service::wallet, Service::coupon, Service::campaign});
  return cluster::Placement::of(config);
}

}  // namespace

Actors::Actors() {
  config_.set("scheduler.max-threads", std::size_t{2});
  config_.set("scheduler.policy", caf::atom("sharing"));
  system_ = std::make_unique<caf::actor_system>(config_);
}

void Actors::end(const caf::actor& actor) {
  caf::scoped_actor self{*system_};
  self->send_exit(actor, caf::exit_reason::user_shutdown);
  self->wait_for(actor);
}

// --- one node ----------------------------------------------------------------------------------

LogNode::LogNode(Actors& actors, const core::Clock& clock, std::string name)
    : actors_(actors), clock_(clock), name_(std::move(name)) {
  start();
}

void LogNode::start() {
  if (is_up()) return;
  log_ = open_log(disk_);
  runtime_ = std::unique_ptr<core::Runtime>(new core::Runtime{*log_, clock_, {}, {}, {}, {}, {}});
  runtime_->loaders.push_back(core::spawn_loader(actors_.system()));
  runtime_->feed = actors_.system().spawn<core::Feed>(std::cref(*runtime_));
}

void LogNode::end_actors() {
  if (!is_up() || !runtime_->feed) return;
  actors_.end(runtime_->loaders.front());
  actors_.end(runtime_->feed);
  runtime_->feed = nullptr;
}

void LogNode::stop() {
  if (!is_up()) return;
  end_actors();
  runtime_.reset();
  log_.reset();
}

void LogNode::add(PartitionId partition, store::Record record, std::vector<store::Append>& group) {
  store::Append append;
  auto stream = log_->open_stream(partition, record.stream);
  if (!stream.ok()) throw std::runtime_error(stream.status().message());
  append.stream = *stream;
  append.sequence = record.sequence = ++sequences_[{partition, record.stream}];
  store::encode_record(record, append.bytes);
  group.push_back(std::move(append));
}

void LogNode::write(std::vector<store::Append>& group) {
  std::vector<store::Offset> offsets;
  for (const store::Status& status : log_->append(group, offsets))
    if (!status.ok()) throw std::runtime_error(status.message());
  if (runtime_->feed_waits && runtime_->feed_waits.exchange(false))
    caf::anon_send(runtime_->feed, core::durable_atom::value);
}

void LogNode::append(std::span<const HistoryRecord> records) {
  std::vector<store::Append> group;
  for (const HistoryRecord& one : records) {
    store::Record record;
    record.stream = one.stream;
    record.time = one.time;
    record.correlation_id = one.correlation_id;
    std::visit(
        [&](const auto& events) {
          for (const auto& event : events) record.events.push_back(stored(event));
        },
        one.events);
    add(one.partition, std::move(record), group);
  }
  if (!group.empty()) write(group);
}

void LogNode::append(PartitionId partition, const std::string& stream,
                     std::vector<store::Payload> events) {
  store::Record record;
  record.stream = stream;
  record.time = clock_.now();
  record.events = std::move(events);
  std::vector<store::Append> group;
  add(partition, std::move(record), group);
  write(group);
}

void LogNode::lose_everything() {
  const bool was_up = is_up();
  stop();
  disk_ = std::make_shared<store::MemoryDisk>();
  sequences_.clear();
  if (was_up) start();
}

// --- all of them -------------------------------------------------------------------------------

FollowedCluster::FollowedCluster(std::uint64_t seed, LinkFaults faults)
    : ends(open_log()->identity().partitions), placement_(placement()) {
  for (const char* name : {"gate", "left", "right", "purse"})
    nodes_[name] = std::make_unique<LogNode>(actors, clock, name);
  all_ = std::make_unique<LogNode>(actors, clock, "all");
  for (const std::string& name : others())
    ways_[name].link = actors.system().spawn<FakeLink>(++seed, faults);
}

FollowedCluster::~FollowedCluster() {
  for (const std::string& name : others()) {
    cut(name);
    actors.end(ways_.at(name).link);
  }
  for (const auto& [name, node] : nodes_) node->end_actors();
  all_->end_actors();
  actors.system().await_all_actors_done();
}

std::vector<std::string> FollowedCluster::others() const { return {"left", "right", "purse"}; }

PartitionId FollowedCluster::partition_of(const std::string& name, std::size_t which) const {
  return placement_.owned_by(name).at(which);
}

void FollowedCluster::heartbeat(const std::string& name) {
  for (const PartitionId partition : placement_.owned_by(name))
    ends.reached(partition, node(name).log().next_offset(partition));
}

void FollowedCluster::connect(const std::string& name) {
  Way& way = ways_.at(name);
  if (way.giver || !node(name).is_up()) return;
  way.connection = std::make_shared<FakeConnection>(++connections_, way.link);
  way.giver = actors.system().spawn<cluster::LogGiver>(std::cref(node(name).runtime()),
                                                       peers_of(name), way.connection);
  caf::anon_send(way.link, Connect{connections_, way.giver});
  heartbeat(name);
}

void FollowedCluster::cut(const std::string& name) {
  Way& way = ways_.at(name);
  if (!way.giver) return;
  caf::anon_send(way.link, Connect{});
  actors.end(way.giver);
  largest_item_ = std::max(largest_item_, way.connection->largest_item());
  way.giver = nullptr;
  way.connection = nullptr;
}

void FollowedCluster::connect_all() {
  for (const std::string& name : others()) connect(name);
}

cluster::Peers FollowedCluster::peers_of(const std::string& name) const {
  cluster::Peers peers{name, placement_, {}};
  if (name != "gate") return peers;
  for (const auto& [peer, way] : ways_) peers.links[peer] = way.link;
  return peers;
}

void FollowedCluster::append(std::span<const HistoryRecord> records) {
  for (const auto& [name, node] : nodes_) {
    std::vector<HistoryRecord> own;
    for (const HistoryRecord& record : records)
      if (placement_.owner(record.partition) == name) own.push_back(record);
    if (!own.empty()) node->append(own);
  }
  all_->append(records);
}

std::size_t FollowedCluster::largest_item() const {
  std::size_t largest = largest_item_;
  for (const auto& [name, way] : ways_)
    if (way.connection) largest = std::max(largest, way.connection->largest_item());
  return largest;
}

}  // namespace souk::test
