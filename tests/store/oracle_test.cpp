// Random operations against a plain model, with reopenings at random moments; on the memory store
// also with failures of its disk. A failing run prints its seed: SOUK_TEST_SEED=... repeats it.
#include "model.hpp"

namespace souk::store {
namespace {

class LogOracle : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Over, LogOracle, ::testing::Values("memory", "rocksdb"),
                         [](const auto& info) { return info.param; });

LogOptions random_options(std::mt19937_64& random) {
  LogOptions options;
  options.dirty_heads_max = random() % 20;
  options.heads_lag_max = 1 + random() % 40;
  return options;
}

TEST_P(LogOracle, AgreesAfterAnyOperations) {
  const std::uint64_t seed = test_seed(31337);
  SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  auto backend = make_backend(GetParam());
  auto log = open_log(backend->open());
  auto writer = std::make_unique<TestWriter>(*log);
  Model model;
  const int steps = GetParam() == "memory" ? 1200 : 600;
  for (int step = 0; step < steps && !HasFailure(); ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    switch (random() % 50) {
      case 0:
        writer.reset();
        if (random() % 2 == 0) expect_ok(log->flush());
        log.reset();
        log = open_log(backend->open(), random_options(random));
        ASSERT_NE(log, nullptr);
        writer = std::make_unique<TestWriter>(*log);
        break;
      case 1: expect_ok(log->flush()); break;
      case 2: writer = std::make_unique<TestWriter>(*log); break;  // every actor is passivated
      case 3: model.expect_same(*log); break;
      default: {
        auto group = random_group(random, 8);
        for (const Status& status : writer->append(group)) expect_ok(status);
        model.append(group);
      }
    }
  }
  model.expect_same(*log);
}

TEST(MemoryOracle, AgreesThroughFailuresOfTheDisk) {
  const std::uint64_t seed = test_seed(1234);
  SCOPED_TRACE("SOUK_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  auto disk = std::make_shared<MemoryDisk>();
  Model model;
  int failures = 0;
  for (int round = 0; round < 60 && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    auto log = open_log(std::make_unique<MemoryKv>(disk), random_options(random));
    ASSERT_NE(log, nullptr);
    model.expect_same(*log);
    TestWriter writer(*log);
    MemoryDisk::Faults faults;
    const bool kept = random() % 2 == 0;
    if (kept) faults.failed_sync = MemoryDisk::FailedSync::kept;
    (random() % 2 == 0 ? faults.fail_sync : faults.fail_write) = disk->writes() + 1 + random() % 10;
    disk->set_faults(faults);
    for (int i = 0; i < 10; ++i) {
      auto group = random_group(random, 8);
      Model with_group = model;
      with_group.append(group);
      const bool ok = writer.append(group).front().ok();
      if (ok) {
        model = with_group;
        continue;
      }
      ++failures;
      model.expect_same(*log);
      EXPECT_EQ(writer.append(group).front().code(), Code::stopped);
      EXPECT_EQ(log->flush().code(), Code::stopped);
      if (disk->writes() != faults.fail_write && kept) model = with_group;
      break;
    }
    disk->crash();
  }
  EXPECT_GT(failures, 15);
}

TEST(MemoryDisk, ThatIsFullStopsEverythingAndAcknowledgesNothing) {
  auto disk = std::make_shared<MemoryDisk>();
  auto log = open_log(std::make_unique<MemoryKv>(disk));
  TestWriter writer(*log);
  disk->set_faults({.capacity_bytes = 2000});
  Model model;
  std::mt19937_64 random(5);
  for (;;) {
    auto group = random_group(random, 3);
    if (!writer.append(group).front().ok()) break;
    model.append(group);
    ASSERT_LT(model.records(), 100u);
  }
  model.expect_same(*log);
  EXPECT_EQ(log->stopped(kStock0).code(), Code::io_error);
  disk->set_faults({});
  EXPECT_EQ(writer.append({{kStock0, "tea", "a"}}).front().code(), Code::stopped);
  log = open_log(std::make_unique<MemoryKv>(disk));
  model.expect_same(*log);
}

}  // namespace
}  // namespace souk::store
