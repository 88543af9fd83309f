// What others see while a group is being written, and what happens when a head is saved between
// another's two looks. A database that calls back at the right moment makes the interleavings sure.
#include "support.hpp"

namespace souk::store {
namespace {

using Lines = std::vector<std::string>;

// A memory store that calls its hooks once, at the moments that matter.
class HookKv final : public Kv {
 public:
  std::function<void()> before_write, after_get;

  Status write(const WriteBatch& batch, bool sync) override {
    if (auto hook = std::exchange(before_write, {})) hook();
    return kv_.write(batch, sync);
  }
  Result<std::optional<std::string>> get(Column column, std::string_view key) const override {
    auto value = kv_.get(column, key);
    if (column == Column::heads)
      if (auto hook = std::exchange(const_cast<HookKv*>(this)->after_get, {})) hook();
    return value;
  }
  bool may_exist(Column column, std::string_view key) const override {
    return kv_.may_exist(column, key);
  }
  std::unique_ptr<Cursor> cursor(Column column) const override { return kv_.cursor(column); }

 private:
  MemoryKv kv_;
};

class LogInterleaving : public ::testing::Test {
 protected:
  void SetUp() override {
    auto kv = std::make_unique<HookKv>();
    kv_ = kv.get();
    LogOptions options;
    options.dirty_heads_max = 0;  // each group saves the heads of the ones before
    log_ = open_log(std::move(kv), options);
  }
  // By actors that live no longer than the call.
  void append(const std::vector<Line>& lines) {
    TestWriter writer(*log_);
    for (const Status& status : writer.append(lines)) expect_ok(status);
  }

  HookKv* kv_ = nullptr;
  std::unique_ptr<Log> log_;
};

TEST_F(LogInterleaving, AGroupThatIsBeingWrittenIsNotSeenButItsStreamsAreNotNew) {
  append({{kStock0, "old", "a", true}});
  bool called = false;
  kv_->before_write = [&] {
    called = true;
    EXPECT_FALSE(log_->surely_new(kStock0, "new"));
    EXPECT_EQ(log_->head(kStock0, "new")->sequence, 0u);
    EXPECT_EQ(log_->head(kStock0, "old")->sequence, 1u);
    EXPECT_EQ(scanned(*log_, kStock0), (Lines{"old#1:a"}));
    EXPECT_EQ(log_->next_offset(kStock0), 2u);
    EXPECT_EQ(*log_->open_streams(kStock0), (Lines{"old"}));
  };
  append({{kStock0, "new", "b", true}, {kStock0, "old", "c", false}});
  EXPECT_TRUE(called);
  EXPECT_EQ(*log_->open_streams(kStock0), (Lines{"new"}));
}

TEST_F(LogInterleaving, AStreamWhoseHeadIsBeingSavedIsStillFound) {
  append({{kStock0, "tea", "a", true}});
  bool called = false;
  kv_->before_write = [&] {  // with the head of tea
    called = true;
    EXPECT_FALSE(log_->surely_new(kStock0, "tea"));
    EXPECT_EQ(*log_->head(kStock0, "tea"), (Head{1, 1, true}));
    EXPECT_EQ(*log_->open_streams(kStock0), (Lines{"tea"}));
  };
  append({{kStock0, "oil", "b"}});
  EXPECT_TRUE(called);
  EXPECT_EQ(*log_->head(kStock0, "tea"), (Head{1, 1, true}));
}

TEST_F(LogInterleaving, AHeadThatIsSavedAgainWhileItIsReadIsReadAgain) {
  append({{kStock0, "tea", "a"}});
  append({{kStock0, "oil", "b"}});  // saves tea's head, and nobody holds tea now
  int calls = 0;
  auto overtake = [&] {
    ++calls;
    append({{kStock0, "tea", "c"}});
    append({{kStock0, "oil", "d"}});
  };
  kv_->after_get = overtake;
  EXPECT_EQ(log_->head(kStock0, "tea")->sequence, 2u);
  kv_->after_get = overtake;
  auto stream = log_->open_stream(kStock0, "tea");
  EXPECT_EQ(calls, 2);
  std::vector<Append> group = {make_append(*stream, 4, "e")};
  std::vector<Offset> offsets;
  expect_ok(log_->append(group, offsets)[0]);
  EXPECT_EQ(stream_of(*log_, kStock0, "tea"), (Lines{"tea#1:a", "tea#2:c", "tea#3:c", "tea#4:e"}));
}

}  // namespace
}  // namespace souk::store
