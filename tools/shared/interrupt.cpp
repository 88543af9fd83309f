#include "tools/shared/interrupt.hpp"

#include <csignal>

namespace souk::cli {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

extern "C" void on_signal(int) { stop.store(true, std::memory_order_relaxed); }

}  // namespace

const std::atomic<bool>& stop_on_signal() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // the next one ends the process
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A reader that goes away (`souk ... | head`) is not an error to shout about.
  std::signal(SIGPIPE, SIG_DFL);
  return stop;
}

}  // namespace souk::cli
