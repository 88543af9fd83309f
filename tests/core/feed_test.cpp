// What a consumer of the feed gets, and when.
#include <atomic>
#include <random>
#include <thread>

#include "feed_fixture.hpp"
#include "store/keys.hpp"

namespace souk::core {
namespace {

using Texts = std::vector<std::string>;
using Wanted = Consumer::Wanted;

TEST_F(FeedFixture, GivesWhatIsThereFromTheOffsetOn) {
  append(kStock0, "a");
  append(kStock0, "b");
  append(kWallet0, "c");
  const Page page = consumer_->pull({{kStock0, 2}, {kStock1, 1}, {kWallet0, 1}});
  ASSERT_EQ(page.slices.size(), 2u);  // none of them empty
  EXPECT_EQ(page.slices[0].partition, kStock0);
  EXPECT_EQ(texts_of(page.slices[0]), Texts{"b"});
  EXPECT_EQ(texts_of(page.slices[1]), Texts{"c"});
  EXPECT_FALSE(page.more);
  EXPECT_TRUE(page.status.ok());
}

TEST_F(FeedFixture, WaitsUntilSomethingIsDurable) {
  append(kStock0, "a");
  consumer_->send({{kStock0, 2}, {kWallet0, 1}}, seconds(60));
  EXPECT_FALSE(consumer_->receive(std::chrono::milliseconds(50)));
  append(kStock1, "not wanted");
  EXPECT_FALSE(consumer_->receive(std::chrono::milliseconds(50)));
  append(kWallet0, "b");
  const auto page = consumer_->receive();
  ASSERT_TRUE(page);
  ASSERT_EQ(page->slices.size(), 1u);
  EXPECT_EQ(texts_of(page->slices[0]), Texts{"b"});
}

TEST_F(FeedFixture, AWaitRunsOutWithAnEmptyPage) {
  for (const Duration wait : {milliseconds(30), Duration{0}}) {
    const Page page = consumer_->pull({{kStock0, 1}}, wait);
    EXPECT_TRUE(page.slices.empty());
    EXPECT_FALSE(page.more);
    EXPECT_TRUE(page.status.ok());
  }
  EXPECT_FALSE(runtime_->feed_waits);  // and the writer need not care any more
}

TEST_F(FeedFixture, ANewPullTakesThePlaceOfTheOldOne) {
  consumer_->send({{kStock0, 1}}, seconds(60));
  until_somebody_waits();
  consumer_->send({{kStock1, 1}}, milliseconds(40));
  append(kStock0, "a");
  const auto page = consumer_->receive();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->token, consumer_->token());
  EXPECT_TRUE(page->slices.empty());
  EXPECT_FALSE(consumer_->receive(std::chrono::milliseconds(50)));
}

TEST_F(FeedFixture, SeveralConsumersDoNotDisturbEachOther) {
  Consumer other(*system_, *runtime_);
  consumer_->send({{kStock0, 1}}, seconds(60));
  other.send({{kStock0, 1}, {kStock1, 1}}, seconds(60));
  append(kStock1, "a");
  EXPECT_EQ(texts_of(other.receive()->slices.at(0)), Texts{"a"});
  append(kStock0, "b");
  EXPECT_EQ(texts_of(consumer_->receive()->slices.at(0)), Texts{"b"});
  EXPECT_FALSE(other.receive(std::chrono::milliseconds(30)));
}

TEST_F(FeedFixture, PagesAreBoundedButForOneBatchAlone) {
  const std::string large(1'000, 'x');
  for (int i = 0; i < 4; ++i) {
    append(kStock0, large);
    append(kStock1, large);
  }
  for (const bool from_disk : {false, true}) {
    if (from_disk) restart();
    EXPECT_EQ(consumer_->pull({{kStock0, 1}, {kStock1, 1}}, {}, 10).slices.size(), 1u);
    for (const std::size_t bytes_max : {10u, 1'500u, 2'500u, 5'000u}) {
      const Page page = consumer_->pull({{kStock0, 1}, {kStock1, 1}}, {}, bytes_max);
      std::size_t bytes = 0, batches = 0;
      for (const store::Slice& slice : page.slices) {
        bytes += slice.bytes;
        batches += slice.batches.size();
      }
      EXPECT_TRUE(batches == 1 || bytes <= bytes_max) << bytes;
      EXPECT_EQ(batches, std::max<std::size_t>(1, bytes_max / 1'150));
      EXPECT_TRUE(page.more);
    }
  }
}

TEST_F(FeedFixture, ABusyPartitionDoesNotKeepTheOthersWaiting) {
  for (int i = 0; i < 50; ++i) append(kStock0, std::string(1'000, 'x'));
  append(kStock1, "quiet");
  for (const bool from_disk : {false, true}) {
    if (from_disk) {
      restart();
      append(kStock0, std::string(1'000, 'x'));  // the busy one has something in memory, too
    }
    Wanted wanted = {{kStock0, from_disk ? 51 : 1}, {kStock1, 1}};
    Texts quiet;
    for (int pulls = 0; pulls < 3 && quiet.empty(); ++pulls)
      for (const store::Slice& slice : consumer_->pull(wanted, {}, 2'000).slices) {
        if (slice.partition == kStock1) quiet = texts_of(slice);
        if (!from_disk && slice.partition == kStock0) wanted[0].second = slice.next;
      }
    EXPECT_EQ(quiet, Texts{"quiet"});
  }
}

TEST_F(FeedFixture, ResumesAfterARestartFromAnyOffset) {
  for (int i = 1; i <= 20; ++i) append(kStock0, std::to_string(i));
  restart();
  append(kStock0, "21");
  for (store::Offset from = 1; from <= 21; ++from) {
    Texts texts;
    Wanted wanted = {{kStock0, from}};
    for (bool more = true; more;) {
      const Page page = consumer_->pull(wanted, {}, 500);
      ASSERT_TRUE(page.status.ok()) << page.status.message();
      for (const store::Slice& slice : page.slices) {
        const Texts some = texts_of(slice);
        texts.insert(texts.end(), some.begin(), some.end());
        wanted[0].second = slice.next;
      }
      more = page.more;
    }
    Texts expected;
    for (store::Offset i = from; i <= 21; ++i) expected.push_back(std::to_string(i));
    EXPECT_EQ(texts, expected);
  }
}

TEST_F(FeedFixture, ADamagedBatchIsNamedAndTheOthersGoOn) {
  for (int i = 0; i < 3; ++i) append(kStock0, "a");
  append(kStock1, "b");
  ASSERT_TRUE(log_->flush().ok());
  restart();
  const std::string key = store::log_key(kStock0, 2);
  std::string value = disk_->contents(store::Column::log).at(key);
  value.back() ^= 1;
  disk_->overwrite(store::Column::log, key, value);

  Page page = consumer_->pull({{kStock0, 1}, {kStock1, 2}});
  EXPECT_TRUE(page.status.ok());  // what is before it is good
  EXPECT_EQ(page.slices.at(0).next, 2u);
  for (int again = 0; again < 2; ++again) {
    page = consumer_->pull({{kStock0, 2}, {kStock1, 1}}, seconds(60));
    if (page.status.ok()) page = consumer_->pull({{kStock0, 2}, {kStock1, 2}}, seconds(60));
    EXPECT_EQ(page.status.code(), store::Code::corruption);
    EXPECT_EQ(page.failed, kStock0);
    EXPECT_NE(page.status.message().find("stock/0 is damaged at offset 2"), std::string::npos)
        << page.status.message();
  }
  append(kWallet0, "c");
  EXPECT_EQ(texts_of(consumer_->pull({{kWallet0, 1}}).slices.at(0)), Texts{"c"});
}

TEST_F(FeedFixture, AConsumerThatIsAheadOfTheLogIsToldSo) {
  append(kStock0, "a");
  const Page page = consumer_->pull({{kStock0, 7}}, seconds(60));
  EXPECT_EQ(page.status.code(), store::Code::invalid);
  EXPECT_EQ(page.failed, kStock0);
}

TEST_F(FeedFixture, WhoeverStillWaitsIsToldThatItEnds) {
  consumer_->send({{kStock0, 1}}, seconds(60));
  until_somebody_waits();
  end(runtime_->feed);
  const auto page = consumer_->receive();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status.code(), store::Code::stopped);
}

TEST_F(FeedFixture, AFailedWriteIsNotGivenOut) {
  append(kStock0, "a");
  consumer_->send({{kStock0, 2}}, milliseconds(100));
  disk_->set_faults({.fail_sync = disk_->syncs() + 1});
  EXPECT_FALSE(append(kStock0, "b"));
  const auto page = consumer_->receive();
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->slices.empty());
  EXPECT_TRUE(page->status.ok());
}

// The writer is asked to tell the feed, by a flag; it must not send a message a group.
TEST_F(FeedFixture, TheWriterSpeaksUpOnceAndOnlyIfSomebodyWaits) {
  caf::scoped_actor probe{*system_};
  const caf::actor feed = std::exchange(runtime_->feed, caf::actor_cast<caf::actor>(probe));
  int told = 0;
  const auto count = [&] {
    for (bool any = true; any;)
      probe->receive([&](durable_atom) { ++told; },
                     caf::after(std::chrono::milliseconds(30)) >> [&] { any = false; });
    return std::exchange(told, 0);
  };
  append(kStock0, "a");
  EXPECT_EQ(count(), 0);
  runtime_->feed_waits = true;
  append(kStock0, "b");
  append(kStock0, "c");
  EXPECT_EQ(count(), 1);
  EXPECT_FALSE(runtime_->feed_waits);
  runtime_->feed = feed;
}

// Writers at full speed, consumers that pull pages of any size: what the tail no longer has comes
// from the disk, and nobody misses or repeats a record, or sleeps through one.
TEST_F(FeedFixture, UnderLoadEveryRecordComesOnceAndInOrder) {
  restart(/*tail_bytes_max=*/20'000);
  constexpr int kRounds = 300, kInFlight = 16;
  const std::vector<PartitionId> partitions = {kStock0, kStock1, kWallet0};
  const auto write = [&](unsigned seed) {
    std::mt19937 random(seed);
    Appender appender(*system_, *runtime_);
    std::map<PartitionId, int> count;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<Appender::Line> lines;
      for (int i = 0; i < kInFlight; ++i) {
        const PartitionId partition = partitions[random() % partitions.size()];
        lines.push_back({partition, std::to_string(++count[partition])});
      }
      ASSERT_TRUE(appender.append(lines));
      if (random() % 16 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  };
  const auto consume = [&](unsigned seed) {
    std::mt19937 random(seed);
    Consumer consumer(*system_, *runtime_);
    Wanted wanted;
    for (const PartitionId partition : partitions) wanted.emplace_back(partition, 1);
    std::map<PartitionId, int> count;
    for (int left = kRounds * kInFlight; left > 0;) {
      const Page page = consumer.pull(wanted, seconds(60), random() % 4'000);
      ASSERT_TRUE(page.status.ok()) << page.status.message();
      ASSERT_FALSE(page.slices.empty());
      for (const store::Slice& slice : page.slices) {
        for (const std::string& text : texts_of(slice)) {
          ASSERT_EQ(text, std::to_string(++count[slice.partition]));
          --left;
        }
        for (auto& [partition, from] : wanted)
          if (partition == slice.partition) from = slice.next;
      }
    }
    EXPECT_TRUE(consumer.pull(wanted).slices.empty());
  };
  std::thread writer(write, 1), first(consume, 2), second(consume, 3);
  writer.join();
  first.join();
  second.join();
}

}  // namespace
}  // namespace souk::core
