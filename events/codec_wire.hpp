// Cap'n Proto's encoding of one segment (https://capnproto.org/encoding.html): the pointer words,
// and a reader that trusts nothing. Positions are word indices; word 0 is the root pointer.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace souk::codec {

// No message may be longer: far above anything that souk stores, and far below what a pointer's
// fields can count.
inline constexpr std::size_t kMessageBytesMax = std::size_t{1} << 28;

namespace detail {

static_assert(std::endian::native == std::endian::little, "the saved form is little-endian");

inline constexpr std::size_t kWordBytes = 8;

// The size of a struct in words: its data section, then its pointer section.
struct Extent {
  std::uint32_t data_words = 0;
  std::uint32_t pointer_words = 0;
  constexpr std::uint32_t words() const { return data_words + pointer_words; }
};

// How a list's elements lie, as its pointer says.
enum class ElementSize : std::uint8_t {  // stored: never reuse
  none = 0,
  bit = 1,
  byte = 2,
  two_bytes = 3,
  four_bytes = 4,
  eight_bytes = 5,
  pointer = 6,
  composite = 7,  // structs, after a tag word that tells their number and extent
};

// The pointer at word `from` to a struct at word `to`. One without words is pointed to at the
// pointer itself, which tells it from null.
constexpr std::uint64_t struct_pointer(std::uint32_t from, std::uint32_t to, Extent extent) {
  const std::uint32_t distance = extent.words() == 0 ? ~std::uint32_t{0} : to - from - 1;
  return std::uint64_t{extent.pointer_words} << 48 | std::uint64_t{extent.data_words} << 32 |
         std::uint32_t{distance << 2};
}

// The pointer at word `from` to a list at word `to`. `count` is its elements; of a composite list
// its words without the tag.
constexpr std::uint64_t list_pointer(std::uint32_t from, std::uint32_t to, ElementSize size,
                                     std::uint32_t count) {
  return std::uint64_t{count} << 35 | std::uint64_t{static_cast<std::uint8_t>(size)} << 32 |
         std::uint32_t{(to - from - 1) << 2} | 1u;
}

// The tag word of a composite list.
constexpr std::uint64_t composite_tag(std::uint32_t count, Extent extent) {
  return std::uint64_t{extent.pointer_words} << 48 | std::uint64_t{extent.data_words} << 32 |
         std::uint32_t{count << 2};
}

// A struct inside of a message. The default is one without words: everything about it is zero.
struct StructView {
  const char* data = nullptr;
  Extent extent;
  std::uint32_t pointers_at = 0;

  // The word of pointer `index`, or 0 if the struct is too short to have it.
  std::uint32_t pointer(std::uint32_t index) const {
    return index < extent.pointer_words ? pointers_at + index : 0;
  }
};

// A list inside of a message.
struct ListView {
  std::uint32_t at = 0;  // its first element
  std::uint32_t count = 0;
  Extent step;  // of a composite list: every element's
};

// What was found at a pointer.
enum class Found : std::uint8_t { null, object, bad };

// Reads a message. Every object is checked to lie inside of it, and all objects together may not
// have more words than the message: so cyclic and shared pointers end. Far pointers and
// capabilities are bad. The pointers `at` are words of views that the reader gave, or 0 for null.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  // False if the bytes are no message: not whole words, empty, too long, or the root is null.
  bool root(StructView& view);

  Found structure(std::uint32_t at, StructView& view);
  Found text(std::uint32_t at, std::string_view& text);
  // A list of numbers, or of pointers.
  Found flat_list(std::uint32_t at, ElementSize size, ListView& view);
  // A list of structs. Elements without words are bad.
  Found struct_list(std::uint32_t at, ListView& view);

  // Element `index` of a struct list, which has that many.
  StructView element(const ListView& list, std::uint32_t index) const;
  const char* word(std::uint32_t at) const { return bytes_.data() + at * kWordBytes; }

 private:
  std::uint64_t load(std::uint32_t at) const {
    std::uint64_t bits;
    std::memcpy(&bits, word(at), sizeof bits);
    return bits;
  }
  // Views the struct that the pointer, which stands at word `at`, leads to; false if it is none.
  bool follow(std::uint32_t at, std::uint64_t pointer, StructView& view);
  // Takes the words [start, start + count) off the budget; false if they are not there to take.
  bool take(std::int64_t start, std::uint64_t count);
  // The first half of reading a list: its pointer is split up. `start` is checked by `take`.
  Found list_start(std::uint32_t at, ElementSize size, std::int64_t& start, std::uint32_t& count);

  std::string_view bytes_;
  std::uint32_t words_ = 0;
  std::uint32_t budget_ = 0;  // words that objects may still have
};

}  // namespace detail
}  // namespace souk::codec
