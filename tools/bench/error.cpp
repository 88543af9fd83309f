#include "tools/bench/error.hpp"

#include <csignal>

namespace souk::bench {
namespace {

volatile std::sig_atomic_t signalled = 0;

void on_signal(int) { signalled = 1; }

}  // namespace

void check_interrupted() {
  if (signalled != 0) throw Interrupted();
}

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: epoll_wait returns and the flag is seen
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace souk::bench
