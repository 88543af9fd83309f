// A node's log over HTTP shows what its files show, and stays at the moment of its last refresh.
#include <atomic>
#include <thread>

#include "store/keys.hpp"
#include "tests/replay_node/served_node.hpp"

namespace souk::testing {
namespace {

using store::Code;
using store::Offset;

node::NodeOptions with_snapshots() {
  node::NodeOptions options;
  options.core.snapshot_records_min = 5;
  return options;
}

TEST(NodeViews, ShowWhatTheFilesShow) {
  ServedNode served(with_snapshots());
  served.charge_many(200);
  served.stop();  // so that heads and snapshots are saved, and nothing is in memory only
  served.start();
  served.charge_many(60);
  const auto http = served.over_http();
  const auto files = served.in_files();
  EXPECT_EQ(http->identity(), files->identity());
  std::size_t records = 0;
  for (const PartitionId partition : store::partitions_of(files->identity())) {
    EXPECT_EQ(*http->last(partition), *files->last(partition));
    const auto expected = lines_of(*files, partition, 1, 1 << 20);
    records += expected.size();
    for (const std::size_t bytes_max : {std::size_t{1}, std::size_t{1'000}, std::size_t{1} << 20})
      EXPECT_EQ(lines_of(*http, partition, 1, bytes_max), expected) << store::display(partition);
    for (Offset at = 0; at <= *files->last(partition) + 2; ++at) {
      EXPECT_EQ(*http->next_batch(partition, at), *files->next_batch(partition, at)) << at;
      EXPECT_EQ(lines_of(*http, partition, at, 500), lines_of(*files, partition, at, 500)) << at;
    }
  }
  EXPECT_EQ(records, 260u);
}

TEST(NodeViews, HaveTheHeadsAndSnapshotsOfTheFiles) {
  ServedNode served(with_snapshots());
  served.charge_many(200);
  served.stop();
  served.start();
  served.charge_many(60);
  const auto http = served.over_http();
  const auto files = served.in_files();
  int snapshots = 0;
  for (int i = 0; i < 8; ++i) {  // the last one has no records
    const std::string wallet = "w" + std::to_string(i);
    const PartitionId partition = store::partition_of(files->identity(), Service::wallet, wallet);
    EXPECT_EQ(*http->head(partition, wallet), *files->head(partition, wallet));
    EXPECT_EQ(http->head(partition, wallet)->sequence == 0, i == 7);
    const auto snapshot = *http->snapshot(partition, wallet);
    const auto saved = *files->snapshot(partition, wallet);
    if (!saved) continue;  // the node may have one that waits to be saved
    ASSERT_TRUE(snapshot) << wallet;
    EXPECT_GE(snapshot->sequence, saved->sequence);
    EXPECT_EQ(snapshot->version, saved->version);
    EXPECT_TRUE(snapshot->sequence > saved->sequence || snapshot->bytes == saved->bytes);
    ++snapshots;
  }
  EXPECT_GT(snapshots, 0);
  const PartitionId none{Service::wallet, 9};
  EXPECT_EQ(http->last(none).status().code(), Code::invalid);
  EXPECT_EQ(http->read(none, 1, 1).status().code(), Code::invalid);
  EXPECT_EQ(http->next_batch(none, 1).status().code(), Code::invalid);
  EXPECT_EQ(http->head(none, "w1").status().code(), Code::invalid);
  EXPECT_EQ(http->snapshot(none, "w1").status().code(), Code::invalid);
}

TEST(NodeViews, StayAtTheMomentOfTheirRefresh) {
  ServedNode served;
  served.charge("w", "c1");
  served.charge("w", "c2");
  const auto view = served.over_http();
  const PartitionId partition = store::partition_of(view->identity(), Service::wallet, "w");
  const auto head = *view->head(partition, "w");
  EXPECT_EQ(head, (store::Head{2, 2, false}));
  for (int i = 3; i <= 6; ++i) served.charge("w", "c" + std::to_string(i));
  EXPECT_EQ(*view->last(partition), 2u);
  EXPECT_EQ(lines_of(*view, partition, 1, 1 << 20).size(), 2u);
  EXPECT_TRUE(view->read(partition, 3, 1)->empty());
  EXPECT_EQ(view->read(partition, 1, 1 << 20)->end, 3u);
  EXPECT_EQ(*view->next_batch(partition, 2), store::kNoOffset);
  EXPECT_EQ(*view->head(partition, "w"), head);
  ASSERT_TRUE(view->refresh().ok());
  EXPECT_EQ(*view->last(partition), 6u);
  EXPECT_EQ(lines_of(*view, partition, 1, 1 << 20).size(), 6u);
  EXPECT_EQ(*view->head(partition, "w"), (store::Head{6, 6, false}));
}

TEST(NodeViews, DoNotKnowAStreamThatBeganAfterTheirRefresh) {
  ServedNode served;
  const auto view = served.over_http();
  const PartitionId partition = store::partition_of(view->identity(), Service::wallet, "w");
  served.charge("w", "c1");
  EXPECT_EQ(*view->head(partition, "w"), store::Head{});
}

TEST(NodeViews, AreReadByManyThreadsAtOnce) {
  ServedNode served;
  served.charge_many(100);
  const auto view = served.over_http();
  const auto files = served.in_files();
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, partition = PartitionId{Service::wallet, std::uint16_t(t % 2)}] {
      for (int i = 0; i < 20; ++i)
        same += lines_of(*view, partition, 1, 700) == lines_of(*files, partition, 1, 700) ? 1 : 0;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(same, 160);
}

TEST(NodeViews, SayThatThereIsNoNode) {
  std::string url;
  {
    ServedNode served;
    url = served.url();
  }
  const auto view = replay::NodeView::connect(url);
  ASSERT_FALSE(view.ok());
  EXPECT_EQ(view.status().code(), Code::io_error);
  EXPECT_EQ(view.status().message(),
            "Cannot reach " + url +
                ": the connection was refused or lost. Is souk-node running there? (--url, "
                "SOUK_URL; --data reads its files)");
}

TEST(NodeViews, GoOnAfterTheNodeWasStartedAgain) {
  ServedNode served;
  served.charge("w", "c1");
  const auto view = served.over_http();
  const PartitionId partition = store::partition_of(view->identity(), Service::wallet, "w");
  const auto before = lines_of(*view, partition, 1, 1'000);
  EXPECT_EQ(before.size(), 1u);
  served.stop();
  EXPECT_EQ(view->read(partition, 1, 1'000).status().code(), Code::io_error);
  EXPECT_EQ(view->refresh().code(), Code::io_error);
  served.start();
  EXPECT_EQ(lines_of(*view, partition, 1, 1'000), before);
  EXPECT_TRUE(view->refresh().ok());
}

}  // namespace
}  // namespace souk::testing
