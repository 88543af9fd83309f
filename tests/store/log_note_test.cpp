// Notes beside the log: there after a start, in copies and for views, and damage is found.
#include "log_over_backend.hpp"
#include "store/keys.hpp"
#include "store/values.hpp"
#include "view_support.hpp"

namespace souk::store {
namespace {

using LogNote = LogOverBackend;
INSTANTIATE_TEST_SUITE_P(Over, LogNote, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

std::optional<std::string> noted(const Log& log, std::string_view name) {
  auto note = log.note(name);
  EXPECT_TRUE(note.ok()) << note.status().message();
  return note.ok() ? *note : std::nullopt;
}

TEST_P(LogNote, IsThereAfterAReopeningUnderItsName) {
  EXPECT_EQ(noted(*log_, "placement"), std::nullopt);
  const std::string bytes("\0{\"a\": 1}\xff", 10);
  expect_ok(log_->put_note("placement", bytes));
  expect_ok(log_->put_note("place", ""));
  expect_ok(log_->put_note("placement2", "two"));
  reopen();
  EXPECT_EQ(noted(*log_, "placement"), bytes);
  EXPECT_EQ(noted(*log_, "place"), "");
  EXPECT_EQ(noted(*log_, "other"), std::nullopt);
  expect_ok(log_->put_note("placement", "new"));
  EXPECT_EQ(noted(*log_, "placement"), "new");
  EXPECT_EQ(noted(*log_, "placement2"), "two");
}

TEST_P(LogNote, ViewsReadItAndTheLogStaysAsItWas) {
  append({{kStock0, "tea", "a"}});
  expect_ok(log_->put_note("placement", "here"));
  append({{kStock0, "tea", "b"}});
  const auto before = scanned(*log_, kStock0);
  writer_.reset();
  log_.reset();
  const auto view = view_over(backend_->open());
  auto note = view->note("placement");
  ASSERT_TRUE(note.ok());
  EXPECT_EQ(*note, "here");
  EXPECT_EQ(*view->note("other"), std::nullopt);
  EXPECT_EQ(walked(*view, kStock0), before);
}

TEST(LogNoteDamage, IsFoundAndStopsNothingElse) {
  auto disk = std::make_shared<MemoryDisk>();
  auto log = open_log(std::make_unique<MemoryKv>(disk));
  expect_ok(log->put_note("placement", "here"));
  const std::string key = note_key("placement");
  disk->overwrite(Column::meta, key, encode_note(note_key("other"), "here"));  // another's seal
  const auto note = log->note("placement");
  EXPECT_EQ(note.status().code(), Code::corruption);
  EXPECT_NE(note.status().message().find("\"placement\""), std::string::npos);
  TestWriter writer(*log);
  for (const Status& status : writer.append({{kStock0, "tea", "a"}})) expect_ok(status);
}

TEST(LogNoteFailure, AFailedWriteIsNotANoteAndStopsTheLog) {
  auto disk = std::make_shared<MemoryDisk>();
  auto log = open_log(std::make_unique<MemoryKv>(disk));
  expect_ok(log->put_note("placement", "here"));
  disk->crash();  // every later write fails
  EXPECT_EQ(log->put_note("placement", "there").code(), Code::io_error);
  EXPECT_EQ(log->put_note("placement", "there").code(), Code::stopped);
  EXPECT_FALSE(log->stopped(kStock0).ok());
  log = open_log(std::make_unique<MemoryKv>(disk));
  EXPECT_EQ(noted(*log, "placement"), "here");
}

}  // namespace
}  // namespace souk::store
