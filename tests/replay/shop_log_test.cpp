// The shops that the other tests run on are what a node would have written.
#include "tests/support/shop_log.hpp"

#include <gtest/gtest.h>

#include "actors/history/fold.hpp"
#include "store/directory_view.hpp"
#include "store/log_walk.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/replay/services.hpp"

namespace souk::replay {
namespace {

using test::TempDir;

// Decides every command again over the fold of what came before it, and expects what is recorded.
struct Again {
  template <class A>
  using Streams = std::map<std::string, history::Folded<A>, std::less<>>;

  template <class A>
  void decide(const store::RecordView& record) {
    auto& folded = std::get<Streams<A>>(streams)[std::string(record.stream)];
    typename A::Command command;
    ASSERT_TRUE(codec::decode_variant(record.command->tag, record.command->bytes, command));
    const Context context{record.time, CommandId(record.command_id), record.deadline};
    const auto decided =
        decide_command<A>(folded.state, command, static_cast<Intent>(record.intent), context);
    std::vector<typename A::Event> events;
    ASSERT_TRUE(history::read_events<A>(record, events));
    EXPECT_EQ(decided.refusal, record.refusal);
    EXPECT_TRUE(decided.events == events);
    EXPECT_EQ(record.sequence, folded.sequence + 1);
    EXPECT_EQ(record.previous, folded.last_offset);
    history::fold_events<A>(record, events, folded);
  }

  std::tuple<Streams<Order>, Streams<Stock>, Streams<Wallet>, Streams<Coupon>, Streams<Campaign>,
             Streams<Checkout>>
      streams;
};

TEST(ShopLog, IsWhatTodaysCodeDecides) {
  TempDir dir;
  test::make_shop_directory(dir / "shop", 7, 3'000, false);
  auto view = store::DirectoryView::open(dir / "shop");
  ASSERT_TRUE(view.ok()) << view.status().message();
  store::Timeline timeline(**view, store::partitions_of((*view)->identity()));
  Again again;
  store::RecordView record;
  store::Place place;
  int records = 0, refusals = 0, receipts = 0;
  while (true) {
    const auto more = timeline.next(record, place);
    ASSERT_TRUE(more.ok()) << more.status().message();
    if (!*more) break;
    ++records;
    refusals += record.refusal != 0;
    receipts += record.events.empty() && record.refusal == 0;
    for_service(
        place.partition.service,
        [&]<class A>(Type<A>) {
          again.decide<A>(record);
          return 0;
        },
        0);
    if (HasFailure()) FAIL() << "at " << store::display(place.partition) << '@' << record.offset;
  }
  EXPECT_GT(records, 2'000);
  EXPECT_GT(refusals, 100);
  EXPECT_GT(receipts, 10);
}

TEST(ShopLog, HasSnapshotsOfManyStreams) {
  TempDir dir;
  test::make_shop_directory(dir / "shop", 7, 3'000, true);
  auto view = store::DirectoryView::open(dir / "shop");
  ASSERT_TRUE(view.ok()) << view.status().message();
  int snapshots = 0;
  for (const PartitionId partition : store::partitions_of((*view)->identity()))
    EXPECT_TRUE((*view)
                    ->for_each_snapshot(partition,
                                        [&](std::string_view stream, const auto& snapshot) {
                                          ++snapshots;
                                          ASSERT_TRUE(snapshot);
                                          const auto head = (*view)->head(partition, stream);
                                          ASSERT_TRUE(head.ok());
                                          EXPECT_LE(snapshot->offset, head->offset);
                                        })
                    .ok());
  EXPECT_GT(snapshots, 10);
}

}  // namespace
}  // namespace souk::replay
