// A data directory and a configuration that do not fit together are found out at the start.
#include "node/placement_note.hpp"

#include <gtest/gtest.h>

#include "events/codec.hpp"
#include "store/directory_view.hpp"
#include "store/memory_kv.hpp"
#include "tests/cluster/config_fixture.hpp"

namespace souk::node {
namespace {

using cluster::Placement;
using store::Code;
using store::Status;

constexpr PartitionId kStock3{Service::stock, 3};

std::map<Service, std::uint16_t> counts() {
  std::map<Service, std::uint16_t> partitions;
  for (const Service service : kServices) partitions[service] = 4;
  return partitions;
}

// All services on `others`, stock on `stock`.
Placement with_stock_on(const std::vector<std::string>& stock) {
  cluster::ClusterConfig config;
  config.partitions = counts();
  cluster::NodeConfig front;
  front.name = "front";
  front.services = {kServices.begin(), kServices.end()};
  front.services.erase(Service::stock);
  config.nodes.push_back(front);
  for (const std::string& name : stock) {
    cluster::NodeConfig node;
    node.name = name;
    node.services = {Service::stock};
    config.nodes.push_back(node);
  }
  return Placement::of(config);
}

class PlacementNote : public ::testing::Test {
 protected:
  std::unique_ptr<store::Log> open() {
    auto log = store::Log::open(std::make_unique<store::MemoryKv>(disk_), {"shop", counts()});
    EXPECT_TRUE(log.ok()) << log.status().message();
    return std::move(*log);
  }
  Status start(const std::string& node, const Placement& placement) {
    return take_place(*open(), node, placement);
  }
  // Puts a record of the stream into the partition.
  void record(PartitionId partition) {
    const auto log = open();
    const auto stream = log->open_stream(partition, "tea");
    store::Record record;
    record.stream = "tea";
    record.sequence = 1;
    store::Append append{*stream, 1, false, {}};
    encode_record(record, append.bytes);
    std::vector<store::Offset> offsets;
    const auto statuses = log->append({&append, 1}, offsets);
    ASSERT_TRUE(statuses.at(0).ok()) << statuses.at(0).message();
  }

  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
};

TEST_F(PlacementNote, TheSamePlacementIsTakenAgainAndWritesNothing) {
  const Placement placement = with_stock_on({"a", "b"});
  EXPECT_TRUE(start("a", placement).ok());
  const auto writes = disk_->writes();
  EXPECT_TRUE(start("a", placement).ok());
  EXPECT_EQ(disk_->writes(), writes);
}

TEST_F(PlacementNote, IsAsItWillBeReadForEver) {
  ASSERT_TRUE(start("a", with_stock_on({"a", "b"})).ok());
  const auto note = open()->note(kPlacementNote);
  ASSERT_TRUE(note.ok());
  const std::string all = R"(["front","front","front","front"])";
  const std::string stock = R"(["b","b","a","a"])";
  EXPECT_EQ(note->value(), R"({"node":"a","owners":{"order":)" + all + R"(,"stock":)" + stock +
                               R"(,"wallet":)" + all + R"(,"coupon":)" + all + R"(,"campaign":)" +
                               all + R"(,"checkout":)" + all + "}}");
}

TEST_F(PlacementNote, AnotherNodesDirectoryIsRefused) {
  const Placement placement = with_stock_on({"a", "b"});
  ASSERT_TRUE(start("a", placement).ok());
  const Status status = start("b", placement);
  EXPECT_EQ(status.code(), Code::wrong_cluster);
  EXPECT_EQ(status.message(),
            "The data directory is node \"a\"'s, and this is node \"b\"; start it with --node a, "
            "or give node b a directory of its own.");
}

TEST_F(PlacementNote, APartitionThatWouldLeaveItsDataIsRefusedOnEveryNode) {
  ASSERT_TRUE(start("a", with_stock_on({"a"})).ok());
  const Status status = start("a", with_stock_on({"a", "b"}));
  EXPECT_EQ(status.code(), Code::wrong_cluster);
  EXPECT_EQ(status.message(),
            "The data of partition stock/0 (and another one) lies on node \"a\", and the "
            "configuration gives it to node \"b\"; take back the change to the configuration's "
            "nodes, roles or partitions; data cannot be moved to other nodes yet, so a cluster of "
            "other nodes begins with empty directories.");
  EXPECT_TRUE(start("a", with_stock_on({"a"})).ok());  // the note stayed as it was

  disk_ = std::make_shared<store::MemoryDisk>();
  ASSERT_TRUE(start("front", with_stock_on({"a"})).ok());
  EXPECT_EQ(start("front", with_stock_on({"a", "b"})).code(), Code::wrong_cluster);
}

TEST_F(PlacementNote, ANodeMoreThatOwnsNothingIsNoChange) {
  cluster::ClusterConfig config = cluster::all_in_one("a");
  config.partitions = counts();
  ASSERT_TRUE(start("a", Placement::of(config)).ok());
  config.nodes.emplace_back().name = "reports";
  EXPECT_TRUE(start("a", Placement::of(config)).ok());
}

TEST_F(PlacementNote, RecordsOfAPartitionThatIsNotItsAreRefusedWithoutANote) {
  record(kStock3);
  const Status status = start("front", with_stock_on({"a"}));
  EXPECT_EQ(status.code(), Code::wrong_cluster);
  EXPECT_EQ(status.message().find("The data directory holds records of partition stock/3, and the "
                                  "configuration gives it to node \"a\", not to this node, "
                                  "\"front\"; "),
            0u)
      << status.message();
  EXPECT_FALSE(open()->note(kPlacementNote)->has_value());
  EXPECT_TRUE(start("a", with_stock_on({"a"})).ok());  // whose it is
}

TEST_F(PlacementNote, ADirectoryFromBeforeNotesIsTakenByANodeThatOwnsAll) {
  record(kStock3);
  EXPECT_TRUE(start("souk", Placement::single("souk", counts())).ok());
  EXPECT_EQ(start("a", with_stock_on({"a"})).code(), Code::wrong_cluster);  // from now on
}

TEST_F(PlacementNote, ANoteThatIsNoneIsCorruption) {
  for (const char* note : {"", "x", "[]", "{}", R"({"node": 1, "owners": {}})",
                           R"({"node": "a", "owners": {"stock": "a"}})"}) {
    ASSERT_TRUE(open()->put_note(kPlacementNote, note).ok());
    EXPECT_EQ(start("a", with_stock_on({"a"})).code(), Code::corruption) << note;
  }
}

TEST_F(PlacementNote, AServiceThatTheNoteDoesNotKnowIsNew) {
  ASSERT_TRUE(open()
                  ->put_note(kPlacementNote, R"({"node":"a","owners":{"stock":["a","a","a","a"]}})")
                  .ok());
  EXPECT_TRUE(start("a", with_stock_on({"a"})).ok());
}

TEST_F(PlacementNote, AViewRemembersWhatTheLogDoes) {
  record(kStock3);
  ASSERT_TRUE(start("a", with_stock_on({"a"})).ok());
  const auto by_log = remembered(*open());
  const auto view = store::DirectoryView::over(std::make_unique<store::MemoryKv>(disk_));
  ASSERT_TRUE(view.ok());
  const auto by_view = remembered(**view);
  ASSERT_TRUE(by_log.ok() && by_view.ok());
  EXPECT_EQ(by_view->note, by_log->note);
  EXPECT_EQ(by_view->with_records, by_log->with_records);
  EXPECT_EQ(by_log->with_records, std::vector<PartitionId>{kStock3});
}

}  // namespace
}  // namespace souk::node
