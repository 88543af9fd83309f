// Events as today's code knows them, from whatever was stored.
//
// An alternative that is no longer written keeps its tag in the schema for ever. Its service then
// declares, beside its events, what it means today:
//
//   // Reads a retired alternative. False if `tag` is not one; `into` is then untouched.
//   bool upcast(codec::Tag tag, std::string_view bytes, std::vector<Event>& into);
//
// It is found by argument-dependent lookup, and applies wherever events are read: loading an
// aggregate, projecting, replaying. It gives one event, several, or none. (Fields that were added
// to a struct need none of this: see schemas/README.md.)
#pragma once

#include <string_view>
#include <vector>

#include "events/codec.hpp"

namespace souk::codec {

template <class Event>
concept HasUpcast = requires(Tag tag, std::string_view bytes, std::vector<Event>& into) {
  { upcast(tag, bytes, into) } -> std::same_as<bool>;
};

// Appends what the stored event is today to `into`. False if the bytes are not one of the service's
// events; `into` is then unspecified.
template <class Event>
[[nodiscard]] bool read_event(Tag tag, std::string_view bytes, std::vector<Event>& into) {
  if constexpr (HasUpcast<Event>) {
    if (upcast(tag, bytes, into)) return true;
  }
  return decode_variant(tag, bytes, into.emplace_back());
}

}  // namespace souk::codec
