// Whose directory is it, and can this souk read it.
#include "store/batch.hpp"
#include "store/keys.hpp"
#include "store/seal.hpp"
#include "store/values.hpp"
#include "support.hpp"

namespace souk::store {
namespace {

class LogIdentity : public ::testing::Test {
 protected:
  void SetUp() override { expect_ok(open(test_identity())); }
  Status open(const Identity& identity) {
    auto log = Log::open(std::make_unique<MemoryKv>(disk_), identity);
    return log.ok() ? Status() : log.status();
  }
  void expect_refused(const Identity& identity, Code code, const std::string& words) {
    Status status = open(identity);
    EXPECT_EQ(status.code(), code) << status.message();
    EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
  }

  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  const std::string key_ = meta_key(MetaKind::identity);
};

TEST_F(LogIdentity, TheSameClusterOpensIt) {
  const std::uint64_t writes = disk_->writes();
  expect_ok(open(test_identity()));
  EXPECT_EQ(disk_->writes(), writes);
}

TEST_F(LogIdentity, AnotherClusterIsRefused) {
  Identity other = test_identity();
  other.cluster_id = "other";
  expect_refused(other, Code::wrong_cluster, "belongs to cluster \"test\", not to \"other\"");
}

TEST_F(LogIdentity, AnotherNumberOfPartitionsIsRefused) {
  Identity other = test_identity();
  other.partitions[Service::stock] = 3;
  expect_refused(other, Code::wrong_cluster,
                 "has 2 partitions of service stock, and the configuration says 3");
}

TEST_F(LogIdentity, AServiceThatIsMissingIsRefused) {
  Identity other = test_identity();
  other.partitions.erase(Service::stock);
  expect_refused(other, Code::wrong_cluster, "service stock, and the configuration has none");
}

TEST_F(LogIdentity, AServiceThatIsNewIsAdded) {
  Identity more = test_identity();
  more.partitions[Service::wallet] = 4;
  expect_ok(open(more));
  expect_refused(test_identity(), Code::wrong_cluster, "service wallet");
}

TEST_F(LogIdentity, ANewerFormatIsRefused) {
  std::string value = disk_->contents(Column::meta).at(key_);
  value[kSealBytes] = kFormatVersion + 1;
  value += "what a newer souk adds";
  seal(key_, value);
  disk_->overwrite(Column::meta, key_, value);
  expect_refused(test_identity(), Code::newer_format, "has format 3");
}

TEST_F(LogIdentity, AnOlderFormatIsRefused) {
  std::string value = disk_->contents(Column::meta).at(key_);
  value[kSealBytes] = 1;
  seal(key_, value);
  disk_->overwrite(Column::meta, key_, value);
  expect_refused(test_identity(), Code::older_format, "has format 1");
}

TEST_F(LogIdentity, ADamagedIdentityIsCorruption) {
  std::string value = disk_->contents(Column::meta).at(key_);
  value.back() ^= 1;
  disk_->overwrite(Column::meta, key_, value);
  expect_refused(test_identity(), Code::corruption, "identity");
}

TEST_F(LogIdentity, ALogWithoutAnIdentityIsCorruption) {
  {
    auto log = open_log(std::make_unique<MemoryKv>(disk_));
    expect_ok(TestWriter(*log).append({{kStock0, "tea", "a"}})[0]);
  }
  disk_->overwrite(Column::meta, key_, std::nullopt);
  expect_refused(test_identity(), Code::corruption, "no identity");
}

TEST_F(LogIdentity, ADamagedCursorIsCorruption) {
  disk_->overwrite(Column::meta, heads_through_key(kStock1), "nonsense");
  expect_refused(test_identity(), Code::corruption, "stock/1");
}

TEST_F(LogIdentity, ABatchOfANewerFormatIsRefused) {
  {
    auto log = open_log(std::make_unique<MemoryKv>(disk_));
    expect_ok(TestWriter(*log).append({{kStock0, "tea", "a"}})[0]);
  }
  std::string key = log_key(kStock0, 1);
  std::string value = disk_->contents(Column::log).at(key);
  value[12] = kBatchVersion + 1;
  seal(key, value);
  disk_->overwrite(Column::log, key, value);
  expect_refused(test_identity(), Code::newer_format, "stock/0");
}

}  // namespace
}  // namespace souk::store
