#include "tools/bench/floor.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/batch.hpp"
#include "store/keys.hpp"
#include "store/memory_kv.hpp"
#include "store/record.hpp"
#include "tools/bench/error.hpp"

namespace souk::bench {
namespace {

using store::Column;

// A log that is written batch by batch, as a node's writer does.
class FakeLog {
 public:
  // One batch with a record for each of `sequences`.
  void batch(PartitionId partition, store::Offset first_offset, std::uint64_t group,
             const std::vector<store::Sequence>& sequences) {
    std::vector<std::string> records;
    store::BatchBuilder builder;
    for (const store::Sequence sequence : sequences) {
      store::Record record;
      record.stream = "stream";
      record.sequence = sequence;
      records.emplace_back();
      store::encode_record(record, records.back());
      builder.expect(records.back().size());
    }
    builder.begin(partition, first_offset, {group, partition});
    for (const std::string& record : records) builder.add(record);
    std::string key, value;
    builder.finish(key, value);
    store::WriteBatch writes;
    writes.put(Column::log, key, value);
    ASSERT_TRUE(kv_.write(writes, true).ok());
  }
  const store::Kv& kv() const { return kv_; }
  store::MemoryDisk::Map contents() const { return disk_->contents(Column::log); }
  void damage(const std::string& key) { disk_->overwrite(Column::log, key, "rotten"); }

 private:
  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  store::MemoryKv kv_{disk_};
};

TEST(Floor, WritesEveryGroupFromTheFirstOrderOnInOneSyncedWrite) {
  FakeLog log;
  log.batch({Service::stock, 0}, 1, 1, {1, 1, 1});  // the seeding
  log.batch({Service::order, 1}, 1, 2, {1, 1});     // two orders are placed
  log.batch({Service::stock, 0}, 4, 2, {2});
  log.batch({Service::order, 0}, 1, 3, {1});  // another one
  log.batch({Service::order, 1}, 3, 3, {2});  // one of the first two is confirmed
  log.batch({Service::wallet, 0}, 1, 4, {7, 8, 9});

  const auto disk = std::make_shared<store::MemoryDisk>();
  store::MemoryKv copy(disk);
  const FloorResult result = copy_log(log.kv(), copy);

  EXPECT_EQ(result.orders, 3u);
  EXPECT_EQ(result.groups, 3u);
  EXPECT_EQ(result.records, 8u);
  EXPECT_EQ(disk->syncs(), 3u);
  EXPECT_EQ(disk->writes(), 3u);
  auto expected = log.contents();
  expected.erase(store::log_key({Service::stock, 0}, 1));
  EXPECT_EQ(disk->contents(Column::log), expected);
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : expected) bytes += key.size() + value.size();
  EXPECT_EQ(result.bytes, bytes);
}

TEST(Floor, ALogWithoutOrdersIsRefused) {
  FakeLog log;
  log.batch({Service::stock, 0}, 1, 1, {1});
  store::MemoryKv copy;
  EXPECT_THROW(copy_log(log.kv(), copy), BenchError);
}

TEST(Floor, ACorruptBatchIsRefused) {
  FakeLog log;
  log.batch({Service::order, 0}, 1, 1, {1});
  log.batch({Service::order, 0}, 2, 2, {1});
  log.damage(std::prev(log.contents().end())->first);
  store::MemoryKv copy;
  EXPECT_THROW(copy_log(log.kv(), copy), BenchError);
}

}  // namespace
}  // namespace souk::bench
