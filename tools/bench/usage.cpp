#include "tools/bench/usage.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/bench/error.hpp"

namespace souk::bench {
namespace {

std::string slurp(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Fields 14 and 15 of proc(5)'s stat, counted after the command's closing parenthesis (field 2).
double cpu_seconds_of(pid_t pid) {
  const std::string stat = slurp(fmt::format("/proc/{}/stat", pid));
  const std::size_t end = stat.rfind(')');
  if (end == std::string::npos) throw BenchError(fmt::format("process {} is gone", pid));
  std::istringstream fields(stat.substr(end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::optional<std::uint64_t> written_by(pid_t pid) {
  std::istringstream lines(slurp(fmt::format("/proc/{}/io", pid)));
  std::string name;
  std::uint64_t value = 0;
  while (lines >> name >> value)
    if (name == "write_bytes:") return value;
  return std::nullopt;
}

}  // namespace

Usage usage_of(pid_t pid, const std::optional<std::filesystem::path>& data) {
  Usage usage;
  usage.cpu_seconds = cpu_seconds_of(pid);
  usage.written = written_by(pid);
  if (data) usage.data_bytes = disk_bytes(*data);
  return usage;
}

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t disk_bytes(const std::filesystem::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code error;
  std::filesystem::recursive_directory_iterator walk(directory, error);
  for (; !error && walk != std::filesystem::recursive_directory_iterator(); walk.increment(error)) {
    struct stat status {};
    if (::lstat(walk->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
      bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  return bytes;
}

}  // namespace souk::bench
