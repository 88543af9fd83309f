// Frames that wait to be written to a socket, gathered so that one write takes many.
#pragma once

#include <deque>
#include <string>

namespace souk::cluster {

// Small frames are appended to the chunk before them: copying 200 bytes is cheaper than a piece of
// its own in a write. Large ones are moved. Not thread-safe.
class TcpOutbox {
 public:
  using Chunks = std::deque<std::string>;

  void add(std::string frame) {
    const bool fits = !chunks_.empty() && frame.size() <= kCopiedBytesMax &&
                      chunks_.back().size() + frame.size() <= kChunkBytesMax;
    if (fits)
      chunks_.back().append(frame);
    else
      chunks_.push_back(std::move(frame));
  }

  // All of it; then it is empty.
  Chunks take() { return std::exchange(chunks_, {}); }

 private:
  static constexpr std::size_t kCopiedBytesMax = 8u << 10;
  static constexpr std::size_t kChunkBytesMax = 64u << 10;

  Chunks chunks_;
};

}  // namespace souk::cluster
