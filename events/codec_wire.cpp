#include "events/codec_wire.hpp"

namespace souk::codec::detail {
namespace {

constexpr std::uint32_t kStructPointer = 0;
constexpr std::uint32_t kListPointer = 1;

std::uint32_t pointer_kind(std::uint64_t pointer) {
  return static_cast<std::uint32_t>(pointer) & 3u;
}

// The word that the pointer at word `at` leads to; it may be anywhere.
std::int64_t target(std::uint32_t at, std::uint64_t pointer) {
  const auto distance = static_cast<std::int32_t>(static_cast<std::uint32_t>(pointer)) >> 2;
  return std::int64_t{at} + 1 + distance;
}

Extent extent_of(std::uint64_t pointer) {
  return {static_cast<std::uint32_t>(pointer >> 32 & 0xffff),
          static_cast<std::uint32_t>(pointer >> 48)};
}

// The words of `count` elements of this size.
std::uint64_t words_for(ElementSize size, std::uint32_t count) {
  constexpr std::uint8_t kBits[] = {0, 1, 8, 16, 32, 64, 64};
  return (std::uint64_t{count} * kBits[static_cast<std::uint8_t>(size)] + 63) / 64;
}

}  // namespace

bool Reader::root(StructView& view) {
  if (bytes_.empty() || bytes_.size() % kWordBytes != 0 || bytes_.size() > kMessageBytesMax)
    return false;
  words_ = static_cast<std::uint32_t>(bytes_.size() / kWordBytes);
  budget_ = words_;
  const std::uint64_t pointer = load(0);
  return pointer != 0 && follow(0, pointer, view);
}

Found Reader::structure(std::uint32_t at, StructView& view) {
  const std::uint64_t pointer = at == 0 ? 0 : load(at);
  if (pointer == 0) return Found::null;
  return follow(at, pointer, view) ? Found::object : Found::bad;
}

Found Reader::text(std::uint32_t at, std::string_view& text) {
  ListView list;
  const Found found = flat_list(at, ElementSize::byte, list);
  if (found != Found::object) return found;
  const char* bytes = word(list.at);
  if (list.count == 0 || bytes[list.count - 1] != '\0') return Found::bad;
  text = {bytes, list.count - 1};
  return Found::object;
}

Found Reader::flat_list(std::uint32_t at, ElementSize size, ListView& view) {
  std::int64_t start = 0;
  std::uint32_t count = 0;
  const Found found = list_start(at, size, start, count);
  if (found != Found::object) return found;
  if (!take(start, words_for(size, count))) return Found::bad;
  view = {static_cast<std::uint32_t>(start), count, {}};
  return Found::object;
}

Found Reader::struct_list(std::uint32_t at, ListView& view) {
  std::int64_t start = 0;
  std::uint32_t words = 0;
  const Found found = list_start(at, ElementSize::composite, start, words);
  if (found != Found::object) return found;
  if (!take(start, std::uint64_t{words} + 1)) return Found::bad;
  const std::uint64_t tag = load(static_cast<std::uint32_t>(start));
  if (pointer_kind(tag) != kStructPointer) return Found::bad;
  const std::uint32_t count = static_cast<std::uint32_t>(tag) >> 2;
  const Extent step = extent_of(tag);
  if (count > 0 && step.words() == 0) return Found::bad;
  if (std::uint64_t{count} * step.words() > words) return Found::bad;
  view = {static_cast<std::uint32_t>(start) + 1, count, step};
  return Found::object;
}

StructView Reader::element(const ListView& list, std::uint32_t index) const {
  const std::uint32_t start = list.at + index * list.step.words();
  return {word(start), list.step, start + list.step.data_words};
}

bool Reader::follow(std::uint32_t at, std::uint64_t pointer, StructView& view) {
  if (pointer_kind(pointer) != kStructPointer) return false;
  const Extent extent = extent_of(pointer);
  const std::int64_t start = target(at, pointer);
  if (!take(start, extent.words())) return false;
  const auto first = static_cast<std::uint32_t>(start);
  view = {word(first), extent, first + extent.data_words};
  return true;
}

bool Reader::take(std::int64_t start, std::uint64_t count) {
  if (start < 0 || start > words_ || count > words_ - static_cast<std::uint64_t>(start))
    return false;
  if (count > budget_) return false;
  budget_ -= static_cast<std::uint32_t>(count);
  return true;
}

Found Reader::list_start(std::uint32_t at, ElementSize size, std::int64_t& start,
                         std::uint32_t& count) {
  const std::uint64_t pointer = at == 0 ? 0 : load(at);
  if (pointer == 0) return Found::null;
  if (pointer_kind(pointer) != kListPointer) return Found::bad;
  if (static_cast<ElementSize>(pointer >> 32 & 7) != size) return Found::bad;
  start = target(at, pointer);
  count = static_cast<std::uint32_t>(pointer >> 35);
  return Found::object;
}

}  // namespace souk::codec::detail
