// Whatever is written can be read, by us and by Cap'n Proto, whoever wrote it. For every stored
// struct.
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "events/checkout.hpp"
#include "events/stock.hpp"
#include "schemas/checkout.capnp.h"
#include "tests/codec/oracle.hpp"
#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {
namespace {

using codec::detail::Kind;
using codec::detail::TypeShape;

// True if nothing of the value takes a word of its own.
bool is_zero(const TypeShape& type, const Tree& tree) {
  if (type.kind == Kind::text) return tree.text.empty();
  if (type.kind == Kind::list) return tree.parts.empty();
  return tree.number == 0;
}

bool all_zero(const TypeShape& list, const Tree& tree) {
  for (const Tree& element : tree.parts)
    for (std::size_t i = 0; i < element.parts.size(); ++i) {
      const TypeShape& field = list.element->structure->fields[i].type;
      const bool zero =
          field.kind == Kind::structure ? element.parts[i].none : is_zero(field, element.parts[i]);
      if (!zero) return false;
    }
  return !tree.parts.empty();
}

// True if the value holds a list of structs all of which are zero: the one thing that is not stored
// in Cap'n Proto's canonical form (codec.hpp says why).
bool has_list_of_zeros(const TypeShape& type, const Tree& tree) {
  if (type.kind == Kind::list && type.element->kind == Kind::structure) {
    if (all_zero(type, tree)) return true;
    for (const Tree& element : tree.parts)
      if (has_list_of_zeros(*type.element, element)) return true;
  }
  if (type.kind == Kind::structure && !tree.none)
    for (std::size_t i = 0; i < tree.parts.size(); ++i)
      if (has_list_of_zeros(type.structure->fields[i].type, tree.parts[i])) return true;
  return false;
}

// Checks `property(type, value)` for random values of every stored struct.
template <class Property>
void check_every_struct(Property property) {
  for (const StoredType& type : stored_types()) {
    const std::string name(type.shape->name);
    EXPECT_TRUE(rc::check(name, [&] { property(type, type.held(any_tree(*type.shape))); }));
  }
}

TEST(CodecRoundTrip, DecodeGivesBackWhatWasEncoded) {
  check_every_struct([](const StoredType& type, const Tree& value) {
    const Tree before = any_tree(*type.shape);  // must not show
    RC_ASSERT(type.decode(type.encode(value), before) == value);
  });
}

TEST(CodecRoundTrip, CapnProtoReadsWhatWeWrote) {
  check_every_struct([](const StoredType& type, const Tree& value) {
    RC_ASSERT(reads(type.encode(value), type.schema, value));
  });
}

TEST(CodecRoundTrip, WeReadWhatCapnProtoWrote) {
  check_every_struct([](const StoredType& type, const Tree& value) {
    const Tree before = any_tree(*type.shape);
    RC_ASSERT(type.decode(built(value, type.schema), before) == value);
  });
}

TEST(CodecRoundTrip, TheBytesAreCapnProtosCanonicalForm) {
  int compared = 0;
  check_every_struct([&compared](const StoredType& type, const Tree& value) {
    if (has_list_of_zeros({Kind::structure, type.shape}, value)) return;
    ++compared;
    RC_ASSERT(type.encode(value) == canonical(built(value, type.schema)));
  });
  EXPECT_GT(compared, 5'000);
}

TEST(CodecRoundTrip, EncodingAppends) {
  const stock::Renamed value{"tea"};
  std::string bytes = "before";
  codec::encode(value, bytes);
  EXPECT_EQ(bytes, "before" + encoded(value));
}

TEST(CodecRoundTrip, BytesNeedNotBeAligned) {
  check_every_struct([](const StoredType& type, const Tree& value) {
    const std::size_t offset = *rc::gen::inRange<std::size_t>(0, 8);
    const std::string bytes = std::string(offset, 'x') + type.encode(value);
    RC_ASSERT(type.decode(std::string_view(bytes).substr(offset), value) == value);
  });
}

// A list of nothing but zeros, as `StepRef{place_order, 0}` is.
TEST(CodecRoundTrip, ListsOfZeroStructsKeepTheirLength) {
  const checkout::Undone value{{StepRef{}, StepRef{}, StepRef{}}};
  checkout::Undone read;
  ASSERT_TRUE(codec::decode(encoded(value), read));
  EXPECT_EQ(read, value);
  Message message(encoded(value));
  EXPECT_EQ(message->getRoot<schema::checkout::Undone>().getSteps().size(), 3u);
  const checkout::Advance pointers{{checkout::Answer{}}};  // whose elements have pointers only
  checkout::Advance read_pointers;
  ASSERT_TRUE(codec::decode(encoded(pointers), read_pointers));
  EXPECT_EQ(read_pointers, pointers);
}

TEST(CodecVariant, TravelsAsTagAndBytes) {
  const stock::Event held = stock::Held{HoldId("order-1"), Units{3}, Money{}};
  std::string bytes;
  const codec::Tag tag = codec::encode_variant(held, bytes);
  EXPECT_EQ(tag, 4);
  EXPECT_EQ(bytes, encoded(std::get<stock::Held>(held)));
  stock::Event read;
  ASSERT_TRUE(codec::decode_variant(tag, bytes, read));
  EXPECT_EQ(read, held);
}

TEST(CodecVariant, TagOfANewerBuildIsRefused) {
  stock::Event read;
  EXPECT_FALSE(codec::decode_variant(8, encoded(stock::Renamed{"tea"}), read));
}

TEST(CodecVariant, BytesThatAreNoMessageAreRefused) {
  stock::Event read;
  EXPECT_FALSE(codec::decode_variant(0, "no message", read));
}

}  // namespace
}  // namespace souk::codec_test
