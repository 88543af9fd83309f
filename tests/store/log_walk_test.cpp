// Walks over a view: partitions, streams, the timeline, and finding a place in it.
#include "store/log_walk.hpp"

#include <algorithm>
#include <random>

#include "model.hpp"
#include "store/keys.hpp"
#include "view_support.hpp"

namespace souk::store {
namespace {

using Lines = std::vector<std::string>;

struct Written {
  PartitionId partition;
  Offset offset;
  std::string text;
  bool operator==(const Written&) const = default;
};

// A random log, and all of its records in the order in which they were written. The parameter says
// whether walks are the directory's own or go by slices.
class LogWalk : public ::testing::TestWithParam<bool> {
 protected:
  void write(int groups) {
    view_.reset();
    auto log = open_log(std::make_unique<MemoryKv>(disk_));
    TestWriter writer(*log);
    for (int i = 0; i < groups; ++i) {
      const auto lines = random_group(random_, 8);
      for (const Status& status : writer.append(lines)) expect_ok(status);
      std::vector<Written> group;
      for (std::size_t k = 0; k < lines.size(); ++k)
        group.push_back({lines[k].partition, writer.offsets()[k], lines[k].text});
      std::ranges::stable_sort(group, {}, &Written::partition);
      written_.insert(written_.end(), group.begin(), group.end());
    }
  }
  const LogView& view() {
    if (view_ == nullptr) {
      view_ = view_over(std::make_unique<MemoryKv>(disk_));
      plain_ = std::make_unique<PlainView>(*view_);
    }
    return GetParam() ? static_cast<const LogView&>(*view_) : *plain_;
  }
  // What the timeline has from here on; a status that is not ok as one more.
  static std::vector<Written> rest(Timeline& timeline) {
    std::vector<Written> found;
    RecordView record;
    Place place;
    std::uint64_t group = 0;
    while (true) {
      auto more = timeline.next(record, place);
      if (!more.ok()) found.push_back({{}, 0, more.status().message()});
      if (!more.ok() || !*more) return found;
      EXPECT_GE(place.group, group);
      group = place.group;
      found.push_back({place.partition, record.offset, std::string(record.events[0].bytes)});
    }
  }
  // The groups of a partition's records, by offset - 1.
  std::vector<std::uint64_t> groups_of(PartitionId partition) {
    std::vector<std::uint64_t> groups;
    expect_ok(walk_partition(view(), partition, 1, kOffsetMax,
                             [&](const RecordView&, const Place& place) {
                               groups.push_back(place.group);
                               return true;
                             }));
    return groups;
  }

  std::string key_of_batch(PartitionId partition, Offset offset) const {
    const auto contents = disk_->contents(Column::log);
    return std::prev(contents.upper_bound(log_key(partition, offset)))->first;
  }

  const std::uint64_t seed_ = test_seed(77);
  const ::testing::ScopedTrace trace_{__FILE__, __LINE__,
                                      "SOUK_TEST_SEED=" + std::to_string(seed_)};
  std::mt19937_64 random_{seed_};
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::vector<Written> written_;
  std::unique_ptr<DirectoryView> view_;
  std::unique_ptr<PlainView> plain_;
};

TEST_P(LogWalk, OfAPartitionGoesFromOneOffsetToAnother) {
  write(60);
  const auto all = walked(view(), kStock0);
  ASSERT_GT(all.size(), 40u);
  for (int i = 0; i < 50; ++i) {
    const Offset from = 1 + random_() % all.size();
    const Offset to = from + random_() % (all.size() - from + 1);
    EXPECT_EQ(walked(view(), kStock0, from, to),
              Lines(all.begin() + static_cast<std::ptrdiff_t>(from) - 1,
                    all.begin() + static_cast<std::ptrdiff_t>(to)));
  }
  EXPECT_EQ(walked(view(), kStock0, 7, 6), Lines());
  EXPECT_EQ(walked(view(), kStock0, all.size() + 1), Lines());
  Offset last_seen = 0;
  expect_ok(walk_partition(view(), kStock0, 1, kOffsetMax, [&](const RecordView& record, auto&) {
    last_seen = record.offset;
    return record.offset < 5;
  }));
  EXPECT_EQ(last_seen, 5u);
}

TEST_P(LogWalk, OfAStreamGoesFromOneOffsetToAnother) {
  write(60);
  std::vector<Offset> offsets;
  expect_ok(walk_stream(view(), kStock0, "s3", kNoOffset, kOffsetMax,
                        [&](const RecordView& record) { offsets.push_back(record.offset); }));
  const auto all = walked_stream(view(), kStock0, "s3");
  ASSERT_GT(all.size(), 3u);
  for (std::size_t begin = 0; begin <= all.size(); ++begin) {
    for (std::size_t end = begin; end <= all.size(); ++end) {
      const Offset after = begin == 0 ? kNoOffset : offsets[begin - 1];
      const Offset up_to = end == all.size() ? kOffsetMax : offsets[end] - 1;
      EXPECT_EQ(walked_stream(view(), kStock0, "s3", after, up_to),
                Lines(all.begin() + static_cast<std::ptrdiff_t>(begin),
                      all.begin() + static_cast<std::ptrdiff_t>(end)));
    }
  }
}

TEST_P(LogWalk, OfAStreamWhoseRecordsDoNotFollowEachOtherIsCorruption) {
  write(60);
  std::vector<Offset> offsets;
  expect_ok(walk_stream(view(), kStock0, "s3", kNoOffset, kOffsetMax,
                        [&](const RecordView& record) { offsets.push_back(record.offset); }));
  ASSERT_GT(offsets.size(), 1u);
  view_.reset();
  // A batch that is whole, at the place of the stream's last record, and says something else.
  std::string bytes, key, value;
  encode_record(make_record("s3", 99, "lie"), bytes);
  const auto contents = disk_->contents(Column::log);
  auto last = std::prev(contents.upper_bound(log_key(kStock0, offsets.back())));
  auto batch = BatchView::parse(kStock0, last->first, last->second);
  BatchBuilder builder;
  for (std::uint32_t i = 0; i < batch->count(); ++i) builder.expect(bytes.size());
  builder.begin(kStock0, batch->first_offset(), batch->place());
  for (std::uint32_t i = 0; i < batch->count(); ++i) builder.add(bytes);
  builder.finish(key, value);
  disk_->overwrite(Column::log, key, value);
  // The saved heads and those of the tail still say where the stream ended.
  auto lines = walked_stream(view(), kStock0, "s3");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("is not the next of stream s3"), std::string::npos) << lines[0];
}

TEST_P(LogWalk, TheTimelineIsTheOrderOfWriting) {
  write(80);
  Timeline timeline(view(), partitions_of(view().identity()));
  EXPECT_EQ(rest(timeline), written_);
  EXPECT_EQ(rest(timeline), std::vector<Written>());
}

TEST_P(LogWalk, TheTimelineOfSomePartitionsFromSomewhereLeavesOutTheRest) {
  write(80);
  const Positions from = {{kStock0, 17}, {kOrder0, 100'000}};
  Timeline timeline(view(), {kOrder0, kStock1, kStock0}, from);
  std::vector<Written> expected;
  std::ranges::copy_if(written_, std::back_inserter(expected), [&](const Written& w) {
    return w.partition == kStock1 || (w.partition == kStock0 && w.offset >= 17);
  });
  EXPECT_EQ(rest(timeline), expected);
}

TEST_P(LogWalk, TheTimelineEndsBeforeDamage) {
  write(40);
  const Offset damaged = walked(view(), kStock0).size() / 2;
  view_.reset();
  const std::string key = key_of_batch(kStock0, damaged);
  disk_->overwrite(Column::log, key, "nonsense");
  Timeline timeline(view(), partitions_of(view().identity()));
  auto found = rest(timeline);
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found.back().text.find("stock/0 is damaged at offset " +
                                   std::to_string(offset_of_log_key(key))),
            std::string::npos)
      << found.back().text;
  EXPECT_EQ(rest(timeline), std::vector<Written>{found.back()}) << "it stays there";
  found.pop_back();
  ASSERT_LE(found.size(), written_.size());
  EXPECT_TRUE(std::equal(found.begin(), found.end(), written_.begin()));
}

TEST_P(LogWalk, AGroupIsFoundInEveryPartition) {
  write(60);
  for (PartitionId partition : partitions_of(view().identity())) {
    const auto groups = groups_of(partition);
    for (std::uint64_t group = 0; group < 70; ++group) {
      const auto expected = std::ranges::lower_bound(groups, group) - groups.begin() + 1;
      EXPECT_EQ(*seek_group(view(), partition, group), static_cast<Offset>(expected)) << group;
    }
  }
}

TEST_P(LogWalk, AGroupIsFoundBesideDamage) {
  write(60);
  const auto groups = groups_of(kStock0);
  const Offset damaged = groups.size() / 2;
  view_.reset();
  const std::string key = key_of_batch(kStock0, damaged);
  const Offset first = offset_of_log_key(key);
  disk_->overwrite(Column::log, key, "nonsense");
  for (std::uint64_t group = 0; group < 70; ++group) {
    const Offset found = *seek_group(view(), kStock0, group);
    for (Offset offset = 1; offset <= groups.size(); ++offset) {
      if (groups[offset - 1] == groups[first - 1]) continue;
      EXPECT_EQ(offset >= found, groups[offset - 1] >= group) << offset << ' ' << group;
    }
  }
}

TEST_P(LogWalk, ATimeIsFound) {
  {
    auto log = open_log(std::make_unique<MemoryKv>(disk_));
    std::vector<Append> group(1);
    std::vector<Offset> offsets;
    auto stream = *log->open_stream(kStock0, "tea");
    for (Sequence i = 1; i <= 40; ++i) {
      group[0] = make_append(stream, i, "x");
      expect_ok(log->append(group, offsets)[0]);
    }
  }
  const Time first = make_record("tea", 1, "x").time;
  for (std::int64_t i = -1; i < 40; ++i)
    EXPECT_EQ(*seek_time(view(), kStock0, first + Duration{i}),
              static_cast<Offset>(std::max<std::int64_t>(i, 0)) + 1);
  EXPECT_EQ(*seek_time(view(), kStock0, first + seconds(9)), 41u);
  EXPECT_EQ(*seek_time(view(), kStock1, first), 1u);
}

INSTANTIATE_TEST_SUITE_P(Doors, LogWalk, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "direct" : "by_slices"; });

TEST(TimelineOfADirectory, GoesOnAfterARefresh) {
  TempDir dir;
  auto kv = open_rocks_kv({.path = dir.path()});
  ASSERT_TRUE(kv.ok());
  auto log = open_log(std::move(*kv));
  TestWriter writer(*log);
  auto append = [&](const std::string& text) {
    for (const Status& status : writer.append({{kStock0, "tea", text}, {kOrder0, "o", text}}))
      expect_ok(status);
  };
  append("1");
  auto view = view_of(dir.path());
  Timeline timeline(*view, partitions_of(view->identity()));
  RecordView record;
  Place place;
  ASSERT_TRUE(*timeline.next(record, place));
  append("2");
  expect_ok(view->refresh());
  Lines rest;
  while (*timeline.next(record, place)) rest.push_back(show(record));
  EXPECT_EQ(rest, (Lines{"tea#1:1", "o#2:2", "tea#2:2"}));
  EXPECT_FALSE(*timeline.next(record, place));
}

}  // namespace
}  // namespace souk::store
