// A shop's data directory, with read models, for proofs of it; and faults planted in it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "actors/history/models.hpp"
#include "store/keys.hpp"
#include "store/seal.hpp"
#include "store/sql/database.hpp"
#include "store/values.hpp"
#include "tests/support/shop_log.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/replay/verify/verify.hpp"

namespace souk::replay {

class Verifying : public testing::Test {
 protected:
  std::string path() const { return dir_ / "shop"; }
  std::string models_path() const { return path() + "/read-models.sqlite"; }

  void make_shop(std::uint64_t seed, int things = 1'500, bool finish = true) {
    test::make_shop_directory(path(), seed, things, finish);
  }

  // The first seed from this one on whose shop sells something: not every one does.
  static std::uint64_t seed_with_sales(std::uint64_t seed) {
    for (;; ++seed) {
      test::Shop shop(seed);
      shop.live(1'500, /*finish=*/true);
      for (const auto& [id, order] : shop.all<Order>())
        if (order.state.status == order::Status::confirmed && order.state.totals.total_minor > 0)
          return seed;
    }
  }

  // Read models of everything in the log.
  void make_models() {
    auto kv = store::open_rocks_kv({.path = path()});
    ASSERT_TRUE(kv.ok());
    auto log = store::Log::open(std::move(*kv), test::shop_identity());
    ASSERT_TRUE(log.ok());
    auto models = history::Models::create(models_path(), test::shop_identity().cluster_id, Time{1},
                                          history::BulkLoad::no);
    ASSERT_TRUE(models.ok()) << models.status().message();
    for (const PartitionId partition : store::partitions_of((*log)->identity()))
      while (true) {
        const auto slice = (*log)->read(partition, (*models)->next(partition), 1u << 20);
        ASSERT_TRUE(slice.ok());
        if (slice->empty()) break;
        ASSERT_TRUE((*models)->apply(*slice).ok());
      }
    ASSERT_TRUE((*models)->commit().ok());
  }

  // Changes the directory behind everybody's back.
  void edit(const std::function<void(store::Kv&)>& change) {
    auto kv = store::open_rocks_kv({.path = path()});
    ASSERT_TRUE(kv.ok()) << kv.status().message();
    change(**kv);
  }
  void edit_models(const std::string& sql) {
    auto database = store::sql::Database::open(models_path(), store::sql::Mode::read_write);
    ASSERT_TRUE(database.ok());
    const store::Status status = database->execute(sql);
    ASSERT_TRUE(status.ok()) << status.message();
  }

  std::unique_ptr<VerifyReport> verify(VerifyOptions options = {}) {
    auto report = verify_directory(path(), options);
    EXPECT_TRUE(report.ok()) << report.status().message();
    return report.ok() ? std::move(*report) : std::make_unique<VerifyReport>();
  }
  std::vector<Finding> findings(VerifyOptions options = {}) {
    return verify(options)->findings.kept();
  }

  // All batches of a partition, in order.
  static std::vector<std::pair<std::string, std::string>> batches(const store::Kv& kv,
                                                                  PartitionId partition) {
    std::vector<std::pair<std::string, std::string>> all;
    auto cursor = kv.cursor(store::Column::log);
    for (cursor->seek(store::partition_key(partition));
         cursor->valid() && store::is_of(partition, cursor->key()); cursor->next())
      all.emplace_back(cursor->key(), cursor->value());
    return all;
  }

  test::TempDir dir_;
};

inline std::string texts(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& one : findings)
    text += std::string(name_of(one.check)) + " " +
            (one.partition ? store::display(*one.partition) : "") + "@" + std::to_string(one.from) +
            "-" + std::to_string(one.to) + " " + one.subject + ": " + one.what + "\n";
  return text;
}

}  // namespace souk::replay
