// However the log comes, and wherever the process dies between two steps, the tables are the same
// to the byte.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/models/support.hpp"

namespace souk::test {
namespace {

constexpr int kThings = 150;

std::string dump_at_once(const History& history, const std::string& path) {
  follow(*create_models(path), *history.log);
  return dump(path);
}

// Follows a log with everything that may go wrong on the way.
class Trouble {
 public:
  Trouble(const History& history, std::string path, BulkLoad bulk, std::uint64_t seed)
      : log_(*history.log),
        path_(std::move(path)),
        bulk_(bulk),
        random_(seed),
        models_(create_models(path_, bulk)),
        partitions_(partitions_of(log_)) {}

  void follow() {
    while (!partitions_.empty()) {
      const std::size_t at = pick(partitions_.size());
      if (models_->next(partitions_[at]) == log_.next_offset(partitions_[at]) && pick(3) == 0) {
        std::swap(partitions_[at], partitions_.back());
        partitions_.pop_back();
        continue;
      }
      something(partitions_[at]);
    }
    if (bulk_ == BulkLoad::yes) done(models_->finish_bulk_load());
    test::follow(*models_, log_);  // what a restart has taken back
    done(models_->commit());
  }

 private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  static void done(const store::Status& status) { RC_ASSERT(status.ok()); }

  void something(PartitionId partition) {
    const store::Offset next = models_->next(partition);
    switch (pick(12)) {
      case 0: return out_of_order(partition, next);
      case 1: done(models_->commit()); return expect_committed();
      case 2: return restart();
      case 3: return take(partition, 1 + pick(next));  // partly, or all of it, once more
      default: return take(partition, next);
    }
  }

  void take(PartitionId partition, store::Offset from) {
    const auto slice = log_.read(partition, from, 1 + pick(20'000));
    RC_ASSERT(slice.ok());
    const store::Offset before = models_->next(partition);
    done(models_->apply(*slice));
    RC_ASSERT(models_->next(partition) == std::max(before, slice->next));
  }

  void out_of_order(PartitionId partition, store::Offset next) {
    if (next + 1 >= log_.next_offset(partition)) return;
    const auto slice = log_.read(partition, next + 1, 1);
    RC_ASSERT(slice.ok());
    const std::uint64_t records = models_->records_to_commit();
    RC_ASSERT(models_->apply(*slice).code() == store::Code::invalid);
    RC_ASSERT(models_->next(partition) == next);
    RC_ASSERT(models_->records_to_commit() == records);
  }

  void expect_committed() {
    RC_ASSERT(models_->records_to_commit() == 0u);
    for (const auto& [partition, offset] : models_->positions())
      RC_ASSERT(models_->next(partition) == offset + 1);
  }

  // What was not committed is forgotten. A bulk load is only ever begun anew.
  void restart() {
    if (bulk_ == BulkLoad::yes) return;
    const Positions positions = models_->positions();
    models_.reset();
    models_ = open_models(path_);
    RC_ASSERT(models_->positions() == positions);
    expect_committed();
  }

  const store::Log& log_;
  const std::string path_;
  const BulkLoad bulk_;
  std::mt19937_64 random_;
  std::unique_ptr<Models> models_;
  std::vector<PartitionId> partitions_;  // that are not at their end
};

TEST(Models, AnySlicesCommitsRestartsAndRepeatsGiveTheSameBytes) {
  EXPECT_TRUE(rc::check([] {
    const Directory directory;
    const History history(*rc::gen::arbitrary<std::uint64_t>(), kThings);
    const std::string reference = dump_at_once(history, directory.file("reference"));
    for (const BulkLoad bulk : {BulkLoad::no, BulkLoad::yes}) {
      const std::string path = directory.file(bulk == BulkLoad::yes ? "bulk" : "live");
      Trouble(history, path, bulk, *rc::gen::arbitrary<std::uint64_t>()).follow();
      RC_ASSERT(difference(dump(path), reference) == "");
    }
  }));
}

TEST(Models, SayWhatTheProjectionsInMemorySay) {
  EXPECT_TRUE(rc::check([] {
    const Directory directory;
    const History history(*rc::gen::arbitrary<std::uint64_t>(), kThings);
    MemoryModels memory;
    for (const HistoryRecord& record : history.records) memory.apply(record);
    memory.commit();
    follow(*create_models(directory.file("models")), *history.log);
    RC_ASSERT(difference(dump_rows(directory.file("models")),
                         dump_rows(memory, directory.file("memory"))) == "");
  }));
}

TEST(Models, PositionsAreWhereTheLogEnds) {
  const Directory directory;
  const History history(1, kThings);
  const auto models = create_models(directory.file("models"));
  follow(*models, *history.log);
  for (const PartitionId partition : partitions_of(*history.log)) {
    const store::Offset end = history.log->next_offset(partition);
    EXPECT_EQ(models->next(partition), end);
    EXPECT_EQ(models->positions().contains(partition), end > 1);
  }
}

TEST(Models, OfAnotherClusterOrVersionAreNotOpened) {
  const Directory directory;
  const std::string path = directory.file("models");
  create_models(path);
  EXPECT_EQ(Models::open(path, "another").status().code(), store::Code::wrong_cluster);
  run_sql(path, "UPDATE about SET value = '0-older' WHERE name = 'version'");
  EXPECT_EQ(Models::open(path, kCluster).status().code(), store::Code::newer_format);
  EXPECT_EQ(Models::open(directory.file("none"), kCluster).status().code(), store::Code::not_found);
}

TEST(Models, DoNotReplaceAFileThatIsThere) {
  const Directory directory;
  const std::string path = directory.file("models");
  const auto models = create_models(path);
  EXPECT_EQ(Models::create(path, kCluster, kNow, BulkLoad::yes).status().code(),
            store::Code::invalid);
}

}  // namespace
}  // namespace souk::test
