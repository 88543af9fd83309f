// Reading: follows the plans, which the caller has linked, over views that the Reader has checked.
// What a shorter struct does not have is zero; what a longer one has besides is not looked at.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "events/codec_encode.hpp"
#include "events/codec_shape.hpp"
#include "events/codec_wire.hpp"

namespace souk::codec::detail {

template <class M>
void read_scalar(const StructView& view, std::uint32_t slot, M& member) {
  using Number = decltype(ScalarOf<M>::get(member));
  Number number{};
  if (slot / 64 < view.extent.data_words) {
    if constexpr (ScalarOf<M>::kKind == Kind::boolean)
      number = (view.data[slot / 8] >> slot % 8 & 1) != 0;
    else
      std::memcpy(&number, view.data + slot / 8, sizeof number);
  }
  member = ScalarOf<M>::make(number);
}

template <class M>
bool read_pointer(Reader& reader, std::uint32_t at, M& member);

// False if anything that the struct points to is bad.
template <class T>
bool read_struct(Reader& reader, const StructView& view, T& value) {
  return all_members(value, [&](auto index, auto& member) {
    const std::uint32_t slot = slots_of<T>()[index];
    if constexpr (Scalar<std::remove_cvref_t<decltype(member)>>) {
      read_scalar(view, slot, member);
      return true;
    } else {
      return read_pointer(reader, view.pointer(slot), member);
    }
  });
}

template <class E>
void read_numbers(const Reader& reader, const ListView& view, std::vector<E>& list) {
  using Number = decltype(ScalarOf<E>::get(list[0]));
  list.resize(view.count);
  const char* from = reader.word(view.at);
  for (E& element : list) {
    Number number;
    std::memcpy(&number, from, sizeof number);
    element = ScalarOf<E>::make(number);
    from += sizeof number;
  }
}

template <class E>
bool read_texts(Reader& reader, const ListView& view, std::vector<E>& list) {
  list.resize(view.count);
  for (std::uint32_t i = 0; i < view.count; ++i)
    if (!read_pointer(reader, view.at + i, list[i])) return false;
  return true;
}

template <class E>
bool read_structs(Reader& reader, const ListView& view, std::vector<E>& list) {
  list.resize(view.count);
  for (std::uint32_t i = 0; i < view.count; ++i)
    if (!read_struct(reader, reader.element(view, i), list[i])) return false;
  return true;
}

// False also if two entries have the same key.
template <class K, class V>
bool read_structs(Reader& reader, const ListView& view, std::map<K, V>& map) {
  map.clear();
  for (std::uint32_t i = 0; i < view.count; ++i) {
    MapEntry<K, V> entry;
    if (!read_struct(reader, reader.element(view, i), entry)) return false;
    map.emplace_hint(map.end(), std::move(entry.key), std::move(entry.value));
    if (map.size() != i + 1) return false;
  }
  return true;
}

template <List M>
bool read_list(Reader& reader, std::uint32_t at, M& list) {
  using Element = typename ElementOf<M>::type;
  ListView view;
  Found found;
  if constexpr (Scalar<Element>)
    found = reader.flat_list(at, number_size(sizeof(Element)), view);
  else if constexpr (Text<Element>)
    found = reader.flat_list(at, ElementSize::pointer, view);
  else
    found = reader.struct_list(at, view);
  if (found == Found::bad) return false;
  if (found == Found::null) {
    list.clear();
    return true;
  }
  if constexpr (Scalar<Element>) {
    read_numbers(reader, view, list);
    return true;
  } else if constexpr (Text<Element>) {
    return read_texts(reader, view, list);
  } else {
    return read_structs(reader, view, list);
  }
}

// Reads what the pointer at word `at` leads to; 0 is a null pointer.
template <class M>
bool read_pointer(Reader& reader, std::uint32_t at, M& member) {
  if constexpr (Text<M>) {
    std::string_view text;
    if (reader.text(at, text) == Found::bad) return false;
    TextOf<M>::set(member, text);
    return true;
  } else if constexpr (List<M>) {
    return read_list(reader, at, member);
  } else {
    StructView view;
    const Found found = reader.structure(at, view);
    if (found == Found::bad) return false;
    if constexpr (Optional<M>) {
      member.reset();
      return found == Found::null || read_struct(reader, view, member.emplace());
    } else {
      return read_struct(reader, view, member);  // null is a struct without words
    }
  }
}

template <class T>
bool read_message(std::string_view bytes, T& value) {
  Reader reader(bytes);
  StructView root;
  return reader.root(root) && read_struct(reader, root, value);
}

}  // namespace souk::codec::detail
