#include "tools/shared/console.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/shared/exit_codes.hpp"
#include "tools/shared/interrupt.hpp"

namespace souk::cli {
namespace {

constexpr const char* kPager = "less -FRX";

extern "C" void end_at_once(int) { _exit(kExitInterrupted); }

Time wall_clock() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A pager is the one to be asked to stop while it shows something.
class IgnoredSignals {
 public:
  IgnoredSignals()
      : interrupt_(std::signal(SIGINT, SIG_IGN)), pipe_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~IgnoredSignals() {
    std::signal(SIGINT, interrupt_);
    std::signal(SIGPIPE, pipe_);
  }

 private:
  void (*interrupt_)(int);
  void (*pipe_)(int);
};

bool page(const std::string& text) {
  const std::string_view chosen = variable("PAGER");
  const IgnoredSignals ignored;
  std::FILE* pager = ::popen(chosen.empty() ? kPager : std::string(chosen).c_str(), "w");
  if (pager == nullptr) return false;
  std::fwrite(text.data(), 1, text.size(), pager);
  return ::pclose(pager) != 127 << 8;  // the shell's word for "no such program"
}

}  // namespace

Console process_console() {
  std::signal(SIGPIPE, SIG_DFL);  // `... | head` is nothing to shout about
  std::signal(SIGINT, end_at_once);
  Console console;
  console.terminal = ::isatty(STDOUT_FILENO) == 1;
  const bool dumb = variable("TERM") == "dumb";
  console.colours = console.terminal && !dumb && variable("NO_COLOR").empty();
  console.pager = console.terminal && !dumb && ::isatty(STDIN_FILENO) == 1;
  console.now = wall_clock;
  return console;
}

void stop_politely(Console& console) { console.stop = &cli::stop_on_signal(); }

std::size_t screen_lines() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 24;
  return size.ws_row;
}

void print(const Console& console, const std::string& text, bool may_page) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (console.pager && may_page && lines >= screen_lines() && page(text)) return;
  std::fwrite(text.data(), 1, text.size(), console.out);
  std::fflush(console.out);
}

}  // namespace souk::cli
