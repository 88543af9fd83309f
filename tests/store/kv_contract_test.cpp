// What the log expects of a database, of both of them.
#include "support.hpp"

namespace souk::store {
namespace {

class KvContract : public ::testing::TestWithParam<std::string> {
 protected:
  void put(Column column, const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.put(column, key, value);
    expect_ok(kv_->write(batch, true));
  }
  std::optional<std::string> get(Column column, const std::string& key) {
    auto value = kv_->get(column, key);
    EXPECT_TRUE(value.ok()) << value.status().message();
    return *value;
  }

  std::unique_ptr<Backend> backend_ = make_backend(GetParam());
  std::unique_ptr<Kv> kv_ = backend_->open();
};

INSTANTIATE_TEST_SUITE_P(Over, KvContract, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

TEST_P(KvContract, ColumnsAreApart) {
  for (int i = 0; i < kColumnCount; ++i)
    put(static_cast<Column>(i), "key", "value " + std::to_string(i));
  kv_.reset();
  kv_ = backend_->open();
  for (int i = 0; i < kColumnCount; ++i)
    EXPECT_EQ(get(static_cast<Column>(i), "key"), "value " + std::to_string(i));
}

TEST_P(KvContract, ABatchPutsAndErasesInOrder) {
  put(Column::heads, "a", "1");
  WriteBatch batch;
  batch.erase(Column::heads, "a");
  batch.put(Column::heads, "b", "2");
  batch.put(Column::heads, "b", "3");
  batch.put(Column::open, "b", "");
  batch.erase(Column::open, "none");
  expect_ok(kv_->write(batch, true));
  EXPECT_EQ(get(Column::heads, "a"), std::nullopt);
  EXPECT_EQ(get(Column::heads, "b"), "3");
  EXPECT_EQ(get(Column::open, "b"), "");
}

TEST_P(KvContract, MayExistNeverDeniesWhatIsThere) {
  for (int i = 0; i < 500; ++i) put(Column::heads, "k" + std::to_string(i), "v");
  for (int round = 0; round < 2; ++round) {  // from the memtable, then from tables
    int denied = 0;
    for (int i = 0; i < 500; ++i) {
      EXPECT_TRUE(kv_->may_exist(Column::heads, "k" + std::to_string(i)));
      if (!kv_->may_exist(Column::heads, "other" + std::to_string(i))) ++denied;
    }
    EXPECT_GT(denied, 450);
    kv_.reset();
    kv_ = backend_->open();
  }
}

TEST_P(KvContract, ACursorWalksBothWays) {
  for (const char* key : {"b", "d", "f"}) put(Column::log, key, std::string("value of ") + key);
  auto cursor = kv_->cursor(Column::log);
  cursor->seek("c");
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->key(), "d");
  EXPECT_EQ(cursor->value(), "value of d");
  cursor->next();
  EXPECT_EQ(cursor->key(), "f");
  cursor->next();
  EXPECT_FALSE(cursor->valid());
  expect_ok(cursor->status());
  cursor->seek_for_prev("e");
  EXPECT_EQ(cursor->key(), "d");
  cursor->prev();
  EXPECT_EQ(cursor->key(), "b");
  cursor->prev();
  EXPECT_FALSE(cursor->valid());
  cursor->seek_for_prev("a");
  EXPECT_FALSE(cursor->valid());
  cursor->seek_for_prev("d");
  EXPECT_EQ(cursor->key(), "d");
  cursor->seek("g");
  EXPECT_FALSE(cursor->valid());
  cursor->seek("");
  EXPECT_EQ(cursor->key(), "b");
}

TEST_P(KvContract, ACursorSeesTheStateAtItsCreation) {
  put(Column::log, "a", "1");
  auto cursor = kv_->cursor(Column::log);
  put(Column::log, "a", "2");
  put(Column::log, "b", "3");
  cursor->seek("");
  EXPECT_EQ(cursor->value(), "1");
  cursor->next();
  EXPECT_FALSE(cursor->valid());
  cursor = kv_->cursor(Column::log);
  cursor->seek("b");
  EXPECT_TRUE(cursor->valid());
}

TEST_P(KvContract, KeysAreBytes) {
  const std::string low("\0\x01", 2), high("\xff\x80", 2);
  put(Column::heads, high, "h");
  put(Column::heads, low, std::string("\0v", 2));
  auto cursor = kv_->cursor(Column::heads);
  cursor->seek("");
  EXPECT_EQ(cursor->key(), low);
  EXPECT_EQ(cursor->value(), std::string_view("\0v", 2));
  cursor->next();
  EXPECT_EQ(cursor->key(), high);
}

TEST(MemoryDisk, ACrashForgetsWhatWasNotSynced) {
  auto disk = std::make_shared<MemoryDisk>();
  {
    MemoryKv kv(disk);
    WriteBatch first, second, third;
    first.put(Column::heads, "a", "1");
    first.put(Column::heads, "b", "1");
    second.put(Column::heads, "a", "2");
    second.erase(Column::heads, "b");
    third.put(Column::heads, "c", "3");
    expect_ok(kv.write(first, true));
    expect_ok(kv.write(second, false));
    expect_ok(kv.write(third, false));
    disk->crash();
    EXPECT_EQ(kv.write(first, true).code(), Code::stopped);
  }
  EXPECT_EQ(disk->contents(Column::heads), (MemoryDisk::Map{{"a", "1"}, {"b", "1"}}));
}

TEST(MemoryDisk, ASyncKeepsEverythingBeforeIt) {
  auto disk = std::make_shared<MemoryDisk>();
  MemoryKv kv(disk);
  WriteBatch first, second;
  first.put(Column::heads, "a", "1");
  second.put(Column::heads, "b", "2");
  expect_ok(kv.write(first, false));
  expect_ok(kv.write(second, true));
  disk->crash();
  EXPECT_EQ(disk->contents(Column::heads).size(), 2u);
}

}  // namespace
}  // namespace souk::store
