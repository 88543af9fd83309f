// Writing: one pass over the value counts its words, a second writes them into place. Both follow
// the plans, which the caller has linked.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "events/codec_shape.hpp"
#include "events/codec_wire.hpp"

namespace souk::codec::detail {

template <class T>
const auto& slots_of() {
  return kPlan<typename Members<T>::planned>.slots;
}

// --- counting --------------------------------------------------------------------------------

constexpr std::size_t words_for_bytes(std::size_t bytes) {
  return (bytes + kWordBytes - 1) / kWordBytes;
}

// True if a member behind a pointer is stored as a null pointer.
template <class M>
bool is_null(const M& member) {
  if constexpr (Text<M>)
    return TextOf<M>::get(member).empty();
  else if constexpr (Optional<M>)
    return !member.has_value();
  else if constexpr (List<M>)
    return member.empty();
  else
    return false;
}

// The sections of a struct up to their last word that is not zero.
template <class T>
Extent extent(const T& value) {
  Extent sum;
  all_members(value, [&sum](auto index, const auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    const std::uint32_t slot = slots_of<T>()[index];
    if constexpr (Scalar<M>) {
      if (ScalarOf<M>::get(member) != 0) sum.data_words = std::max(sum.data_words, slot / 64 + 1);
    } else {
      if (!is_null(member)) sum.pointer_words = std::max(sum.pointer_words, slot + 1);
    }
    return true;
  });
  return sum;
}

// What every element of a list of structs gets: enough for each of them, and at least one word.
template <class L>
Extent element_extent(const L& list) {
  Extent most;
  for (const auto& element : list) {
    const Extent one = extent(element);
    most.data_words = std::max(most.data_words, one.data_words);
    most.pointer_words = std::max(most.pointer_words, one.pointer_words);
  }
  if (most.words() > 0) return most;
  constexpr auto shapes = kFieldShapes<typename ElementOf<L>::type>;
  constexpr bool has_data = std::any_of(shapes.begin(), shapes.end(), [](const FieldShape& one) {
    return one.type.kind < Kind::text;
  });
  return has_data ? Extent{1, 0} : Extent{0, 1};
}

template <class T>
std::size_t words_behind(const T& value);

// The words of what a member's pointer leads to.
template <class M>
std::size_t member_words(const M& member) {
  if constexpr (Text<M>) {
    const std::size_t size = TextOf<M>::get(member).size();
    return size == 0 ? 0 : words_for_bytes(size + 1);
  } else if constexpr (Optional<M>) {
    return member ? member_words(*member) : 0;
  } else if constexpr (Reflected<M>) {
    return extent(member).words() + words_behind(member);
  } else {
    using Element = typename ElementOf<M>::type;
    if (member.empty()) return 0;
    if constexpr (Scalar<Element>) {
      return words_for_bytes(member.size() * sizeof(Element));
    } else if constexpr (Text<Element>) {
      std::size_t words = member.size();
      for (const auto& element : member) words += member_words(element);
      return words;
    } else {
      std::size_t words = 1 + member.size() * element_extent(member).words();
      for (const auto& element : member) words += words_behind(element);
      return words;
    }
  }
}

// The words of everything that the struct's pointers lead to.
template <class T>
std::size_t words_behind(const T& value) {
  std::size_t words = 0;
  all_members(value, [&words](auto, const auto& member) {
    if constexpr (!Scalar<std::remove_cvref_t<decltype(member)>>) words += member_words(member);
    return true;
  });
  return words;
}

// --- writing ---------------------------------------------------------------------------------

// A zeroed message that is filled from its start. Does not own the bytes, and is never asked for
// more than it has.
class Writer {
 public:
  explicit Writer(char* bytes) : bytes_(bytes) {}

  std::uint32_t take(std::size_t words) {
    const std::uint32_t at = next_;
    next_ += static_cast<std::uint32_t>(words);
    return at;
  }
  std::uint32_t taken() const { return next_; }
  char* word(std::uint32_t at) { return bytes_ + at * kWordBytes; }
  void store(std::uint32_t at, std::uint64_t bits) { std::memcpy(word(at), &bits, sizeof bits); }

 private:
  char* bytes_;
  std::uint32_t next_ = 0;
};

template <class M>
void write_scalar(char* data, std::uint32_t slot, const M& member) {
  const auto number = ScalarOf<M>::get(member);
  if constexpr (ScalarOf<M>::kKind == Kind::boolean)
    data[slot / 8] = static_cast<char>(data[slot / 8] | (number ? 1 : 0) << slot % 8);
  else
    std::memcpy(data + slot / 8, &number, sizeof number);
}

template <class M>
void write_pointer(Writer& writer, std::uint32_t from, const M& member);

// Fills the struct at word `at`, whose sections have this extent, and appends what it points to.
template <class T>
void write_struct(Writer& writer, std::uint32_t at, Extent extent, const T& value) {
  all_members(value, [&](auto index, const auto& member) {
    using M = std::remove_cvref_t<decltype(member)>;
    const std::uint32_t slot = slots_of<T>()[index];
    if constexpr (Scalar<M>) {
      // What lies beyond the extent is zero.
      if (slot / 64 < extent.data_words) write_scalar(writer.word(at), slot, member);
    } else {
      if (!is_null(member)) write_pointer(writer, at + extent.data_words + slot, member);
    }
    return true;
  });
}

template <class L>
void write_structs(Writer& writer, std::uint32_t from, const L& list) {
  const Extent step = element_extent(list);
  const auto count = static_cast<std::uint32_t>(list.size());
  const std::uint32_t tag = writer.take(1 + std::size_t{count} * step.words());
  writer.store(from, list_pointer(from, tag, ElementSize::composite, count * step.words()));
  writer.store(tag, composite_tag(count, step));
  std::uint32_t at = tag + 1;
  for (const auto& element : list) {
    write_struct(writer, at, step, element);
    at += step.words();
  }
}

// The list element size of numbers of this many bytes.
constexpr ElementSize number_size(std::size_t bytes) {
  return bytes == 2   ? ElementSize::two_bytes
         : bytes == 4 ? ElementSize::four_bytes
                      : ElementSize::eight_bytes;
}

template <class E>
void write_numbers(Writer& writer, std::uint32_t from, const std::vector<E>& list) {
  using Number = decltype(ScalarOf<E>::get(list[0]));
  const std::uint32_t at = writer.take(words_for_bytes(list.size() * sizeof(Number)));
  writer.store(from, list_pointer(from, at, number_size(sizeof(Number)),
                                  static_cast<std::uint32_t>(list.size())));
  char* to = writer.word(at);
  for (const E& element : list) {
    const Number number = ScalarOf<E>::get(element);
    std::memcpy(to, &number, sizeof number);
    to += sizeof number;
  }
}

inline void write_text(Writer& writer, std::uint32_t from, std::string_view text) {
  const std::uint32_t at = writer.take(words_for_bytes(text.size() + 1));
  writer.store(
      from, list_pointer(from, at, ElementSize::byte, static_cast<std::uint32_t>(text.size() + 1)));
  std::memcpy(writer.word(at), text.data(), text.size());
}

// Appends what the member is, and writes the pointer to it at word `from`. The member is not null.
template <class M>
void write_pointer(Writer& writer, std::uint32_t from, const M& member) {
  if constexpr (Text<M>) {
    write_text(writer, from, TextOf<M>::get(member));
  } else if constexpr (Optional<M>) {
    write_pointer(writer, from, *member);
  } else if constexpr (List<M>) {
    using Element = typename ElementOf<M>::type;
    if constexpr (Scalar<Element>) {
      write_numbers(writer, from, member);
    } else if constexpr (Text<Element>) {
      const auto count = static_cast<std::uint32_t>(member.size());
      std::uint32_t at = writer.take(count);
      writer.store(from, list_pointer(from, at, ElementSize::pointer, count));
      for (const auto& element : member) {
        if (!is_null(element)) write_pointer(writer, at, element);
        ++at;
      }
    } else {
      write_structs(writer, from, member);
    }
  } else {
    const Extent size = extent(member);
    const std::uint32_t at = writer.take(size.words());
    writer.store(from, struct_pointer(from, at, size));
    write_struct(writer, at, size, member);
  }
}

// Appends the message whose root is `value`.
template <class T>
void append_message(const T& value, std::string& out) {
  const std::size_t bytes = (1 + member_words(value)) * kWordBytes;
  if (bytes > kMessageBytesMax)
    throw std::length_error("A " + std::string(type_name<T>()) + " of " + std::to_string(bytes) +
                            " bytes is too long to be stored; the limit is " +
                            std::to_string(kMessageBytesMax) + " bytes.");
  const std::size_t start = out.size();
  out.resize(start + bytes);
  Writer writer(out.data() + start);
  write_pointer(writer, writer.take(1), value);
  assert(writer.taken() * kWordBytes == bytes);
}

}  // namespace souk::codec::detail
