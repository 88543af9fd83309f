#include "tools/shared/progress.hpp"

#include <algorithm>
#include <cmath>
#include <unistd.h>

#include <fmt/format.h>

#include "tools/shared/amounts.hpp"

namespace souk::cli {

Progress::Progress(std::FILE* stream, bool enabled)
    : stream_(stream), visible_(enabled && isatty(fileno(stream)) == 1) {}

Progress::~Progress() { clear(); }

void Progress::start(std::string label, std::size_t total) {
  label_ = std::move(label);
  total_ = total;
  done_ = 0;
  started_ = std::chrono::steady_clock::now();
  draw();
}

void Progress::draw() {
  if (!visible_) return;
  const auto elapsed = std::chrono::steady_clock::now() - started_;
  // Back to the start of the line, the line, and nothing behind it.
  fmt::print(stream_, "\r{}\x1b[K", line(label_, done_.load(), total_, elapsed));
  std::fflush(stream_);
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  fmt::print(stream_, "\r\x1b[K");
  std::fflush(stream_);
  drawn_ = false;
}

std::string Progress::line(const std::string& label, std::size_t done, std::size_t total,
                           std::chrono::duration<double> elapsed) {
  constexpr std::size_t kWidth = 28;
  if (total == 0 && done > 0) {  // nobody knows how much there is
    const double rate = elapsed.count() > 0 ? static_cast<double>(done) / elapsed.count() : 0;
    return fmt::format("{:<8} {}  {}/s", label, grouped(static_cast<std::int64_t>(done)),
                       grouped(std::llround(rate)));
  }
  const std::size_t filled = total == 0 ? kWidth : std::min(done, total) * kWidth / total;
  const double rate = elapsed.count() > 0 ? static_cast<double>(done) / elapsed.count() : 0;
  std::string text = fmt::format(
      "{:<8} [{}{}] {}/{}", label, std::string(filled, '#'), std::string(kWidth - filled, '-'),
      grouped(static_cast<std::int64_t>(done)), grouped(static_cast<std::int64_t>(total)));
  if (rate > 0 && done < total) {
    const double left_s = std::ceil(static_cast<double>(total - done) / rate);
    text += fmt::format("  {}/s  {} s left", grouped(std::llround(rate)),
                        grouped(std::llround(left_s)));
  }
  return text;
}

}  // namespace souk::cli
