// Which node works on a data directory: by what it has written down, and by the lock.
#include "tools/shared/running_node.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace souk::testing {
namespace {

// Another process that holds the directory, as a database does.
class Holder {
 public:
  explicit Holder(const std::string& data) {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    pid_ = fork();
    if (pid_ == 0) {
      const int file = open((data + "/LOCK").c_str(), O_RDWR | O_CREAT, 0644);
      struct flock lock {};
      lock.l_type = F_WRLCK;
      lock.l_whence = SEEK_SET;
      const char done = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
      if (write(ready[1], &done, 1) == 1) pause();
      _exit(0);
    }
    char done = 0;
    EXPECT_EQ(read(ready[0], &done, 1), 1);
    EXPECT_EQ(done, 'y');
    close(ready[0]);
    close(ready[1]);
  }
  ~Holder() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  int pid() const { return pid_; }

 private:
  int pid_ = 0;
};

void write_down(const test::TempDir& data, const std::string& text) {
  std::ofstream(data / "node.json") << text;
}
std::string about(int pid, const std::string& http) {
  return R"({"pid":)" + std::to_string(pid) + R"(,"http":")" + http + "\"}\n";
}

TEST(RunningNodes, AreFoundByWhatTheyWroteDown) {
  const test::TempDir data;
  const Holder holder(data.path());
  for (const auto& [http, url] :
       std::vector<std::pair<std::string, std::string>>{{"127.0.0.1:8080", "http://127.0.0.1:8080"},
                                                        {"0.0.0.0:81", "http://127.0.0.1:81"},
                                                        {"[::]:81", "http://[::1]:81"},
                                                        {"[fe80::1]:81", "http://[fe80::1]:81"}}) {
    write_down(data, about(holder.pid(), http));
    const auto found = cli::running_node(data.path());
    ASSERT_TRUE(found) << http;
    EXPECT_EQ(found->url, url);
    EXPECT_EQ(found->pid, holder.pid());
  }
}

TEST(RunningNodes, AreNotBelievedWithoutTheLock) {
  const test::TempDir data;
  EXPECT_FALSE(cli::running_node(data.path()));
  EXPECT_FALSE(cli::is_held(data.path()));
  write_down(data, about(getpid(), "127.0.0.1:8080"));
  EXPECT_FALSE(cli::running_node(data.path()));
  {
    const Holder holder(data.path());
    EXPECT_TRUE(cli::is_held(data.path()));
    EXPECT_FALSE(cli::running_node(data.path()));  // another one's, which was killed
    write_down(data, about(holder.pid(), "127.0.0.1:8080"));
    EXPECT_TRUE(cli::running_node(data.path()));
  }
  EXPECT_FALSE(cli::running_node(data.path()));
  EXPECT_FALSE(cli::is_held(data.path()));
}

TEST(RunningNodes, WhatIsNoneOfTheirsIsPassedOver) {
  const test::TempDir data;
  const Holder holder(data.path());
  const std::string pid = std::to_string(holder.pid());
  for (const std::string& text : std::vector<std::string>{
           "", "{", "[]", "{}", R"({"pid":)" + pid + "}", R"({"pid":"x","http":"127.0.0.1:1"})",
           R"({"pid":)" + pid + R"(,"http":5})", R"({"pid":)" + pid + R"(,"http":"a b"})"}) {
    write_down(data, text);
    EXPECT_FALSE(cli::running_node(data.path())) << text;
  }
}

}  // namespace
}  // namespace souk::testing
