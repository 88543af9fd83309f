// What a log tells those who look at it from outside: which batch follows, which snapshot is there.
#include "log_over_backend.hpp"
#include "support.hpp"

namespace souk::store {
namespace {

class LogOutside : public LogOverBackend {};

INSTANTIATE_TEST_SUITE_P(Over, LogOutside, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

TEST_P(LogOutside, TheBatchThatFollowsIsFoundByItsKey) {
  EXPECT_EQ(*log_->next_batch(kStock0, kNoOffset), kNoOffset);
  append({{kStock0, "tea", "a"}, {kStock0, "rye", "b"}, {kStock1, "oil", "c"}});  // 1 and 2
  append({{kStock0, "tea", "d"}});                                                // 3
  EXPECT_EQ(*log_->next_batch(kStock0, kNoOffset), 1u);
  EXPECT_EQ(*log_->next_batch(kStock0, 1), 3u);
  EXPECT_EQ(*log_->next_batch(kStock0, 2), 3u);
  EXPECT_EQ(*log_->next_batch(kStock0, 3), kNoOffset);
  EXPECT_EQ(*log_->next_batch(kStock1, 1), kNoOffset);  // not the next partition's
  EXPECT_EQ(log_->next_batch({Service::wallet, 0}, 1).status().code(), Code::invalid);
}

TEST_P(LogOutside, ASnapshotIsShownOfWhateverVersionWaitingOrSaved) {
  append({{kStock0, "tea", "a"}});
  EXPECT_FALSE(log_->any_snapshot(kStock0, "tea")->has_value());
  log_->put_snapshot(*writer_->stream(kStock0, "tea"), {7, 1, 1, "state"});
  for (const bool saved : {false, true}) {
    if (saved) {
      expect_ok(log_->flush());
      reopen();
    }
    const auto found = *log_->any_snapshot(kStock0, "tea");
    ASSERT_TRUE(found) << saved;
    EXPECT_EQ(found->version, 7u);
    EXPECT_EQ(found->offset, 1u);
    EXPECT_EQ(found->sequence, 1u);
    EXPECT_EQ(found->bytes, "state");
    EXPECT_FALSE(log_->snapshot(kStock0, "tea", 8)->has_value());  // the actors' is choosier
  }
  EXPECT_EQ(log_->any_snapshot({Service::wallet, 0}, "w").status().code(), Code::invalid);
}

}  // namespace
}  // namespace souk::store
