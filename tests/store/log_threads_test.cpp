// One writer and several readers at once. What a thread was told is durable, every other finds.
#include <atomic>
#include <random>
#include <thread>

#include "support.hpp"

namespace souk::store {
namespace {

class LogThreads : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Over, LogThreads, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

TEST_P(LogThreads, ReadersNeverMissWhatWasAcknowledged) {
  constexpr int kStreams = 300;
  auto backend = make_backend(GetParam());
  LogOptions options;
  options.dirty_heads_max = 8;  // streams leave memory all the time
  auto log = open_log(backend->open(), options);
  std::atomic<int> acknowledged = 0;  // streams 0 .. acknowledged-1 have two records
  std::atomic<bool> done = false;

  auto name = [](int i) { return "s" + std::to_string(i); };
  auto check = [&](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    while (!done) {
      const int known = acknowledged;
      if (known == 0) continue;
      const std::string id = name(static_cast<int>(random() % static_cast<unsigned>(known)));
      EXPECT_FALSE(log->surely_new(kStock0, id));
      EXPECT_EQ(log->head(kStock0, id)->sequence, 2u);
      auto stream = log->open_stream(kStock0, id);
      ASSERT_TRUE(stream.ok());
      EXPECT_EQ(stream_of(*log, kStock0, id).size(), 2u);
      EXPECT_GE(log->next_offset(kStock0), static_cast<Offset>(2 * known + 1));
      EXPECT_TRUE(log->surely_new(kStock0, "never written"));
    }
  };
  auto scan = [&] {
    while (!done) {
      const int known = acknowledged;
      EXPECT_GE(scanned(*log, kStock0).size(), static_cast<std::size_t>(2 * known));
      EXPECT_GE(log->open_streams(kStock0)->size(), static_cast<std::size_t>(known));
    }
  };
  std::thread first(check, 1), second(check, 2), third(scan);
  for (int i = 0; i < kStreams; ++i) {
    TestWriter writer(*log);  // whose streams are passivated at once
    expect_ok(writer.append({{kStock0, name(i), "a", true}, {kStock0, name(i), "b", true}})[0]);

    acknowledged = i + 1;
  }
  done = true;
  first.join();
  second.join();
  third.join();
}

}  // namespace
}  // namespace souk::store
