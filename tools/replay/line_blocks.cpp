#include "tools/replay/line_blocks.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "tools/replay/failure.hpp"

namespace souk::replay {

// Reads some more; false if there is nothing more.
bool LineBlocks::fill() {
  if (ended_) return false;
  if (rest_.size() > kLineBytesMax)
    throw Failure(kExitBadInput, fmt::format("{} has a line that is longer than 1 GiB", name_));
  const std::size_t before = rest_.size();
  rest_.resize(before + kBlockBytes);
  const std::size_t size = std::fread(rest_.data() + before, 1, kBlockBytes, in_);
  rest_.resize(before + size);
  if (std::ferror(in_) != 0)
    throw Failure(kExitUnreachable,
                  fmt::format("{} cannot be read: {}", name_, std::strerror(errno)));
  ended_ = size == 0;
  return !ended_;
}

bool LineBlocks::line(std::string& line) {
  std::size_t end;
  while ((end = rest_.find('\n')) == std::string::npos && fill()) {
  }
  if (rest_.empty()) return false;
  line = rest_.substr(0, end);
  rest_.erase(0, end == std::string::npos ? end : end + 1);
  return true;
}

std::string LineBlocks::block() {
  std::size_t end = std::string::npos;
  while (rest_.size() < kBlockBytes || (end = rest_.rfind('\n')) == std::string::npos)
    if (!fill()) break;
  end = ended_ ? rest_.size() : end + 1;
  std::string block = std::move(rest_);
  rest_ = block.substr(end);
  block.resize(end);
  return block;
}

}  // namespace souk::replay
