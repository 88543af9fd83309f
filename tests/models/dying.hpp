// A child process that is killed in the middle of its work.
#pragma once

#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace souk::test {

using Step = std::function<void(std::string_view)>;

// Runs `f` in a child, which gets an exception's text on stderr. Its exit status, as waitpid says.
inline int in_child(const std::function<void()>& f) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      f();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "in the child: %s\n", error.what());
      ::_exit(1);
    }
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

// Runs `f(step)` in a child that kills itself (SIGKILL: nothing is closed or written any more) when
// it comes to its nth step. True if there are less steps.
inline bool survives(int n, const std::function<void(const Step&)>& f) {
  const int status = in_child([&] {
    int steps = 0;
    f([&](std::string_view) {
      if (++steps == n) ::raise(SIGKILL);
    });
  });
  if (WIFSIGNALED(status)) {
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    return false;
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
  return true;
}

}  // namespace souk::test
