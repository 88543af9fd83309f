// What every log must do, whichever database it stands on.
#include "log_over_backend.hpp"
#include "support.hpp"

namespace souk::store {
namespace {

using Lines = std::vector<std::string>;

class LogContract : public LogOverBackend {};

INSTANTIATE_TEST_SUITE_P(Over, LogContract, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

TEST_P(LogContract, AnEmptyLogHasNothing) {
  EXPECT_EQ(log_->next_offset(kStock0), 1u);
  EXPECT_EQ(scanned(*log_, kStock0), Lines{});
  EXPECT_TRUE(log_->surely_new(kStock0, "tea"));
  EXPECT_EQ(*log_->head(kStock0, "tea"), Head{});
  EXPECT_TRUE(log_->open_streams(kStock0)->empty());
  expect_ok(log_->stopped(kStock0));
}

TEST_P(LogContract, WhatWasAppendedIsReadInOrder) {
  append({{kStock0, "tea", "a"}, {kStock0, "oil", "b"}, {kStock1, "tea", "c"}});
  append({{kStock0, "tea", "d"}});
  EXPECT_EQ(writer_->offsets(), std::vector<Offset>{3});
  EXPECT_EQ(scanned(*log_, kStock0), (Lines{"tea#1:a", "oil#1:b", "tea#2:d"}));
  EXPECT_EQ(scanned(*log_, kStock1), (Lines{"tea#1:c"}));
  EXPECT_EQ(scanned(*log_, kStock0, 2), (Lines{"oil#1:b", "tea#2:d"}));
  EXPECT_EQ(scanned(*log_, kStock0, 4), Lines{});
  EXPECT_EQ(log_->next_offset(kStock0), 4u);
}

TEST_P(LogContract, AStreamIsReadByWalkingBack) {
  append({{kStock0, "tea", "a"}, {kStock0, "oil", "x"}, {kStock0, "tea", "b"}});
  append({{kStock0, "oil", "y"}, {kStock0, "tea", "c"}});
  EXPECT_EQ(stream_of(*log_, kStock0, "tea"), (Lines{"tea#1:a", "tea#2:b", "tea#3:c"}));
  EXPECT_EQ(stream_of(*log_, kStock0, "tea", 1), (Lines{"tea#2:b", "tea#3:c"}));
  EXPECT_EQ(stream_of(*log_, kStock0, "tea", 5), Lines{});
  EXPECT_EQ(stream_of(*log_, kStock0, "oil"), (Lines{"oil#1:x", "oil#2:y"}));
  EXPECT_EQ(stream_of(*log_, kStock0, "none"), Lines{});
}

TEST_P(LogContract, SeveralRecordsOfAStreamInOneGroupPointAtEachOther) {
  append({{kStock0, "tea", "a"}, {kStock0, "tea", "b"}, {kStock0, "tea", "c"}});
  EXPECT_EQ(*log_->head(kStock0, "tea"), (Head{3, 3, false}));
  std::vector<Offset> previous;
  expect_ok(log_->scan(kStock0, 1, [&](const RecordView& r) {
    previous.push_back(r.previous);
    return true;
  }));
  EXPECT_EQ(previous, (std::vector<Offset>{0, 1, 2}));
}

TEST_P(LogContract, EveryFieldOfARecordComesBack) {
  append({{kStock0, "tea", "a", true}});
  expect_ok(log_->scan(kStock0, 1, [&](const RecordView& r) {
    Record wanted = make_record("tea", 1, "a", true);
    EXPECT_EQ(r.stream, wanted.stream);
    EXPECT_EQ(r.sequence, wanted.sequence);
    EXPECT_EQ(r.time, wanted.time);
    EXPECT_EQ(r.flags, wanted.flags);
    EXPECT_EQ(r.intent, wanted.intent);
    EXPECT_EQ(r.refusal, wanted.refusal);
    EXPECT_EQ(r.command_id, wanted.command_id);
    EXPECT_EQ(r.fingerprint, wanted.fingerprint);
    EXPECT_EQ(r.receipt_until, wanted.receipt_until);
    EXPECT_EQ(r.causation_id, wanted.causation_id);
    EXPECT_EQ(r.correlation_id, wanted.correlation_id);
    EXPECT_EQ(r.trace, wanted.trace);
    EXPECT_EQ(r.command->tag, wanted.command->tag);
    EXPECT_EQ(r.command->bytes, wanted.command->bytes);
    EXPECT_EQ(r.events.size(), 2u);
    EXPECT_EQ(r.events.at(0).bytes, "a");
    EXPECT_EQ(r.events.at(1).tag, 2);
    return true;
  }));
}

TEST_P(LogContract, AScanEndsWhenItIsToldTo) {
  append({{kStock0, "tea", "a"}, {kStock0, "tea", "b"}});
  int seen = 0;
  expect_ok(log_->scan(kStock0, 1, [&](const RecordView&) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
}

TEST_P(LogContract, EverythingIsThereAfterAReopening) {
  append({{kStock0, "tea", "a"}, {kStock0, "oil", "b", true}, {kOrder0, "o1", "c"}});
  reopen();
  EXPECT_EQ(scanned(*log_, kStock0), (Lines{"tea#1:a", "oil#1:b"}));
  EXPECT_EQ(*log_->head(kStock0, "oil"), (Head{2, 1, true}));
  EXPECT_FALSE(log_->surely_new(kStock0, "tea"));
  append({{kStock0, "tea", "d"}});
  EXPECT_EQ(stream_of(*log_, kStock0, "tea"), (Lines{"tea#1:a", "tea#2:d"}));
}

TEST_P(LogContract, HeadsThatWereSavedAndThoseThatWereNotAreBothRight) {
  options_.dirty_heads_max = 0;  // each group saves the heads of the group before
  reopen();
  append({{kStock0, "tea", "a", true}, {kStock0, "oil", "b", true}});
  append({{kStock0, "tea", "c", false}});
  append({{kStock0, "rye", "d", true}});
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(*log_->head(kStock0, "tea"), (Head{3, 2, false}));
    EXPECT_EQ(*log_->head(kStock0, "oil"), (Head{2, 1, true}));
    EXPECT_EQ(*log_->head(kStock0, "rye"), (Head{4, 1, true}));
    EXPECT_EQ(*log_->open_streams(kStock0), (Lines{"oil", "rye"}));
    reopen();
  }
}

TEST_P(LogContract, AStreamOpensAndClosesManyTimes) {
  options_.dirty_heads_max = 0;
  reopen();
  for (int i = 0; i < 10; ++i) {
    bool open = i % 3 != 2;
    append({{kOrder0, "saga", std::to_string(i), open}, {kOrder0, "other", "x"}});
    EXPECT_EQ(log_->open_streams(kOrder0)->size(), open ? 1u : 0u) << i;
    if (i % 2 == 0) reopen();
    EXPECT_EQ(log_->open_streams(kOrder0)->size(), open ? 1u : 0u) << i;
  }
}

TEST_P(LogContract, AHotStreamsHeadIsSavedWhenItLags) {
  options_.heads_lag_max = 10;
  reopen();
  for (int i = 0; i < 30; ++i) append({{kStock0, "tea", std::to_string(i)}});
  writer_.reset();
  log_.reset();
  auto kv = backend_->open();
  EXPECT_TRUE(kv->may_exist(Column::heads, std::string("\2\0\0tea", 6)));
}

TEST_P(LogContract, FlushSavesAllHeads) {
  append({{kStock0, "tea", "a", true}, {kStock1, "oil", "b"}});
  expect_ok(log_->flush());
  expect_ok(log_->flush());  // with nothing to do
  writer_.reset();
  log_.reset();
  auto kv = backend_->open();
  EXPECT_TRUE(kv->may_exist(Column::heads, std::string("\2\0\0tea", 6)));
  EXPECT_TRUE(kv->may_exist(Column::heads, std::string("\2\0\1oil", 6)));
  EXPECT_TRUE(kv->may_exist(Column::open, std::string("\2\0\0tea", 6)));
  EXPECT_FALSE(kv->may_exist(Column::open, std::string("\2\0\1oil", 6)));
  kv.reset();
  reopen();
  EXPECT_EQ(*log_->head(kStock0, "tea"), (Head{1, 1, true}));
}

TEST_P(LogContract, ASecondWriterOfAStreamIsFoundOut) {
  append({{kStock0, "tea", "a"}});
  auto first = *log_->open_stream(kStock0, "tea");
  auto second = *log_->open_stream(kStock0, "tea");
  std::vector<Append> group = {make_append(first, 2, "b"), make_append(second, 2, "c"),
                               make_append(second, 3, "d")};
  std::vector<Offset> offsets;
  auto statuses = log_->append(group, offsets);
  expect_ok(statuses[0]);
  EXPECT_EQ(statuses[1].code(), Code::stale_sequence);
  expect_ok(statuses[2]);  // follows b, whoever wrote it
  EXPECT_EQ(offsets, (std::vector<Offset>{2, kNoOffset, 3}));
  EXPECT_EQ(stream_of(*log_, kStock0, "tea"), (Lines{"tea#1:a", "tea#2:b", "tea#3:d"}));
}

TEST_P(LogContract, AGapInASequenceIsRefusedAndNothingElse) {
  auto tea = *log_->open_stream(kStock0, "tea");
  std::vector<Append> group = {make_append(tea, 2, "b")};
  std::vector<Offset> offsets;
  EXPECT_EQ(log_->append(group, offsets)[0].code(), Code::stale_sequence);
  EXPECT_TRUE(log_->surely_new(kStock0, "tea"));
  EXPECT_EQ(log_->next_offset(kStock0), 1u);
  append({{kStock0, "oil", "x"}});
  EXPECT_EQ(scanned(*log_, kStock0), (Lines{"oil#1:x"}));
}

TEST_P(LogContract, AnAppendThatIsNotWhatItSaysIsInvalid) {
  auto tea = *log_->open_stream(kStock0, "tea");
  auto oil = *log_->open_stream(kStock0, "oil");
  std::vector<Append> group = {make_append(tea, 1, "a"), make_append(tea, 1, "a"),
                               make_append(tea, 1, "a", true), make_append(tea, 1, "a"),
                               make_append(tea, 1, "a")};
  group[0].stream = oil;
  group[1].sequence = 2;
  group[2].open = false;
  group[3].bytes = "short";
  group[4].stream = nullptr;
  std::vector<Offset> offsets;
  for (const Status& status : log_->append(group, offsets)) EXPECT_EQ(status.code(), Code::invalid);
  EXPECT_EQ(log_->next_offset(kStock0), 1u);
}

TEST_P(LogContract, APartitionThatDoesNotExistIsInvalid) {
  PartitionId none{Service::stock, 2};
  EXPECT_EQ(log_->open_stream(none, "tea").status().code(), Code::invalid);
  EXPECT_EQ(log_->open_stream({Service::wallet, 0}, "w").status().code(), Code::invalid);
  EXPECT_EQ(log_->open_stream(kStock0, "").status().code(), Code::invalid);
  EXPECT_EQ(log_->stopped(none).code(), Code::invalid);
  EXPECT_EQ(log_->next_offset(none), kNoOffset);
  EXPECT_FALSE(log_->surely_new(none, "tea"));
}

TEST_P(LogContract, AnEmptyGroupWritesNothing) {
  std::vector<Append> group;
  std::vector<Offset> offsets = {7};
  EXPECT_TRUE(log_->append(group, offsets).empty());
  EXPECT_TRUE(offsets.empty());
}

TEST_P(LogContract, OneStreamHasOneHandle) {
  auto first = *log_->open_stream(kStock0, "tea");
  EXPECT_EQ(first, *log_->open_stream(kStock0, "tea"));
  EXPECT_NE(first, *log_->open_stream(kStock1, "tea"));
  first.reset();
  append({{kStock0, "tea", "a"}});
  EXPECT_EQ(*log_->head(kStock0, "tea"), (Head{1, 1, false}));
}

TEST_P(LogContract, ASnapshotIsFoundWaitingAndSaved) {
  append({{kStock0, "tea", "a"}, {kStock0, "tea", "b"}});
  log_->put_snapshot(*writer_->stream(kStock0, "tea"), {3, 1, 1, "old"});
  log_->put_snapshot(*writer_->stream(kStock0, "tea"), {3, 2, 2, "state"});
  for (int round = 0; round < 2; ++round) {
    auto found = log_->snapshot(kStock0, "tea", 3);
    ASSERT_TRUE(found.ok() && *found) << round;
    EXPECT_EQ((*found)->bytes, "state");
    EXPECT_EQ((*found)->offset, 2u);
    EXPECT_EQ((*found)->sequence, 2u);
    EXPECT_FALSE(*log_->snapshot(kStock0, "tea", 4));  // another version
    EXPECT_FALSE(*log_->snapshot(kStock1, "tea", 3));
    expect_ok(log_->flush());
    reopen();
  }
}

TEST_P(LogContract, ASnapshotIsSavedWithTheNextGroup) {
  append({{kStock0, "tea", "a"}});
  log_->put_snapshot(*writer_->stream(kStock0, "tea"), {1, 1, 1, "state"});
  append({{kStock0, "oil", "b"}});
  reopen();
  EXPECT_TRUE(log_->snapshot(kStock0, "tea", 1)->has_value());
}

TEST_P(LogContract, ASnapshotThatIsAheadOfTheLogIsNotGiven) {
  append({{kStock0, "tea", "a"}});
  log_->put_snapshot(*writer_->stream(kStock0, "tea"), {1, 9, 9, "from nowhere"});
  EXPECT_FALSE(*log_->snapshot(kStock0, "tea", 1));
}

TEST_P(LogContract, ALargeRecordComesBack) {
  std::string text(300'000, 'x');
  append({{kStock0, "tea", text}, {kStock0, "oil", "small"}});
  reopen();
  EXPECT_EQ(scanned(*log_, kStock0), (Lines{"tea#1:" + text, "oil#1:small"}));
}

TEST_P(LogContract, AnIdThatBeginsLikeAnotherIsAnother) {
  append({{kStock0, "a", "1", true}, {kStock0, "ab", "2", true}});
  expect_ok(log_->flush());
  reopen();
  EXPECT_EQ(*log_->open_streams(kStock0), (Lines{"a", "ab"}));
  EXPECT_EQ(stream_of(*log_, kStock0, "a"), (Lines{"a#1:1"}));
  EXPECT_EQ(log_->head(kStock0, "abc")->sequence, 0u);
}

}  // namespace
}  // namespace souk::store
