// LogRestore: a log as it was, whatever it remembers, and what it refuses.
#include "store/batch.hpp"
#include "store/log_restore.hpp"
#include "store/record_layout.hpp"
#include "tests/replay/exchange_support.hpp"
#include "tools/replay/group_walk.hpp"

namespace souk::store {
namespace {

using replay::GroupBatch;
using replay::GroupWalk;
using replay::memory_shop;
using replay::MemoryLog;

const PartitionId kStock{Service::stock, 0};

// Calls `f` for every record of a log, in the order in which it was written, until it is false.
void for_each_record(const LogView& view,
                     const std::function<bool(const GroupBatch&, Offset, std::string_view)>& f) {
  std::vector<replay::Stretch> stretches;
  for (const PartitionId partition : partitions_of(view.identity()))
    stretches.push_back({partition});
  GroupWalk walk(view, stretches, ~std::uint64_t{0});
  std::vector<GroupBatch> group;
  for (auto more = walk.next(group); more.ok() && *more; more = walk.next(group))
    for (const GroupBatch& one : group)
      for (Offset at = one.batch.first_offset(); at < one.batch.end_offset(); ++at)
        if (!f(one, at, one.batch.record(at))) return;
}

std::unique_ptr<LogRestore> begin(const std::shared_ptr<MemoryDisk>& disk,
                                  std::size_t streams_max = LogRestore::kStreamsMax) {
  auto log =
      LogRestore::begin(std::make_unique<MemoryKv>(disk), test::shop_identity(), streams_max);
  EXPECT_TRUE(log.ok()) << log.status().message();
  return log.ok() ? std::move(*log) : nullptr;
}

std::string record_bytes(const std::string& stream, Sequence sequence, Offset previous) {
  Record record;
  record.stream = stream;
  record.sequence = sequence;
  std::string bytes;
  encode_record(record, bytes);
  set_previous(bytes, previous);
  return bytes;
}

TEST(LogRestore, GivesTheSameLogHoweverFewStreamsItRemembers) {
  const MemoryLog from = memory_shop(51, 1'500);
  const auto view = from.view();
  for (const std::size_t streams_max : {std::size_t{1}, std::size_t{7}, LogRestore::kStreamsMax}) {
    const auto disk = std::make_shared<MemoryDisk>();
    const auto log = begin(disk, streams_max);
    for_each_record(*view, [&](const GroupBatch& in, Offset offset, std::string_view bytes) {
      const Status status = log->add(in.partition, in.batch.group(), {}, offset, bytes);
      EXPECT_TRUE(status.ok()) << status.message();
      return status.ok();
    });
    ASSERT_TRUE(log->finish().ok());
    for (const Column column : {Column::log, Column::heads, Column::open})
      EXPECT_TRUE(disk->contents(column) == from.disk->contents(column))
          << "column " << static_cast<int>(column) << ", " << streams_max;
    disk->crash();  // what was not synced would be gone
    EXPECT_TRUE(disk->contents(Column::log) == from.disk->contents(Column::log));
  }
}

TEST(LogRestore, RefusesWhatDoesNotFollowAndKeepsNothingOfIt) {
  const auto disk = std::make_shared<MemoryDisk>();
  const auto log = begin(disk);
  const auto add = [&](std::uint64_t group, Offset offset, const std::string& stream,
                       Sequence sequence, Offset previous) {
    const Status status =
        log->add(kStock, group, {}, offset, record_bytes(stream, sequence, previous));
    EXPECT_TRUE(status.ok() || status.code() == Code::invalid);
    return status.message();
  };
  EXPECT_EQ(add(0, 1, "a", 1, 0), "Group 0 cannot follow group 0.");
  EXPECT_EQ(add(5, 2, "a", 1, 0), "Partition stock/0 goes on with offset 1, not 2.");
  EXPECT_EQ(add(5, 1, "a", 2, 0), "Stream a in stock/0 goes on with sequence 1, not 2.");
  EXPECT_EQ(add(5, 1, "a", 1, 7), "The record before it in stream a stands at offset 0, not 7.");
  EXPECT_EQ(add(5, 1, "a", 1, 0), "");
  EXPECT_EQ(add(4, 2, "a", 2, 1), "Group 4 cannot follow group 5.");
  EXPECT_EQ(add(5, 1, "a", 2, 1), "Partition stock/0 goes on with offset 2, not 1.");
  EXPECT_EQ(add(9, 2, "a", 2, 1), "");
  EXPECT_EQ(log->add({Service::stock, 2}, 9, {}, 1, record_bytes("a", 1, 0)).message(),
            "There is no partition stock/2.");
  EXPECT_EQ(log->add(kStock, 9, {}, 3, "short").message(), "The record is cut short.");
  EXPECT_EQ(log->last(kStock), 2u);
  EXPECT_EQ(log->group(), 9u);
  ASSERT_TRUE(log->finish().ok());
  EXPECT_EQ(disk->contents(Column::log).size(), 2u);
  EXPECT_EQ(disk->contents(Column::heads).size(), 1u);
}

TEST(LogRestore, WantsAnEmptyDirectory) {
  const MemoryLog there = memory_shop(51, 10);
  const auto log = LogRestore::begin(std::make_unique<MemoryKv>(there.disk), test::shop_identity());
  EXPECT_EQ(log.status().code(), Code::invalid);
  EXPECT_EQ(log.status().message(), "The data directory is not empty.");
}

TEST(LogRestore, SaysThatTheDiskFailed) {
  const auto disk = std::make_shared<MemoryDisk>();
  disk->set_faults({.capacity_bytes = 400});
  const auto log = begin(disk);
  for (Offset offset = 1; offset <= 10; ++offset)
    ASSERT_TRUE(log->add(kStock, offset, {}, offset, record_bytes("a", offset, offset - 1)).ok());
  EXPECT_EQ(log->finish().code(), Code::io_error);
}

}  // namespace
}  // namespace souk::store
