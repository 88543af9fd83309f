// Everything that souk stores or sends, with its schema, so that a test can be said once for all of
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <capnp/schema.h>

#include "events/codec.hpp"
#include "tests/codec/tree.hpp"

namespace souk::codec_test {

// A message is what nodes send each other.
enum class Role : std::uint8_t { command, event, state, reply, message };

struct StoredType {
  std::string_view service;
  Role role = Role::state;
  codec::Tag tag = 0;     // of a command or event
  std::string_view name;  // of a command, event or message
  const codec::detail::StructShape* shape = nullptr;
  capnp::StructSchema schema;

  // codec::encode, of the C++ value that the tree stands for.
  std::string (*encode)(const Tree& value) = nullptr;
  // codec::decode, into a C++ value that was `before`.
  std::optional<Tree> (*decode)(std::string_view bytes, const Tree& before) = nullptr;
  // The tree of the C++ value that `tree` stands for: `tree`, but for what the type cannot hold.
  Tree (*held)(const Tree& tree) = nullptr;
};

// All of them; the events of a service in the order of their tags.
const std::vector<StoredType>& stored_types();

template <Reflected T>
std::string encoded(const T& value) {
  std::string bytes;
  codec::encode(value, bytes);
  return bytes;
}

}  // namespace souk::codec_test
