// How far a long step is: one line that is rewritten on a terminal, nothing elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace souk::bench {

class Progress {
 public:
  Progress(std::string what, std::uint64_t total);
  ~Progress();  // wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // One more of `total` is done. Cheap: looks at the clock once in 256 calls.
  void step();

 private:
  void show();

  std::string what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool terminal_;
  std::chrono::steady_clock::time_point shown_;
};

// One line about what begins now, on stderr: results alone go to stdout.
void note(const std::string& line);

}  // namespace souk::bench
