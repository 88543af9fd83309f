// Cuts a stream of bytes, as they come from a peer, into whole frames. Knows no sockets.
//
//   read into space(); filled(n); then next() until it gives no more
//
// Small frames are read many at a time into one buffer and copied out; what is missing of a large
// one is read straight to its place. Takes no more memory than has come, twice over, and its
// buffer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/status.hpp"

namespace souk::cluster {

// Not thread-safe. The span that `space` gave is good until the next call of anything else.
class FrameReader {
 public:
  static constexpr std::size_t kBufferBytes = 64u << 10;

  // Where the next bytes belong. Never empty.
  std::span<char> space();
  // So many bytes, at most the last `space`, are there now.
  void filled(std::size_t bytes);
  // The next whole frame, header and all; nothing if bytes of it are missing. A status if what
  // comes next cannot be a frame: then there is nothing more to be had from this stream.
  store::Result<std::optional<std::string>> next();
  // Between two frames, so that a stream may end here.
  bool at_border() const { return large_bytes_ == 0 && begin_ == end_; }

 private:
  std::optional<std::string> take_large();
  void begin_large(std::size_t bytes);

  std::vector<char> buffer_ = std::vector<char>(kBufferBytes);
  std::size_t begin_ = 0, end_ = 0;  // of buffer_: what has come and is not given out
  std::string large_;                // a frame that is larger than the buffer; then that is empty
  std::size_t large_bytes_ = 0;      // that it will have; 0: there is none
  std::size_t large_filled_ = 0;     // that it has
};

}  // namespace souk::cluster
