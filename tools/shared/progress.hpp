// A progress bar for a person who waits.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>

namespace souk::cli {

// One phase of work, drawn as one line on stderr while stderr is a terminal, and silent otherwise.
// `advance` may be called from any thread, the rest from one.
class Progress {
 public:
  // Draws on `stream` if it is a terminal and `enabled`.
  explicit Progress(std::FILE* stream, bool enabled = true);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void start(std::string label, std::size_t total);  // total 0: not known
  void advance(std::size_t by = 1) { done_.fetch_add(by, std::memory_order_relaxed); }
  void draw();   // call some ten times a second
  void clear();  // leaves the line empty

  // The line as it is drawn: a bar, the counts, the rate and the time that is left. A total of 0:
  // nobody knows it, and the line has the count and the rate.
  static std::string line(const std::string& label, std::size_t done, std::size_t total,
                          std::chrono::duration<double> elapsed);

 private:
  std::FILE* stream_;
  bool visible_;
  bool drawn_ = false;
  std::string label_;
  std::size_t total_ = 0;
  std::atomic<std::size_t> done_{0};
  std::chrono::steady_clock::time_point started_;
};

}  // namespace souk::cli
