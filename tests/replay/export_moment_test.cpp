// Exports of a log whose partitions are shown at different moments, as a node's are: of a group
// there is everything or nothing.
#include <algorithm>

#include "tests/replay/exchange_support.hpp"
#include "tools/replay/ordered_pool.hpp"

namespace souk::replay {
namespace {

// Shows of each partition what was written up to some group, until it is refreshed.
class MovingView final : public store::LogView {
 public:
  explicit MovingView(std::unique_ptr<store::DirectoryView> log) : log_(std::move(log)) {}

  // The newest group that is shown of it; 0: none.
  std::uint64_t show(PartitionId partition, std::uint64_t up_to_group) {
    shown_[partition] = 0;
    std::uint64_t newest = 0;
    store::BatchView batch;
    const auto walk = log_->walk(partition, 1);
    for (auto more = walk->next(batch); more.ok() && *more && batch.group() <= up_to_group;
         more = walk->next(batch)) {
      shown_[partition] = batch.end_offset() - 1;
      newest = batch.group();
    }
    return newest;
  }

  const store::Identity& identity() const override { return log_->identity(); }
  store::Result<store::Offset> last(PartitionId partition) const override {
    const auto at = shown_.find(partition);
    return at == shown_.end() ? log_->last(partition) : at->second;
  }
  store::Result<store::Slice> read(PartitionId partition, store::Offset from,
                                   std::size_t) const override {
    return log_->read(partition, from, 1);  // one batch, so that it never reaches too far
  }
  store::Result<store::Offset> next_batch(PartitionId, store::Offset) const override {
    return store::kNoOffset;
  }
  store::Result<store::Head> head(PartitionId, std::string_view) const override {
    return store::Head();
  }
  store::Result<std::optional<store::Snapshot>> snapshot(PartitionId,
                                                         std::string_view) const override {
    return std::optional<store::Snapshot>();
  }
  store::Status refresh() override {
    shown_.clear();
    return {};
  }

 private:
  std::unique_ptr<store::DirectoryView> log_;
  std::map<PartitionId, store::Offset> shown_;
};

std::uint64_t group_in(const std::string& line) {
  const std::size_t at = line.find("\"group\":");
  return at == std::string::npos ? 0 : std::stoull(line.substr(at + 8));
}

TEST(ExportMoment, HasWholeGroupsUpToTheNewestThatWasSeen) {
  const MemoryLog log = memory_shop(61, 800);
  auto lines = lines_of(export_text(*log.view()));
  const std::uint64_t groups = group_in(lines[lines.size() - 2]);
  MovingView view(log.view());
  std::uint64_t newest = 0, group = groups / 3;
  for (const PartitionId partition : store::partitions_of(view.identity())) {
    newest = std::max(newest, view.show(partition, group));
    group += groups / 40;
  }
  ASSERT_LT(newest, groups);
  const std::string text = export_text(view);

  std::erase_if(lines, [&](const auto& line) { return group_in(line) > newest; });
  const auto exported = lines_of(text);
  // All but the end, which counts less.
  ASSERT_EQ(exported.size(), lines.size());
  EXPECT_TRUE(std::equal(exported.begin(), exported.end() - 1, lines.begin()));

  test::TempDir dir;
  EXPECT_EQ(import_text(text, dir / "data").last_group, group_in(lines[lines.size() - 2]));
}

// --- the pool --------------------------------------------------------------------------------

TEST(OrderedPool, GivesPiecesBackInTheirOrder) {
  for (const unsigned threads : {0u, 1u, 4u}) {
    OrderedPool<int> pool(threads, [](int& piece) { piece *= 2; });
    std::vector<int> given;
    for (int i = 0; i < 1'000; ++i) {
      if (pool.full()) given.push_back(*pool.take());
      pool.put(std::make_unique<int>(i));
    }
    while (!pool.empty()) given.push_back(*pool.take());
    ASSERT_EQ(given.size(), 1'000u);
    for (int i = 0; i < 1'000; ++i) ASSERT_EQ(given[static_cast<std::size_t>(i)], 2 * i);
  }
}

TEST(OrderedPool, ThrowsAgainWhereThePieceWasPutIn) {
  for (const unsigned threads : {1u, 3u}) {
    OrderedPool<int> pool(threads, [](int& piece) {
      if (piece == 1) throw Failure(kExitSomeFailed, "one");
    });
    for (int i = 0; i < 3; ++i) pool.put(std::make_unique<int>(i));
    EXPECT_EQ(*pool.take(), 0);
    EXPECT_EQ(failure_of([&] { (void)pool.take(); }), "one");
    EXPECT_EQ(*pool.take(), 2);
  }
}

}  // namespace
}  // namespace souk::replay
