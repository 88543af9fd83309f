#include "tools/bench/progress.hpp"

#include <cstdio>
#include <unistd.h>

#include <fmt/format.h>

namespace souk::bench {

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)), total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (terminal_) std::fputs("\r\x1b[K", stderr);
}

void Progress::step() {
  if (++done_ % 256 != 0 || !terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_ < std::chrono::milliseconds(100)) return;
  shown_ = now;
  show();
}

void Progress::show() {
  const std::string line = fmt::format("\rseeding {}: {} of {}\x1b[K", what_, done_, total_);
  std::fputs(line.c_str(), stderr);
}

void note(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

}  // namespace souk::bench
