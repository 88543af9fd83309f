// A giver on its own: what a peer asks, and the items that it gets.
#include <gtest/gtest.h>

#include "tests/cluster/following.hpp"

namespace souk::test {
namespace {

using cluster::Asked;
using cluster::Kind;
using cluster::PageReader;
using store::Code;

class Giving : public ::testing::Test {
 protected:
  Giving() {
    const auto me = caf::actor_cast<caf::actor>(self_);
    connection_ = std::make_shared<FakeConnection>(7, me);
    giver_ = cluster_.actors.system().spawn<cluster::LogGiver>(
        std::cref(cluster_.node("left").runtime()), cluster_.peers_of("left"), connection_);
  }
  ~Giving() override { cluster_.actors.end(giver_); }

  void ask(Kind kind, std::uint64_t number, std::string what) {
    self_->send(giver_, Asked{7, kind, number, {}, {std::move(what)}});
  }
  void pull(std::uint64_t number, std::vector<wire::Position> wanted, Duration wait = {}) {
    ask(Kind::pull, number, cluster::saved(wire::Pull{std::move(wanted), 1 << 30, wait}));
  }
  void read(std::uint64_t number, wire::Position from, std::int64_t skip = 0) {
    ask(Kind::read_log, number, cluster::saved(wire::ReadLog{from, 1 << 30, skip}));
  }
  Arrived item() {
    Arrived got;
    self_->receive([&](Arrived& arrived) { got = std::move(arrived); },
                   caf::after(kPatience) >> [] { ADD_FAILURE() << "no item in time"; });
    return got;
  }
  core::Page page(std::uint64_t number) {
    const Arrived got = item();
    EXPECT_EQ(got.number, number);
    EXPECT_EQ(got.kind, Kind::page);
    PageReader reader;
    EXPECT_TRUE(reader.take(got.parts).ok());
    EXPECT_FALSE(reader.wanted());
    return reader.page();
  }
  store::Status failure(std::uint64_t number) {
    const Arrived got = item();
    EXPECT_EQ(got.number, number);
    EXPECT_EQ(got.kind, Kind::failure);
    return cluster::failure_of(got.parts);
  }

  FollowedCluster cluster_;
  const PartitionId own_ = cluster_.partition_of("left");
  const wire::Position first_ = cluster::to_wire(own_, 1);
  caf::scoped_actor self_{cluster_.actors.system()};
  std::shared_ptr<FakeConnection> connection_;
  caf::actor giver_;
};

TEST_F(Giving, APullIsAnsweredWithWhatIsThere) {
  cluster_.node("left").append(own_, "mug", {garbage()});
  cluster_.node("left").append(own_, "mug", {garbage()});
  pull(1, {first_});
  const core::Page got = page(1);
  ASSERT_EQ(got.slices.size(), 1U);
  EXPECT_EQ(got.slices[0].partition, own_);
  EXPECT_EQ(got.slices[0].next, 3U);
  EXPECT_TRUE(got.slices[0].for_each([](const store::RecordView&) { return true; }).ok());
}

TEST_F(Giving, APullWaitsForWhatIsNew) {
  pull(1, {first_}, seconds(30));
  pull(2, {first_}, seconds(30));  // takes the place of the first, which is answered
  EXPECT_TRUE(page(1).slices.empty());
  cluster_.node("left").append(own_, "mug", {garbage()});
  EXPECT_EQ(page(2).slices.size(), 1U);
}

TEST_F(Giving, AReadSaysWhereTheLogEnds) {
  read(1, first_);
  EXPECT_TRUE(page(1).slices.empty());
  cluster_.node("left").append(own_, "mug", {garbage()});
  read(2, first_);
  const core::Page got = page(2);
  ASSERT_EQ(got.slices.size(), 1U);
  EXPECT_EQ(got.slices[0].end, 2U);
  read(3, cluster::to_wire(own_, 9));
  const core::Page beyond = page(3);
  EXPECT_EQ(beyond.status.code(), Code::invalid);
  EXPECT_EQ(beyond.failed, own_);
}

TEST_F(Giving, WhatIsAnotherNodesIsRefusedAndTheOwnerNamed) {
  const PartitionId other = cluster_.partition_of("purse");
  pull(1, {first_, cluster::to_wire(other, 1)});
  read(2, cluster::to_wire(other, 1));
  for (const std::uint64_t number : {1U, 2U}) {
    const core::Page got = page(number);
    EXPECT_EQ(got.status.code(), Code::not_found);
    EXPECT_NE(got.status.message().find("purse"), std::string::npos) << got.status.message();
    EXPECT_EQ(got.failed, other);
  }
  read(3, cluster::to_wire({Service::stock, 999}, 1));
  EXPECT_EQ(page(3).status.code(), Code::not_found);
}

TEST_F(Giving, NonsenseIsAnsweredToo) {
  ask(Kind::pull, 1, "nonsense");
  ask(Kind::read_log, 2, "nonsense");
  ask(Kind::command, 3, "nonsense");
  read(4, {999, 0, 1});
  read(5, {static_cast<std::uint16_t>(own_.service), own_.number, 0});
  read(6, first_, -1);
  for (std::uint64_t number = 1; number <= 6; ++number)
    EXPECT_EQ(failure(number).code(), Code::invalid) << number;
}

TEST_F(Giving, ALargeBatchComesInPiecesThatFit) {
  cluster_.node("left").append(own_, "mug", {{1, std::string(5 << 20, 'm')}});
  cluster_.node("left").append(own_, "mug", {{1, "small"}});
  pull(1, {first_});
  PageReader reader;
  ASSERT_TRUE(reader.take(item().parts).ok());
  std::uint64_t number = 1;
  while (reader.wanted()) {
    ask(Kind::read_log, ++number, cluster::saved(*reader.wanted()));
    ASSERT_TRUE(reader.take(item().parts).ok());
  }
  EXPECT_GT(number, 7U);
  const core::Page got = reader.page();
  ASSERT_EQ(got.slices.size(), 1U);
  EXPECT_EQ(got.slices[0].next, 2U);
  EXPECT_TRUE(got.more);
  std::size_t bytes = 0;
  EXPECT_TRUE(got.slices[0]
                  .for_each([&](const store::RecordView& record) {
                    bytes = record.events.at(0).bytes.size();
                    return true;
                  })
                  .ok());
  EXPECT_EQ(bytes, std::size_t{5} << 20);
  EXPECT_LE(connection_->largest_item(), cluster::kItemBytesMax);
  EXPECT_GT(connection_->largest_item(), cluster::kPageBytesMax);
}

// As after the giver has let go of the batch: it is read again.
TEST_F(Giving, AnyPieceCanBeAskedForByItself) {
  const std::string large(3 << 20, 'm');
  cluster_.node("left").append(own_, "mug", {{1, large}});
  read(1, first_, 1'000'000);
  const Arrived got = item();
  wire::Page said;
  ASSERT_TRUE(codec::decode(got.parts.at(0), said));
  EXPECT_EQ(said.piece_at, 1'000'000);
  EXPECT_GT(said.piece_of, std::int64_t{3} << 20);
  read(2, first_, said.piece_of);
  EXPECT_EQ(failure(2).code(), Code::invalid);
}

}  // namespace
}  // namespace souk::test
