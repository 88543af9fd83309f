// Takes an input apart. Whatever is missing at its end is zero or empty, so that every input means
// something and a mutation of one part leaves the others what they were.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstring>
#include <string_view>

namespace souk::fuzz {

class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral T>
  T number() {  // little-endian
    T value = 0;
    const std::string_view bytes = take(sizeof value);
    std::memcpy(&value, bytes.data(), bytes.size());
    return value;
  }

  // The next `size` bytes, or as many as are left.
  std::string_view take(std::size_t size) {
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace souk::fuzz
