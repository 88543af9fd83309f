#include "killed_writer.hpp"

#include <csignal>
#include <cstdlib>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include "model.hpp"

namespace souk::store {
namespace {

constexpr const char* kDirectory = "SOUK_TEST_WRITE_TO";

bool has_written(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored))
    if (entry.path().extension() == ".log" && entry.file_size(ignored) > 1000) return true;
  return false;
}

// Not a test: what the process does that is killed. RocksDB's threads do not survive a fork, so it
// is this program once more.
TEST(KilledWriter, DISABLED_WritesUntilItIsKilled) {
  const char* directory = std::getenv(kDirectory);
  if (directory == nullptr) return;
  RocksOptions options{.path = directory};
  options.log_buffer_bytes = 256u << 10;
  options.heads_buffer_bytes = 64u << 10;
  auto kv = open_rocks_kv(options);
  ASSERT_TRUE(kv.ok()) << kv.status().message();
  LogOptions log_options;
  log_options.dirty_heads_max = 4;
  auto log = open_log(std::move(*kv), log_options);
  TestWriter writer(*log);
  std::mt19937_64 random(static_cast<std::uint64_t>(::getpid()));
  while (true) {
    auto group = random_group(random, 6);
    for (Line& line : group) line.text.append(random() % 2000, 'x');
    for (const Status& status : writer.append(group)) expect_ok(status);
  }
}

}  // namespace

void write_and_kill(const std::filesystem::path& directory, std::chrono::milliseconds after) {
  std::string variable = std::string(kDirectory) + '=' + directory.string();
  std::string program = "/proc/self/exe";
  std::string filter = "--gtest_filter=KilledWriter.DISABLED_WritesUntilItIsKilled";
  std::string disabled = "--gtest_also_run_disabled_tests";
  std::vector<char*> arguments = {program.data(), filter.data(), disabled.data(), nullptr};
  std::vector<char*> environment = {variable.data(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", 1, 0);
  pid_t pid = 0;
  const int failed =
      ::posix_spawn(&pid, program.c_str(), &quiet, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&quiet);
  ASSERT_EQ(failed, 0);
  while (!has_written(directory)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(after);
  ::kill(pid, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended on its own";
}

}  // namespace souk::store
