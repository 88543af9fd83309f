// Statistics: what they count, against a count by hand.
#include "tools/replay/stats.hpp"

#include <random>

#include <nlohmann/json.hpp>

#include "actors/history/snapshot.hpp"
#include "store/log_walk.hpp"
#include "tests/replay/exchange_support.hpp"
#include "tools/replay/heavy_hitters.hpp"
#include "tools/replay/payload_types.hpp"

namespace souk::replay {
namespace {

Stats stats_of(const store::LogView& view, const StatsOptions& options = {}) {
  cli::Progress progress(stderr, false);
  return collect_stats(view, options, progress, nullptr);
}

// Everything that is counted, counted without bounds.
struct ByHand {
  struct Stream {
    std::uint64_t records = 0, bytes = 0, superseded = 0;
    bool ended = false;
  };
  std::map<std::pair<PartitionId, std::string>, Stream> streams;
  std::map<std::string, std::uint64_t> types;  // "stock.held"
  std::map<std::string, std::uint64_t> refusals;
  std::map<std::int64_t, std::uint64_t> hours;
  std::uint64_t records = 0, events = 0;

  explicit ByHand(const store::DirectoryView& view) {
    store::Timeline timeline(view, store::partitions_of(view.identity()));
    store::RecordView record;
    store::Place place;
    for (auto more = timeline.next(record, place); more.ok() && *more;
         more = timeline.next(record, place))
      add(view, place.partition, record);
  }

  void add(const store::DirectoryView& view, PartitionId partition,
           const store::RecordView& record) {
    std::string bytes;
    store::encode_record(store::record_of(record), bytes);
    Stream& stream = streams[{partition, std::string(record.stream)}];
    ++stream.records;
    stream.bytes += bytes.size();
    const auto snapshot = view.snapshot(partition, record.stream);
    if (snapshot.ok() && *snapshot && (*snapshot)->offset >= record.offset)
      stream.superseded += bytes.size();
    ++records;
    events += record.events.size();
    ++hours[record.time.micros / 3'600'000'000];
    const std::string service(name_of(partition.service));
    for (const auto& event : record.events) {
      const std::string type =
          service + '.' +
          std::string(payload_name(partition.service, PayloadKind::event, event.tag));
      ++types[type];
      if (type == "order.confirmed" || type == "order.cancelled" || type == "checkout.ended" ||
          type == "coupon.settled" || type == "coupon.lapsed")
        stream.ended = true;
    }
    if (record.refusal != 0)
      ++refusals[service + '.' + std::string(refusal_text(partition.service, record.refusal))];
  }
};

TEST(Stats, AreWhatACountByHandGives) {
  for (const bool finished : {false, true}) {
    const auto view = memory_shop(31, 3'000, finished).view();
    const ByHand hand(*view);
    for (const unsigned threads : {1u, 3u}) {
      StatsOptions options;
      options.threads = threads;
      const Stats stats = stats_of(*view, options);
      const PartitionStats all = sum_of(stats);
      EXPECT_EQ(all.records.count, hand.records);
      EXPECT_EQ(all.events, hand.events);
      EXPECT_EQ(all.streams, hand.streams.size());
      std::uint64_t bytes = 0, superseded = 0, ended = 0;
      for (const auto& [key, stream] : hand.streams) {
        bytes += stream.bytes;
        superseded += stream.superseded;
        if (stream.ended) ended += stream.bytes - stream.superseded;
      }
      EXPECT_EQ(all.records.bytes, bytes);
      EXPECT_EQ(all.superseded_bytes, superseded);
      EXPECT_EQ(all.ended_bytes, ended);
      EXPECT_EQ(all.live_bytes, bytes - superseded - ended);
      EXPECT_GT(superseded, 0u);
      EXPECT_GT(ended, 0u);
      EXPECT_GT(all.live_bytes, 0u);

      for (const auto& [type, amount] : stats.types) {
        if (type.kind == PayloadKind::command) continue;
        const auto name = std::string(name_of(type.service)) + '.' +
                          std::string(payload_name(type.service, type.kind, type.tag));
        EXPECT_EQ(amount.count, hand.types.at(name)) << name;
      }
      std::uint64_t refusals = 0;
      for (const auto& [refusal, count] : stats.refusals) {
        refusals += count;
        EXPECT_EQ(count,
                  hand.refusals.at(std::string(name_of(refusal.service)) + '.' +
                                   std::string(refusal_text(refusal.service, refusal.refusal))));
      }
      EXPECT_EQ(all.refusals, refusals);
      EXPECT_EQ(stats.refusals.size(), hand.refusals.size());
      ASSERT_EQ(stats.hours.size(), hand.hours.size());
      for (const auto& [hour, counted] : stats.hours)
        EXPECT_EQ(counted.records.count, hand.hours.at(hour));
    }
  }
}

TEST(Stats, NameTheHottestStreams) {
  const auto view = memory_shop(31, 3'000).view();
  const ByHand hand(*view);
  std::vector<std::uint64_t> records, bytes;
  for (const auto& [key, stream] : hand.streams) {
    records.push_back(stream.records);
    bytes.push_back(stream.bytes);
  }
  std::ranges::sort(records, std::greater());
  std::ranges::sort(bytes, std::greater());
  const Stats stats = stats_of(*view);
  ASSERT_EQ(stats.by_records.size(), 10u);
  ASSERT_EQ(stats.by_bytes.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(stats.by_records[i].at_least, records[i]);
    EXPECT_EQ(stats.by_bytes[i].at_least, bytes[i]);
    EXPECT_EQ(stats.by_bytes[i].at_most, bytes[i]);
    const auto& one = stats.by_records[i];
    EXPECT_EQ(hand.streams.at({one.partition, one.stream}).records, one.at_most);
  }
}

TEST(Stats, BoundWhatTheyCannotCount) {
  const auto view = memory_shop(31, 3'000).view();
  const ByHand hand(*view);
  StatsOptions options;
  options.sketch_counters = 2;
  options.top = 40;
  const Stats stats = stats_of(*view, options);
  bool bounds = false;
  for (const HotStream& one : stats.by_records) {
    const std::uint64_t records = hand.streams.at({one.partition, one.stream}).records;
    EXPECT_LE(one.at_least, records);
    EXPECT_GE(one.at_most, records);
    bounds = bounds || one.at_least < one.at_most;
  }
  EXPECT_TRUE(bounds);
  EXPECT_NE(stats_text(stats).find("bounded memory"), std::string::npos);
}

TEST(Stats, OfADirectoryTellWhatItTakes) {
  test::TempDir dir;
  test::make_shop_directory(dir / "shop", 32, 2'000, false);
  auto view = store::DirectoryView::open(dir / "shop");
  ASSERT_TRUE(view.ok()) << view.status().message();
  const Stats stats = stats_of(**view);
  ASSERT_TRUE(stats.directory);
  std::uint64_t heads = 0, snapshots = 0;
  for (const auto& [key, value] : column_of(dir / "shop", store::Column::heads))
    heads += key.size() + value.size();
  for (const auto& [key, value] : column_of(dir / "shop", store::Column::snapshots))
    snapshots += key.size() + value.size();
  EXPECT_EQ(stats.directory->heads.bytes, heads);
  EXPECT_NEAR(static_cast<double>(stats.directory->snapshots.bytes), static_cast<double>(snapshots),
              2.0 * static_cast<double>(stats.directory->snapshots.count));
  std::uint64_t batches = 0;
  for (const auto& [key, value] : column_of(dir / "shop", store::Column::log))
    batches += value.size();
  EXPECT_EQ(sum_of(stats).batches.bytes, batches);
  EXPECT_GT(stats.directory->table_bytes + stats.directory->write_ahead_bytes, 10'000u);
}

TEST(Stats, AsJsonHaveTheSameNumbers) {
  const auto view = memory_shop(33, 1'000).view();
  const Stats stats = stats_of(*view);
  const auto json = nlohmann::json::parse(stats_json(stats));
  const PartitionStats all = sum_of(stats);
  EXPECT_EQ(json.at("cluster_id"), "shop");
  EXPECT_EQ(json.at("records"), all.records.count);
  EXPECT_EQ(json.at("live_bytes"), all.live_bytes);
  EXPECT_EQ(json.at("services").size(), 6u);
  EXPECT_EQ(json.at("partitions").size(), 13u);
  std::uint64_t records = 0;
  for (const auto& hour : json.at("hours")) records += hour.at("records").get<std::uint64_t>();
  EXPECT_EQ(records, all.records.count);
  EXPECT_EQ(json.at("hottest").at("by_records").size(), 10u);
  EXPECT_EQ(json.at("types").size(), stats.types.size());
}

TEST(Stats, AsTextFitATerminal) {
  const auto view = memory_shop(33, 1'000).view();
  const std::string text = stats_text(stats_of(*view));
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 120u) << line;
  for (const char* part : {"Log of cluster shop: ", "stock.held", "order.place", "refusals", "hour",
                           "####", "hottest streams", "superseded", "stock/1"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

TEST(Stats, OfAnEmptyLogAreZero) {
  MemoryLog log;
  ASSERT_TRUE(
      store::Log::open(std::make_unique<store::MemoryKv>(log.disk), test::shop_identity()).ok());
  const Stats stats = stats_of(*log.view());
  EXPECT_EQ(sum_of(stats).records.count, 0u);
  EXPECT_NE(stats_text(stats).find("0 records"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(stats_json(stats)).at("first"), nullptr);
}

TEST(Stats, OfADamagedLogSayWhere) {
  const MemoryLog log = memory_shop(34, 500);
  const std::string key = store::log_key({Service::stock, 0}, 1);
  log.disk->overwrite(store::Column::log, key, std::string("flipped"));
  const auto view = log.view();
  StatsOptions options;
  options.threads = 2;
  EXPECT_NE(failure_of([&] {
              stats_of(*view, options);
            }).find("Partition stock/0 is damaged at offset 1"),
            std::string::npos);
}

// --- the sketch ------------------------------------------------------------------------------

TEST(HeavyHitters, CountExactlyWhileThereAreCounters) {
  HeavyHitters sketch(3);
  sketch.add("a", 1, 5);
  sketch.add("b", 2, 1);
  sketch.add("a", 1, 2);
  sketch.add("c", 3, 1);
  EXPECT_EQ(sketch.counters(),
            (std::vector<HeavyHitters::Counter>{{"a", 7, 0}, {"b", 1, 0}, {"c", 1, 0}}));
  sketch.add("d", 4, 1);  // takes over one of the lightest
  const auto counters = sketch.counters();
  EXPECT_EQ(counters[0], (HeavyHitters::Counter{"a", 7, 0}));
  EXPECT_EQ(counters.size(), 3u);
  EXPECT_TRUE(std::ranges::find(counters, HeavyHitters::Counter{"d", 2, 1}) != counters.end());
}

// The paper's promises, on streams of all kinds.
TEST(HeavyHitters, KeepTheirPromises) {
  std::mt19937_64 random(1);
  for (int run = 0; run < 60; ++run) {
    const std::size_t counters_max = 1 + random() % 40;
    const std::uint64_t keys = 1 + random() % 300;
    HeavyHitters sketch(counters_max);
    std::map<std::string, std::uint64_t> truth;
    std::uint64_t total = 0;
    for (int i = 0; i < 3'000; ++i) {
      const std::uint64_t key = random() % (1 + random() % keys);  // small ones are more frequent
      const std::uint64_t weight = 1 + random() % (run % 2 == 0 ? 1 : 100);
      const std::string name = std::to_string(key);
      sketch.add(name, key, weight);
      truth[name] += weight;
      total += weight;
    }
    std::map<std::string, HeavyHitters::Counter> found;
    std::uint64_t counted = 0;
    for (const auto& counter : sketch.counters()) {
      EXPECT_LE(counter.at_least(), truth.at(counter.key));
      EXPECT_GE(counter.count, truth.at(counter.key));
      EXPECT_LE(counter.error, total / counters_max);
      counted += counter.count;
      EXPECT_TRUE(found.emplace(counter.key, counter).second);
    }
    EXPECT_EQ(counted, total);
    EXPECT_LE(found.size(), counters_max);
    for (const auto& [key, weight] : truth)
      EXPECT_TRUE(weight <= total / counters_max || found.contains(key));
  }
}

}  // namespace
}  // namespace souk::replay
