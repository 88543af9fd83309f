// Values of a row as bytes whose order is SQLite's: NULL before numbers before text, numbers by
// value, text by its bytes. Two rows are the same if and only if their bytes are; and one comes
// before the other in an index if its bytes do. So the same bytes are hashed and compared.
//
//   NULL      0
//   INTEGER   1, then 8 bytes, the most significant first, with the sign bit flipped
//   TEXT      2, the text with each 0 followed by 255, then 0 0
//   else      3, then the same of its bytes: no table of the read models has such values
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace souk::replay {

// Grows and never shrinks: to be used for one row after the other. One thread.
class RowBytes {
 public:
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }
  // What was put between two sizes.
  std::string_view part(std::size_t from, std::size_t to) const {
    return {bytes_.get() + from, to - from};
  }

  void put_null() { room(1)[size_++] = 0; }
  void put_integer(std::int64_t number) {
    static_assert(std::endian::native == std::endian::little);
    char* const to = room(9) + size_;
    to[0] = 1;
    const std::uint64_t ordered =
        __builtin_bswap64(static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63));
    std::memcpy(to + 1, &ordered, 8);
    size_ += 9;
  }
  void put_text(std::string_view text) { put_escaped(2, text); }
  void put_other(std::string_view bytes) { put_escaped(3, bytes); }

  // What another has of these very bytes.
  void put_part(std::string_view part) {
    std::memcpy(room(part.size()) + size_, part.data(), part.size());
    size_ += part.size();
  }

 private:
  char* room(std::size_t bytes) {
    if (size_ + bytes > capacity_) grow(size_ + bytes);
    return bytes_.get();
  }
  void grow(std::size_t bytes) {
    capacity_ = std::bit_ceil(bytes + 256);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
  }
  void put_escaped(char kind, std::string_view text) {
    char* to = room(2 * text.size() + 3) + size_;
    *to++ = kind;
    if (text.empty() || std::memchr(text.data(), 0, text.size()) == nullptr) [[likely]] {
      if (!text.empty()) std::memcpy(to, text.data(), text.size());
      to += text.size();
    } else {
      for (const char c : text) {
        *to++ = c;
        if (c == 0) *to++ = static_cast<char>(255);
      }
    }
    *to++ = 0;
    *to++ = 0;
    size_ = static_cast<std::size_t>(to - bytes_.get());
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

// The values of such bytes for people, each on its own; "NULL".
std::vector<std::string> texts_of_row(std::string_view bytes);
// All of them: "(17850, 2010-12-01T08:26:00.000000Z, NULL)".
std::string text_of_row(std::string_view bytes);

}  // namespace souk::replay
