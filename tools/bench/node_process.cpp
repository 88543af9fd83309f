#include "tools/bench/node_process.hpp"

#include <deque>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/bench/error.hpp"

namespace souk::bench {
namespace {

constexpr std::chrono::seconds kReadyLimit{30};
constexpr std::chrono::seconds kStopLimit{30};
constexpr std::chrono::milliseconds kPollInterval{10};

std::string describe_end(int status) {
  if (WIFEXITED(status)) return fmt::format("exit code {}", WEXITSTATUS(status));
  return fmt::format("signal {}", WTERMSIG(status));
}

std::vector<std::string> with(std::vector<std::string> first,
                              const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

NodeProcess::NodeProcess(const std::filesystem::path& program, const std::filesystem::path& data,
                         const std::filesystem::path& log, const std::vector<std::string>& extra)
    : NodeProcess(program, data, log, extra, {INADDR_LOOPBACK, free_port()}) {}

NodeProcess::NodeProcess(const std::filesystem::path& program, const std::filesystem::path& data,
                         const std::filesystem::path& log, const std::vector<std::string>& extra,
                         const Endpoint& endpoint)
    : NodeProcess(program, with({"--data", data.string(), "--http", endpoint.host()}, extra),
                  endpoint, log) {
  wait_until_ready();
}

NodeProcess::NodeProcess(const std::filesystem::path& program,
                         const std::vector<std::string>& arguments, const Endpoint& endpoint,
                         const std::filesystem::path& log)
    : log_(log), endpoint_(endpoint) {
  spawn(with({program.string()}, arguments));
}

NodeProcess::~NodeProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void NodeProcess::spawn(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (log < 0) throw BenchError(fmt::format("cannot write {}", log_.string()));

  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {                       // only async-signal-safe calls from here on
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // it must not outlive the bench
    if (::getppid() != parent) ::_exit(126);
    ::setpgid(0, 0);  // a Ctrl-C goes to the bench, which then stops the node
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(log);
  if (pid_ < 0) throw BenchError("cannot start another process");
}

bool NodeProcess::ended(int& status) {
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  pid_ = -1;
  return true;
}

void NodeProcess::wait_until_ready() {
  const Clock::time_point limit = Clock::now() + kReadyLimit;
  while (get_status(endpoint_, "/readyz", std::chrono::milliseconds(1000)) != 200) {
    check_interrupted();
    int status = 0;
    if (ended(status))
      throw BenchError(fmt::format("souk-node ended while it was starting ({}):\n{}",
                                   describe_end(status), last_lines()));
    if (Clock::now() > limit)
      throw BenchError(fmt::format("souk-node was not ready within {} s:\n{}", kReadyLimit.count(),
                                   last_lines()));
    std::this_thread::sleep_for(kPollInterval);
  }
}

std::string NodeProcess::stop() {
  ::kill(pid_, SIGTERM);
  const Clock::time_point limit = Clock::now() + kStopLimit;
  int status = 0;
  while (!ended(status)) {
    if (Clock::now() > limit)
      return fmt::format("souk-node did not stop within {} s of SIGTERM", kStopLimit.count());
    std::this_thread::sleep_for(kPollInterval);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fmt::format("souk-node ended with {} at SIGTERM:\n{}", describe_end(status), last_lines());
}

std::string NodeProcess::last_lines() const {
  std::ifstream file(log_);
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back("  " + line);
    if (lines.size() > 10) lines.pop_front();
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace souk::bench
