// Following a partition from an offset on: slices from the tail in memory and from the disk.
#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "log_over_backend.hpp"
#include "model.hpp"
#include "store/keys.hpp"
#include "support.hpp"

namespace souk::store {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kPlenty = 1u << 30;

Lines lines_of(const Slice& slice) {
  Lines lines;
  Offset expected = slice.from;
  expect_ok(slice.for_each([&](const RecordView& record) {
    EXPECT_EQ(record.offset, expected++);
    lines.push_back(show(record));
    return true;
  }));
  EXPECT_EQ(expected, slice.next);
  return lines;
}

class LogFollow : public LogOverBackend {};

INSTANTIATE_TEST_SUITE_P(Over, LogFollow, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

TEST_P(LogFollow, AnEmptyPartitionGivesAnEmptySlice) {
  const auto slice = log_->read_tail(kStock0, 1, kPlenty);
  ASSERT_TRUE(slice);
  EXPECT_TRUE(slice->empty());
  EXPECT_EQ(slice->end, 1u);
  EXPECT_TRUE(log_->read(kStock0, kNoOffset, kPlenty)->empty());
  EXPECT_EQ(log_->read({Service::wallet, 0}, 1, kPlenty).status().code(), Code::invalid);
}

TEST_P(LogFollow, WhatIsInTheTailIsReadFromMemoryAndNothingElseIs) {
  append({{kStock0, "tea", "a"}, {kStock1, "oil", "b"}, {kStock0, "rye", "c"}});
  append({{kStock0, "tea", "d"}});
  for (Offset from = 1; from <= 4; ++from) {
    const auto slice = log_->read_tail(kStock0, from, kPlenty);
    ASSERT_TRUE(slice) << from;
    EXPECT_EQ(slice->end, 4u);
    EXPECT_EQ(lines_of(*slice), scanned(*log_, kStock0, from));
  }
  reopen();  // the tail begins anew, behind what was there
  EXPECT_FALSE(log_->read_tail(kStock0, 3, kPlenty));
  EXPECT_TRUE(log_->read_tail(kStock0, 4, kPlenty)->empty());
  EXPECT_EQ(lines_of(*log_->read(kStock0, 2, kPlenty)), (Lines{"rye#1:c", "tea#2:d"}));
  append({{kStock0, "tea", "e"}});
  EXPECT_FALSE(log_->read_tail(kStock0, 3, kPlenty));
  EXPECT_EQ(lines_of(*log_->read_tail(kStock0, 4, kPlenty)), Lines{"tea#3:e"});
  EXPECT_EQ(lines_of(*log_->read(kStock0, 3, kPlenty)), (Lines{"tea#2:d", "tea#3:e"}));
}

TEST_P(LogFollow, TheOldestGroupsLeaveMemoryFirstWhicheverPartitionTheyAreOf) {
  append({{kStock0, "tea", "a"}});
  const std::size_t batch_bytes = log_->read(kStock0, 1, kPlenty)->bytes;
  options_.tail_bytes_max = 3 * batch_bytes;
  reopen();
  append({{kStock0, "tea", "b"}});
  append({{kStock1, "oil", "c"}});
  append({{kStock0, "tea", "d"}});
  EXPECT_EQ(lines_of(*log_->read_tail(kStock0, 2, kPlenty)), (Lines{"tea#2:b", "tea#3:d"}));
  append({{kStock0, "tea", "e"}});
  EXPECT_FALSE(log_->read_tail(kStock0, 2, kPlenty));
  EXPECT_EQ(lines_of(*log_->read_tail(kStock0, 3, kPlenty)), (Lines{"tea#3:d", "tea#4:e"}));
  EXPECT_TRUE(log_->read_tail(kStock1, 1, kPlenty));
  append({{kStock0, "tea", "f"}});
  EXPECT_FALSE(log_->read_tail(kStock1, 1, kPlenty));
  EXPECT_TRUE(log_->read_tail(kStock1, 2, kPlenty)->empty());
}

TEST_P(LogFollow, ABatchLargerThanTheTailIsNotKept) {
  options_.tail_bytes_max = 400;
  reopen();
  append({{kStock0, "tea", std::string(1'000, 'x')}});
  EXPECT_FALSE(log_->read_tail(kStock0, 1, kPlenty));
  EXPECT_EQ(log_->read(kStock0, 1, kPlenty)->next, 2u);
  options_.tail_bytes_max = 0;  // switched off
  reopen();
  append({{kStock0, "tea", "a"}});
  EXPECT_FALSE(log_->read_tail(kStock0, 2, kPlenty));
  EXPECT_EQ(lines_of(*log_->read(kStock0, 2, kPlenty)), Lines{"tea#2:a"});
}

TEST_P(LogFollow, ASliceIsBoundedButForItsFirstBatch) {
  for (int i = 0; i < 5; ++i) append({{kStock0, "tea", "a"}});
  const std::size_t batch_bytes = log_->read_tail(kStock0, 1, kPlenty)->bytes / 5;
  for (const bool from_memory : {true, false}) {
    if (!from_memory) reopen();
    EXPECT_EQ(log_->read(kStock0, 2, 1)->next, 3u);
    EXPECT_EQ(log_->read(kStock0, 2, 3 * batch_bytes - 1)->next, 4u);
    EXPECT_EQ(log_->read(kStock0, 2, 3 * batch_bytes)->next, 5u);
    EXPECT_EQ(log_->read(kStock0, 2, 3 * batch_bytes)->bytes, 3 * batch_bytes);
    EXPECT_EQ(log_->read_tail(kStock0, 2, 1).has_value(), from_memory);
  }
}

TEST_P(LogFollow, AReaderThatIsAheadOfTheLogIsToldSo) {
  append({{kStock0, "tea", "a"}});
  EXPECT_FALSE(log_->read_tail(kStock0, 3, kPlenty));
  const auto slice = log_->read(kStock0, 3, kPlenty);
  EXPECT_EQ(slice.status().code(), Code::invalid);
  EXPECT_NE(slice.status().message().find("stock/0 ends at offset 1,"), std::string::npos)
      << slice.status().message();
}

TEST_P(LogFollow, AReadThatIsToldToStopStops) {
  append({{kStock0, "tea", "a"}, {kStock0, "tea", "b"}});
  int seen = 0;
  expect_ok(log_->read_tail(kStock0, 1, kPlenty)->for_each([&](const RecordView&) {
    return ++seen < 1;
  }));
  EXPECT_EQ(seen, 1);
}

// Readers with cursors of their own, each a slice at a time, through reopenings and evictions.
TEST_P(LogFollow, ReadersGetEveryRecordOnceAndInOrder) {
  const std::uint64_t seed = test_seed(4711);
  SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<PartitionId> partitions = {kStock0, kStock1, kOrder0, {Service::order, 1}};
  std::map<PartitionId, Lines> followed;
  int from_memory = 0, from_disk = 0;
  for (int step = 0; step < 800 && !HasFailure(); ++step) {
    const unsigned dice = random() % 40;
    if (dice == 0) {
      options_.tail_bytes_max = random() % 20'000;
      reopen();
    } else if (dice < 15) {
      append(random_group(random, 8));
    } else {
      const PartitionId partition = partitions[random() % partitions.size()];
      Lines& lines = followed[partition];
      const std::size_t bytes_max = random() % 3'000;
      const auto in_memory = log_->read_tail(partition, lines.size() + 1, bytes_max);
      (in_memory ? from_memory : from_disk) += 1;
      const auto slice = log_->read(partition, lines.size() + 1, bytes_max);
      ASSERT_TRUE(slice.ok()) << slice.status().message();
      if (in_memory) {
        EXPECT_EQ(lines_of(*in_memory), lines_of(*slice));
      }
      EXPECT_EQ(slice->end, log_->next_offset(partition));
      EXPECT_EQ(slice->empty(), slice->from == slice->end);
      const Lines more = lines_of(*slice);
      lines.insert(lines.end(), more.begin(), more.end());
      EXPECT_TRUE(slice->batches.size() <= 1 || slice->bytes <= bytes_max);
    }
  }
  for (const PartitionId partition : partitions) {
    const Lines all = scanned(*log_, partition);
    Lines& lines = followed[partition];
    const Lines rest = lines_of(*log_->read(partition, lines.size() + 1, kPlenty));
    lines.insert(lines.end(), rest.begin(), rest.end());
    EXPECT_EQ(lines, all);
  }
  EXPECT_GT(from_memory, 50);
  EXPECT_GT(from_disk, 50);
}

TEST_P(LogFollow, AReaderBesideTheWriterSeesWholeGroupsOnly) {
  options_.tail_bytes_max = 8'000;  // the reader falls behind it now and then
  reopen();
  constexpr int kGroups = 300, kInGroup = 5;
  std::atomic<Offset> acknowledged = 0;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    Offset from = 1;
    while (from <= kGroups * kInGroup) {
      const bool was_done = done;
      const Offset known = acknowledged;
      const auto slice = log_->read(kStock0, from, 2'000);
      ASSERT_TRUE(slice.ok()) << slice.status().message();
      ASSERT_GT(slice->end, known);
      ASSERT_EQ((slice->next - 1) % kInGroup, 0u);
      lines_of(*slice);
      from = slice->next;
      if (was_done && slice->empty()) break;
    }
    EXPECT_EQ(from, Offset{kGroups * kInGroup + 1});
  });
  for (int i = 0; i < kGroups; ++i) {
    append(std::vector<Line>(
        kInGroup, {kStock0, "tea", std::string(static_cast<std::size_t>(i % 100), '.')}));
    acknowledged = writer_->offsets().back();
  }
  done = true;
  reader.join();
}

// --- failures ------------------------------------------------------------------------------------

class LogFollowDamage : public ::testing::Test {
 protected:
  void open(LogOptions options = {}) {
    log_.reset();
    log_ = open_log(std::make_unique<MemoryKv>(disk_), std::move(options));
    ASSERT_NE(log_, nullptr);
  }
  Status append(const std::vector<Line>& lines) { return TestWriter(*log_).append(lines).front(); }
  void damage(Offset first) {
    std::string value = disk_->contents(Column::log).at(log_key(kStock0, first));
    value.back() ^= 1;
    disk_->overwrite(Column::log, log_key(kStock0, first), value);
  }

  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::unique_ptr<Log> log_;
};

TEST_F(LogFollowDamage, AGroupWhoseWriteFailedIsNeverInTheTail) {
  open();
  expect_ok(append({{kStock0, "tea", "a"}}));
  disk_->set_faults({.fail_sync = disk_->syncs() + 1, .failed_sync = MemoryDisk::FailedSync::kept});
  EXPECT_EQ(append({{kStock0, "tea", "b"}}).code(), Code::io_error);
  EXPECT_EQ(lines_of(*log_->read_tail(kStock0, 1, kPlenty)), Lines{"tea#1:a"});
  EXPECT_TRUE(log_->read_tail(kStock0, 2, kPlenty)->empty());
  open();  // this time the disk had kept it
  EXPECT_EQ(lines_of(*log_->read(kStock0, 1, kPlenty)), (Lines{"tea#1:a", "tea#2:b"}));
}

TEST_F(LogFollowDamage, WhatIsBeforeADamagedBatchIsReadAndThenTheDamageIsNamed) {
  open();
  for (int i = 0; i < 4; ++i) expect_ok(append({{kStock0, "tea", "a"}}));
  damage(3);
  EXPECT_EQ(lines_of(*log_->read_tail(kStock0, 3, kPlenty)).size(), 2u);  // memory is whole
  expect_ok(log_->flush());
  open();
  EXPECT_EQ(lines_of(*log_->read(kStock0, 1, kPlenty)).size(), 2u);
  const auto slice = log_->read(kStock0, 3, kPlenty);
  EXPECT_EQ(slice.status().code(), Code::corruption);
  EXPECT_NE(slice.status().message().find("stock/0 is damaged at offset 3"), std::string::npos)
      << slice.status().message();
  EXPECT_EQ(log_->stopped(kStock0).code(), Code::corruption);
  EXPECT_EQ(log_->read(kStock0, 4, kPlenty)->next, 5u);
}

TEST_F(LogFollowDamage, ADamagedEndIsNamedToThoseWhoReachIt) {
  open();
  for (int i = 0; i < 3; ++i) expect_ok(append({{kStock0, "tea", "a"}}));
  expect_ok(
      append({{kStock1, "oil", "b"}}));  // so that the last batch of stock/0 is not a torn one
  damage(3);
  open();
  ASSERT_EQ(log_->stopped(kStock0).code(), Code::corruption);
  EXPECT_EQ(lines_of(*log_->read(kStock0, 1, kPlenty)).size(), 2u);
  EXPECT_EQ(log_->read(kStock0, 3, kPlenty).status().code(), Code::corruption);
}

TEST_F(LogFollowDamage, BytesThatChangedInMemoryAreNotTakenForRecords) {
  open();
  expect_ok(append({{kStock0, "tea", "a"}, {kStock0, "tea", "b"}}));
  expect_ok(append({{kStock0, "tea", "c"}}));
  const Slice whole = *log_->read_tail(kStock0, 1, kPlenty);
  for (const std::size_t batch : {0u, 1u})
    for (std::size_t at = 0; at < whole.batches[batch]->size(); ++at) {
      Slice slice = whole;
      std::string value = *whole.batches[batch];
      value[at] ^= 1;
      slice.batches[batch] = std::make_shared<const std::string>(value);
      EXPECT_FALSE(slice.for_each([](const RecordView&) { return true; }).ok()) << at;
    }
  Slice missing = whole;
  missing.batches.pop_back();
  EXPECT_EQ(missing.for_each([](const RecordView&) { return true; }).code(), Code::corruption);
  Slice shorter = whole;
  shorter.next = 2;  // the first batch holds 1 and 2
  int given = 0;
  EXPECT_EQ(shorter.for_each([&](const RecordView&) { return ++given < 9; }).code(),
            Code::corruption);
  EXPECT_EQ(given, 0) << "nothing beyond what the slice is said to hold";
  Slice swapped = whole;
  std::swap(swapped.batches[0], swapped.batches[1]);
  EXPECT_EQ(swapped.for_each([](const RecordView&) { return true; }).code(), Code::corruption);
}

}  // namespace
}  // namespace souk::store
