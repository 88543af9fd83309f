// A stream of text in blocks of whole lines.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace souk::replay {

// One thread's. Borrows the stream.
class LineBlocks {
 public:
  LineBlocks(std::FILE* in, std::string name) : in_(in), name_(std::move(name)) {}

  // The next line without its end; false if there is none. Throws Failure if the stream cannot be
  // read, or if a line is longer than 1 GiB.
  bool line(std::string& line);

  // The next lines, with their ends (the very last may have none): about kBlockBytes, at least one.
  // Empty if there are none any more.
  std::string block();

 private:
  static constexpr std::size_t kBlockBytes = 1u << 20;
  static constexpr std::size_t kLineBytesMax = 1u << 30;
  bool fill();

  std::FILE* in_;
  std::string name_;
  std::string rest_;  // read, and not given yet
  bool ended_ = false;
};

}  // namespace souk::replay
