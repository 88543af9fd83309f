// A directory as it is seen from outside: the same as its own log shows, without being that.
#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "log_over_backend.hpp"
#include "model.hpp"
#include "store/keys.hpp"
#include "store/values.hpp"
#include "view_support.hpp"

namespace souk::store {
namespace {

using Lines = std::vector<std::string>;

class LogViewOver : public LogOverBackend {
 protected:
  // Closes the log as a crash would: heads and snapshots that wait are not saved.
  std::unique_ptr<DirectoryView> close_and_view() {
    writer_.reset();
    log_.reset();
    return view_over(backend_->open());
  }
};

// All that a log says of a partition: its records, and each stream's head and records.
struct Said {
  Lines records;
  std::map<std::string, std::pair<Head, Lines>> streams;
  bool operator==(const Said&) const = default;
};

Lines names() {
  Lines names = {"never-written"};
  for (int i = 0; i < 12; ++i) names.push_back("s" + std::to_string(i));
  return names;
}

Said said_by(const Log& log, PartitionId id) {
  Said said{scanned(log, id), {}};
  for (const std::string& name : names())
    said.streams[name] = {*log.head(id, name), stream_of(log, id, name)};
  return said;
}

Said said_by(const LogView& view, PartitionId id) {
  Said said{walked(view, id), {}};
  for (const std::string& name : names()) {
    auto head = view.head(id, name);
    EXPECT_TRUE(head.ok()) << head.status().message();
    said.streams[name] = {head.ok() ? *head : Head{}, walked_stream(view, id, name)};
  }
  return said;
}

TEST_P(LogViewOver, ShowsWhatTheLogShowsHoweverManyHeadsWait) {
  const std::uint64_t seed = test_seed(20261121);
  SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (std::size_t dirty_heads_max : {0u, 3u, 8192u}) {
    backend_ = make_backend(GetParam());
    options_.dirty_heads_max = dirty_heads_max;
    reopen();
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 40; ++i) append(random_group(random, 6));
      std::map<PartitionId, Said> expected;
      for (PartitionId id : partitions_of(log_->identity())) expected[id] = said_by(*log_, id);
      if (random() % 2 == 0) expect_ok(log_->flush());

      auto view = close_and_view();
      EXPECT_EQ(view->identity(), test_identity());
      for (const auto& [id, said] : expected) {
        EXPECT_EQ(said_by(*view, id), said) << display(id);
        EXPECT_EQ(said_by(PlainView(*view), id), said) << display(id);
        EXPECT_EQ(*view->last(id), said.records.size());
        EXPECT_EQ(read_through(*view, id, 1), said.records);
        EXPECT_EQ(read_through(*view, id, 1u << 20), said.records);
        EXPECT_LE(*view->heads_through(id), said.records.size());
      }
      view.reset();
      reopen();
    }
  }
}

TEST_P(LogViewOver, OfAnEmptyLogHasNothing) {
  auto view = close_and_view();
  EXPECT_EQ(*view->last(kStock0), kNoOffset);
  EXPECT_TRUE(view->read(kStock0, 1, 100)->empty());
  EXPECT_EQ(*view->next_batch(kStock0, kNoOffset), kNoOffset);
  EXPECT_EQ(*view->head(kStock0, "tea"), Head{});
  EXPECT_FALSE(view->snapshot(kStock0, "tea")->has_value());
  EXPECT_EQ(walked(*view, kStock0), Lines());
}

TEST_P(LogViewOver, KnowsNoOtherPartitions) {
  auto view = close_and_view();
  const PartitionId none{Service::stock, 2};
  EXPECT_EQ(view->last(none).status().code(), Code::invalid);
  EXPECT_EQ(view->read(none, 1, 100).status().code(), Code::invalid);
  EXPECT_EQ(view->next_batch(none, 1).status().code(), Code::invalid);
  EXPECT_EQ(view->head(none, "tea").status().code(), Code::invalid);
  EXPECT_EQ(view->snapshot(none, "tea").status().code(), Code::invalid);
  EXPECT_EQ(view->heads_through(none).status().code(), Code::invalid);
  EXPECT_EQ(view->for_each_open(none, [](std::string_view) {}).code(), Code::invalid);
  EXPECT_EQ(walked(*view, none).size(), 1u);
}

TEST_P(LogViewOver, ReadsFromTheMiddleOfABatchAndNothingBehindTheEnd) {
  append({{kStock0, "a", "1"}, {kStock0, "b", "2"}, {kStock0, "c", "3"}});
  auto view = close_and_view();
  auto slice = view->read(kStock0, 2, 1);
  ASSERT_TRUE(slice.ok());
  EXPECT_EQ(slice->from, 2u);
  EXPECT_EQ(slice->next, 4u);
  EXPECT_EQ(slice->end, 4u);
  EXPECT_EQ(walked(*view, kStock0, 2), (Lines{"b#1:2", "c#1:3"}));
  EXPECT_TRUE(view->read(kStock0, 4, 100)->empty());
  EXPECT_TRUE(view->read(kStock0, 4000, 100)->empty());
}

TEST_P(LogViewOver, ShowsSavedHeadsSnapshotsAndOpenStreamsInOrder) {
  append({{kStock0, "b", "1", true}, {kStock0, "a", "2"}, {kStock1, "c", "3", true}});
  log_->put_snapshot(*writer_->stream(kStock0, "b"), {7, 1, 1, "state"});
  log_->put_snapshot(*writer_->stream(kStock0, "a"), {8, 2, 1, "other"});
  expect_ok(log_->flush());
  auto view = close_and_view();

  Lines heads, snapshots, open;
  expect_ok(view->for_each_saved_head(kStock0, [&](std::string_view stream, const Head& head) {
    heads.push_back(std::string(stream) + '@' + std::to_string(head.offset));
  }));
  EXPECT_EQ(heads, (Lines{"a@2", "b@1"}));
  expect_ok(view->for_each_snapshot(kStock0, [&](std::string_view stream, const auto& snapshot) {
    snapshots.push_back(std::string(stream) + ':' + snapshot->bytes);
  }));
  EXPECT_EQ(snapshots, (Lines{"a:other", "b:state"}));
  expect_ok(
      view->for_each_open(kStock0, [&](std::string_view stream) { open.emplace_back(stream); }));
  EXPECT_EQ(open, (Lines{"b"}));
  EXPECT_EQ(*view->heads_through(kStock0), 2u);
  EXPECT_EQ((*view->snapshot(kStock0, "a"))->version, 8u);
  EXPECT_FALSE(view->snapshot(kStock1, "a")->has_value());
}

INSTANTIATE_TEST_SUITE_P(Databases, LogViewOver, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

// One whose values can be changed behind everybody's back.
class DamagedView : public ::testing::Test {
 protected:
  void SetUp() override {
    auto log = open_log(std::make_unique<MemoryKv>(disk_));
    TestWriter writer(*log);
    for (const char* text : {"1", "2", "3", "4"})
      for (const Status& status : writer.append({{kStock0, "a", text}, {kStock0, "b", text}}))
        expect_ok(status);
  }
  std::unique_ptr<DirectoryView> view() { return view_over(std::make_unique<MemoryKv>(disk_)); }
  void flip(Column column, const std::string& key) {
    std::string value = disk_->contents(column).at(key);
    value[value.size() / 2] ^= 1;
    disk_->overwrite(column, key, value);
  }

  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

TEST_F(DamagedView, GivesWhatStandsBeforeADamagedBatchAndBehindIt) {
  flip(Column::log, log_key(kStock0, 5));
  auto view = this->view();
  EXPECT_EQ(*view->last(kStock0), 8u);
  EXPECT_EQ(view->read(kStock0, 1, 1u << 20)->next, 5u);
  for (Offset at : {5u, 6u}) {
    auto slice = view->read(kStock0, at, 100);
    EXPECT_EQ(slice.status().code(), Code::corruption);
    EXPECT_NE(slice.status().message().find("stock/0 is damaged at offset 5"), std::string::npos)
        << slice.status().message();
  }
  auto lines = walked(*view, kStock0);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines, walked(PlainView(*view), kStock0));
  EXPECT_NE(lines.back().find("damaged at offset 5"), std::string::npos) << lines.back();
  EXPECT_EQ(*view->next_batch(kStock0, 5), 7u);
  EXPECT_EQ(walked(*view, kStock0, 7), (Lines{"a#4:4", "b#4:4"}));
  EXPECT_EQ(*view->next_batch(kStock0, 7), kNoOffset);
}

TEST_F(DamagedView, MissesABatchThatIsGone) {
  disk_->overwrite(Column::log, log_key(kStock0, 3), std::nullopt);
  auto view = this->view();
  auto lines = walked(*view, kStock0);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_NE(lines.back().find("damaged at offset 3: no batch holds it"), std::string::npos);
  EXPECT_EQ(lines, walked(PlainView(*view), kStock0));
  EXPECT_EQ(view->read(kStock0, 4, 100).status().code(), Code::corruption);
  EXPECT_EQ(*view->next_batch(kStock0, 3), 5u);
}

TEST_F(DamagedView, EndsWhereTheKeyOfADamagedLastBatchSays) {
  flip(Column::log, log_key(kStock0, 7));
  auto view = this->view();
  EXPECT_EQ(*view->last(kStock0), 7u);
  auto lines = walked(*view, kStock0);
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_NE(lines.back().find("damaged at offset 7"), std::string::npos) << lines.back();
  EXPECT_EQ(lines, walked(PlainView(*view), kStock0));
  EXPECT_EQ(view->head(kStock0, "a").status().code(), Code::corruption) << "nobody knows";
}

TEST_F(DamagedView, NamesTheStreamWhoseHeadOrSnapshotIsDamaged) {
  {
    auto log = open_log(std::make_unique<MemoryKv>(disk_));
    log->put_snapshot(**log->open_stream(kStock0, "a"), {1, 7, 4, "state"});
    expect_ok(log->flush());
  }
  flip(Column::heads, stream_key(kStock0, "a"));
  flip(Column::snapshots, stream_key(kStock0, "a"));
  auto view = this->view();
  EXPECT_EQ(*view->head(kStock0, "b"), (Head{8, 4, false}));
  auto head = view->head(kStock0, "a");
  EXPECT_EQ(head.status().code(), Code::corruption);
  EXPECT_NE(head.status().message().find("head of stream a"), std::string::npos);
  auto snapshot = view->snapshot(kStock0, "a");
  EXPECT_EQ(snapshot.status().code(), Code::corruption);
  EXPECT_NE(snapshot.status().message().find("snapshot of stream a"), std::string::npos);

  Lines heads;
  expect_ok(view->for_each_saved_head(kStock0, [&](std::string_view stream, const Head& found) {
    heads.push_back(std::string(stream) + (found.offset == kOffsetMax ? " damaged" : ""));
  }));
  EXPECT_EQ(heads, (Lines{"a damaged", "b"}));
  int damaged = 0;
  expect_ok(view->for_each_snapshot(
      kStock0, [&](std::string_view, const auto& found) { damaged += found ? 0 : 1; }));
  EXPECT_EQ(damaged, 1);
}

TEST_F(DamagedView, OfANewerFormatIsRefused) {
  disk_->overwrite(Column::meta, meta_key(MetaKind::identity), "nonsense");
  auto view = DirectoryView::over(std::make_unique<MemoryKv>(disk_));
  EXPECT_EQ(view.status().code(), Code::corruption) << view.status().message();
}

class ViewOfADirectory : public ::testing::Test {
 protected:
  std::unique_ptr<Log> open(std::size_t log_buffer_bytes = RocksOptions{}.log_buffer_bytes) {
    RocksOptions options{.path = dir_.path()};
    options.log_buffer_bytes = log_buffer_bytes;
    auto kv = open_rocks_kv(options);
    EXPECT_TRUE(kv.ok()) << kv.status().message();
    return open_log(std::move(*kv));
  }
  std::string path() const { return dir_.path(); }

  TempDir dir_;
};

TEST_F(ViewOfADirectory, ThatIsNotThereIsNotFound) {
  auto view = DirectoryView::open(path() + "/nothing");
  EXPECT_EQ(view.status().code(), Code::not_found);
  EXPECT_FALSE(std::filesystem::exists(path() + "/nothing"));
}

TEST_F(ViewOfADirectory, ShowsOneMomentUntilItIsRefreshed) {
  auto log = open();
  TestWriter writer(*log);
  for (const Status& status : writer.append({{kStock0, "tea", "a"}, {kOrder0, "o", "b"}}))
    expect_ok(status);
  auto view = view_of(path());
  EXPECT_EQ(view->path(), path());
  auto walk = view->walk(kStock0, 1);
  for (const Status& status : writer.append({{kStock0, "tea", "c"}})) expect_ok(status);
  EXPECT_EQ(*view->last(kStock0), 1u);
  EXPECT_EQ(*view->head(kStock0, "tea"), (Head{1, 1, false}));
  EXPECT_EQ(walked(*view, kStock0), (Lines{"tea#1:a"}));

  expect_ok(view->refresh());
  EXPECT_EQ(*view->head(kStock0, "tea"), (Head{2, 2, false}));
  EXPECT_EQ(walked(*view, kStock0), (Lines{"tea#1:a", "tea#2:c"}));
  BatchView batch;
  EXPECT_TRUE(*walk->next(batch)) << "a walk outlives a refresh";
  EXPECT_EQ(batch.end_offset(), 2u);
  EXPECT_FALSE(*walk->next(batch));
}

TEST_F(ViewOfADirectory, ThatANodeWritesShowsAllThatWasAcknowledgedBefore) {
  auto log = open(256u << 10);  // new files many times a second
  std::atomic<Offset> acknowledged = 0;
  std::atomic<bool> stop = false;
  std::thread thread([&] {
    TestWriter writer(*log);
    for (int i = 0; !stop; ++i) {
      const std::string text = std::to_string(i) + std::string(3'000, 'x');
      for (const Status& status :
           writer.append({{kStock0, "s" + std::to_string(i % 7), text}, {kOrder0, "o", text}}))
        expect_ok(status);
      acknowledged = writer.offsets().at(0);
    }
  });
  auto view = view_of(path());
  Offset shown = 0;
  for (int i = 0; i < 12; ++i) {
    while (acknowledged < shown + 20) std::this_thread::yield();
    const Offset before = acknowledged;
    const Status status = view->refresh();
    if (!status.ok()) {
      ADD_FAILURE() << status.message();
      continue;
    }
    const Offset last = *view->last(kStock0);
    EXPECT_GE(last, std::max(before, shown));
    EXPECT_EQ(*view->last(kOrder0), last) << "one moment for all partitions";
    EXPECT_EQ(walked(*view, kStock0).size(), last);
    EXPECT_EQ(walked_stream(*view, kOrder0, "o").size(), last);
    shown = last;
  }
  stop = true;
  thread.join();
}

TEST_F(ViewOfADirectory, GoesOnBehindADamagedBlock) {
  Offset last = 0;
  {
    auto log = open();
    TestWriter writer(*log);
    std::mt19937_64 random(5);
    for (int i = 0; i < 400; ++i) {
      std::string text(1000, '\0');  // does not compress: about 20 batches a block
      for (char& c : text) c = static_cast<char>(random());
      for (const Status& status : writer.append({{kStock0, "tea", text}})) expect_ok(status);
    }
    last = writer.offsets().at(0);
  }
  open().reset();  // what the write-ahead log has goes into tables
  std::filesystem::path table;
  for (const auto& entry : std::filesystem::directory_iterator(path()))
    if (entry.path().extension() == ".sst" &&
        (table.empty() || entry.file_size() > std::filesystem::file_size(table)))
      table = entry.path();
  {
    std::fstream bytes(table, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(150'000);
    bytes.put('\x55').put('\x66');
  }
  auto view = view_of(path());
  EXPECT_EQ(*view->last(kStock0), last);
  const auto lines = walked(*view, kStock0);
  ASSERT_LT(lines.size(), last);
  const Offset damaged = lines.size();  // the last line is the complaint
  EXPECT_NE(lines.back().find("damaged at offset " + std::to_string(damaged)), std::string::npos)
      << lines.back();
  auto next = view->next_batch(kStock0, damaged);
  ASSERT_TRUE(next.ok()) << next.status().message();
  EXPECT_GT(*next, damaged);
  EXPECT_LT(*next, damaged + 60);
  EXPECT_EQ(walked(*view, kStock0, *next).size(), last - *next + 1);
  EXPECT_EQ(view->read(kStock0, *next - 1, 100).status().code(), Code::corruption);
}

}  // namespace
}  // namespace souk::store
