#include "tests/sim/watchdog.hpp"

#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <string_view>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace souk::sim {
namespace {

constexpr int kLooks = 10;  // within the time that it is patient for

const Pulse* pulse_of_process = nullptr;

// Only what a signal handler may do.
void say_seed(int signal) {
  std::array<char, 128> text{};
  char* at = text.data();
  const auto add = [&](std::string_view part) {
    std::memcpy(at, part.data(), part.size());
    at += part.size();
  };
  const auto add_number = [&](std::uint64_t number) {
    at = std::to_chars(at, at + 20, number).ptr;
  };
  add("souk-sim: seed ");
  add_number(pulse_of_process->seed);
  add(" ends the process: signal ");
  add_number(static_cast<std::uint64_t>(signal));
  add(" after ");
  add_number(pulse_of_process->steps);
  add(" steps\n");
  std::ignore = write(STDERR_FILENO, text.data(), static_cast<std::size_t>(at - text.data()));
  std::raise(signal);  // its default: SA_RESETHAND
}

}  // namespace

Watchdog::Watchdog(const Pulse& pulse, Seconds patience, std::function<void()> hung)
    : pulse_(pulse), patience_(patience), hung_(std::move(hung)), thread_([this] { look_on(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ends_.notify_all();
  thread_.join();
}

void Watchdog::look_on() {
  const auto seen = [this] {
    return std::tuple(pulse_.seed.load(), pulse_.steps.load(), pulse_.passed.load());
  };
  auto last = seen();
  for (int still = 0; still < kLooks;) {
    if (has_ended(patience_ / kLooks)) return;
    const auto now = seen();
    still = now == last ? still + 1 : 0;
    last = now;
  }
  hung_();
}

bool Watchdog::has_ended(Seconds wait) {
  std::unique_lock lock(mutex_);
  return ends_.wait_for(lock, wait, [this] { return ended_; });
}

void name_seed_of_crash(const Pulse& pulse) {
  pulse_of_process = &pulse;
  struct sigaction action {};
  action.sa_handler = say_seed;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    sigaction(signal, &action, nullptr);
}

}  // namespace souk::sim
