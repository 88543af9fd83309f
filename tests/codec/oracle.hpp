// The same values through Cap'n Proto's own dynamic API, which shares no code with our codec.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <capnp/any.h>
#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/serialize.h>

#include "tests/codec/tree.hpp"

namespace souk::codec_test {

// A message of ours, as Cap'n Proto reads it. Keeps an aligned copy of the bytes.
class Message {
 public:
  explicit Message(std::string_view bytes);
  capnp::MessageReader& operator*() { return *reader_; }
  capnp::MessageReader* operator->() { return &*reader_; }

 private:
  std::vector<std::uint64_t> words_;
  kj::ArrayPtr<const capnp::word> segment_;
  std::optional<capnp::SegmentArrayMessageReader> reader_;
};

// The one segment of the message in which Cap'n Proto's builder laid out `value`.
std::string built(const Tree& value, capnp::StructSchema schema);

// True if Cap'n Proto reads in the message just what `value` says.
bool reads(std::string_view bytes, capnp::StructSchema schema, const Tree& value);

// Cap'n Proto's canonical form of a message's root.
std::string canonical(std::string_view bytes);

}  // namespace souk::codec_test
