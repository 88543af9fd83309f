#include "tools/query/watch.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "events/rfc3339.hpp"
#include "tools/query/failure.hpp"

namespace souk::query {
namespace {

using Clock = std::chrono::steady_clock;

std::string time_line(Time now) { return to_rfc3339({now.micros - now.micros % 1'000'000}); }

// The terminal's second screen, given back at the end.
class Screen {
 public:
  explicit Screen(std::FILE* out) : out_(out) { fmt::print(out_, "\x1b[?1049h\x1b[?25l"); }
  ~Screen() {
    fmt::print(out_, "\x1b[?25h\x1b[?1049l");
    std::fflush(out_);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // As many lines as fit; each is drawn over the one that was there, so nothing flickers.
  void draw(const std::string& text) {
    std::string frame = "\x1b[H";
    std::size_t left = cli::screen_lines() - 1;
    for (std::size_t begin = 0; begin < text.size() && left > 0; --left) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      frame.append(text, begin, end - begin).append("\x1b[K\n");
      begin = end + 1;
    }
    frame += "\x1b[J";
    std::fwrite(frame.data(), 1, frame.size(), out_);
    std::fflush(out_);
  }

 private:
  std::FILE* out_;
};

void append_look(const Console& console, const Look& look, bool for_programs) {
  fmt::print(for_programs ? console.err : console.out, "-- {}\n", time_line(console.now()));
  std::fwrite(look.data.data(), 1, look.data.size(), console.out);
  std::fflush(console.out);
  fmt::print(console.err, "{}", look.notes);
}

void pause(const Console& console, Clock::time_point until) {
  while (!*console.stop && Clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

}  // namespace

int watch(const Console& console, double interval_s, bool for_programs,
          const std::function<Look()>& look) {
  const auto interval =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(interval_s));
  Look seen = look();  // what fails now fails for good
  std::optional<Screen> screen;
  if (console.terminal) screen.emplace(console.out);
  while (true) {
    const auto next = Clock::now() + interval;
    if (screen)
      screen->draw(fmt::format("{}  every {} s; Ctrl-C ends\n\n{}\n{}", time_line(console.now()),
                               interval_s, seen.data, seen.notes));
    else
      append_look(console, seen, for_programs);
    pause(console, next);
    if (*console.stop) return kExitInterrupted;
    try {
      seen = look();
    } catch (const Failure& failure) {
      if (*console.stop) return kExitInterrupted;
      seen = {"", fmt::format("souk-query: {}\n", failure.what())};
    }
  }
}

}  // namespace souk::query
