#include "cluster/frame_reader.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "cluster/frame.hpp"

namespace souk::cluster {

std::span<char> FrameReader::space() {
  if (large_bytes_ != 0) {
    if (large_filled_ == large_.size())
      large_.resize(std::min(large_bytes_, std::max(2 * large_.size(), 2 * kBufferBytes)));
    return {large_.data() + large_filled_, large_.size() - large_filled_};
  }
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.data() + end_, buffer_.size() - end_};
}

void FrameReader::filled(std::size_t bytes) {
  std::size_t& filled = large_bytes_ != 0 ? large_filled_ : end_;
  assert(bytes <= (large_bytes_ != 0 ? large_.size() : buffer_.size()) - filled);
  filled += bytes;
}

store::Result<std::optional<std::string>> FrameReader::next() {
  if (large_bytes_ != 0) return take_large();
  const std::string_view there(buffer_.data() + begin_, end_ - begin_);
  if (there.size() < kFrameHeaderBytes) return std::optional<std::string>();
  const auto body = frame_body_bytes(there);
  if (!body.ok()) return body.status();
  const std::size_t bytes = kFrameHeaderBytes + *body;
  if (bytes <= there.size()) {
    begin_ += bytes;
    return std::optional(std::string(there.substr(0, bytes)));
  }
  if (bytes > buffer_.size()) begin_large(bytes);
  return std::optional<std::string>();
}

void FrameReader::begin_large(std::size_t bytes) {
  large_.assign(buffer_.data() + begin_, end_ - begin_);
  large_filled_ = large_.size();
  large_bytes_ = bytes;
  begin_ = end_ = 0;
}

std::optional<std::string> FrameReader::take_large() {
  if (large_filled_ < large_bytes_) return std::nullopt;
  large_bytes_ = large_filled_ = 0;
  return std::exchange(large_, {});
}

}  // namespace souk::cluster
