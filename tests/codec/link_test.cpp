// Every way in which a struct can fail to match its schema is found, and said in a sentence.
#include <stdexcept>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <capnp/message.h>
#include <capnp/schema-loader.h>
#include <gtest/gtest.h>

#include "events/codec_link.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "schemas/checkout.capnp.h"
#include "schemas/order.capnp.h"
#include "schemas/stock.capnp.h"
#include "tests/codec/oracle.hpp"
#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {
namespace {

// --- structs that do not match ---------------------------------------------------------------

struct FieldMissing {
  HoldId hold_id;
  static constexpr auto fields() { return std::tuple{field("hold_id", &FieldMissing::hold_id)}; }
};
struct OtherName {
  HoldId hold_id;
  Units units;
  Money price;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &OtherName::hold_id), field("units", &OtherName::units),
                      field("price", &OtherName::price)};
  }
};
struct OtherOrder {
  Units units;
  HoldId hold_id;
  Money unit_price;
  static constexpr auto fields() {
    return std::tuple{field("units", &OtherOrder::units), field("hold_id", &OtherOrder::hold_id),
                      field("unit_price", &OtherOrder::unit_price)};
  }
};
struct OtherType {
  HoldId hold_id;
  std::uint32_t units = 0;
  Money unit_price;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &OtherType::hold_id), field("units", &OtherType::units),
                      field("unit_price", &OtherType::unit_price)};
  }
};
struct WrongMoney {
  std::int64_t minor = 0;
  std::string currency;
  static constexpr auto fields() {
    return std::tuple{field("minor", &WrongMoney::minor), field("currency", &WrongMoney::currency)};
  }
};
struct OtherTypeInside {
  HoldId hold_id;
  Units units;
  WrongMoney unit_price;
  static constexpr auto fields() {
    return std::tuple{field("hold_id", &OtherTypeInside::hold_id),
                      field("units", &OtherTypeInside::units),
                      field("unit_price", &OtherTypeInside::unit_price)};
  }
};
struct OtherElements {
  std::vector<std::int64_t> steps;
  static constexpr auto fields() { return std::tuple{field("steps", &OtherElements::steps)}; }
};
struct Three {
  order::Placed placed;
  order::Confirmed confirmed;
  order::Cancelled cancelled;
  static constexpr auto fields() {
    return std::tuple{field("placed", &Three::placed), field("confirmed", &Three::confirmed),
                      field("cancelled", &Three::cancelled)};
  }
};
struct Flag {
  bool confirmed = false;
  static constexpr auto fields() { return std::tuple{field("confirmed", &Flag::confirmed)}; }
};
struct Tree {
  std::vector<Tree> steps;
  static constexpr auto fields() { return std::tuple{field("steps", &Tree::steps)}; }
};
struct Texts {
  std::vector<Sku> steps;
  bool operator==(const Texts&) const = default;
  static constexpr auto fields() { return std::tuple{field("steps", &Texts::steps)}; }
};

// --- helpers ---------------------------------------------------------------------------------

// A copy of a schema struct, changed before it is loaded. Outlives the loader's user.
template <class Schema, class Change>
capnp::StructSchema changed(capnp::SchemaLoader& loader, Change change) {
  loader.loadCompiledTypeAndDependencies<Schema>();
  capnp::MallocMessageBuilder message;
  message.setRoot(capnp::Schema::from<Schema>().getProto());
  auto node = message.getRoot<capnp::schema::Node>();
  node.setId(node.getId() + 1);
  change(node);
  return loader.load(node.asReader()).asStruct();
}

template <class T>
std::string fault(capnp::StructSchema schema) {
  try {
    if constexpr (Reflected<T>)
      codec::detail::link(codec::detail::kStructShape<T>, schema);
    else
      codec::detail::link(codec::detail::ShapeOfVariant<T>::value, schema);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

template <class T, class Schema>
std::string fault() {
  return fault<T>(capnp::Schema::from<Schema>());
}

#define EXPECT_SAYS(sentence, part) \
  EXPECT_NE((sentence).find(part), std::string::npos) << "it says: \"" << (sentence) << "\""

// --- tests -----------------------------------------------------------------------------------

TEST(CodecSchemas, EverythingMatches) { EXPECT_NO_THROW(codec::check_schemas()); }

TEST(CodecLink, NumberOfFieldsDiffers) {
  const std::string sentence = fault<FieldMissing, schema::stock::Held>();
  EXPECT_SAYS(sentence, "FieldMissing does not match ");
  EXPECT_SAYS(sentence, "stock.capnp:Held");
  EXPECT_SAYS(sentence, "the C++ struct lists 1 fields, the schema has 3");
}

TEST(CodecLink, FieldIsCalledOtherwise) {
  EXPECT_SAYS((fault<OtherName, schema::stock::Held>()),
              "field 2 (price) should be called price in the schema, whose @2 is unitPrice");
}

TEST(CodecLink, FieldsAreInAnotherOrder) {
  EXPECT_SAYS((fault<OtherOrder, schema::stock::Held>()),
              "field 0 (units) should be called units in the schema, whose @0 is holdId");
}

TEST(CodecLink, FieldHasAnotherType) {
  EXPECT_SAYS((fault<OtherType, schema::stock::Held>()),
              "field 1 (units) is stored as UInt32, and the schema says Int64");
}

TEST(CodecLink, FieldOfAStructInsideHasAnotherType) {
  const std::string sentence = fault<OtherTypeInside, schema::stock::Held>();
  EXPECT_SAYS(sentence, "WrongMoney does not match ");
  EXPECT_SAYS(sentence, "field 1 (currency) is stored as Text, and the schema says UInt32");
}

TEST(CodecLink, ElementsOfAListHaveAnotherType) {
  EXPECT_SAYS((fault<OtherElements, schema::checkout::Undone>()),
              "field 0 (steps) is stored as a list of Int64, and the schema says a struct");
}

TEST(CodecLink, SchemaOfAPlainStructHasAUnion) {
  EXPECT_SAYS((fault<Three, schema::order::Event>()),
              "field 0 (placed) is part of a union or group in the schema");
}

TEST(CodecLink, SchemaHasADefault) {
  capnp::SchemaLoader loader;
  const auto schema =
      changed<schema::checkout::Ended>(loader, [](capnp::schema::Node::Builder node) {
        auto slot = node.getStruct().getFields()[0].getSlot();
        slot.setHadExplicitDefault(true);
        slot.getDefaultValue().setBool(true);
      });
  EXPECT_SAYS(fault<Flag>(schema),
              "field 0 (confirmed) has a default in the schema; all defaults are zero");
}

TEST(CodecLink, StructIsStoredAsTwoSchemas) {
  codec::check_schemas();
  EXPECT_SAYS((fault<stock::Settled, schema::stock::Released>()),
              "the same C++ struct is already stored as another schema struct");
}

TEST(CodecLink, StructContainsItself) {
  capnp::SchemaLoader loader;
  const auto schema =
      changed<schema::checkout::Undone>(loader, [](capnp::schema::Node::Builder node) {
        auto type = node.getStruct().getFields()[0].getSlot().getType();
        type.getList().getElementType().getStruct().setTypeId(node.getId());
      });
  EXPECT_SAYS(fault<Tree>(schema), "the struct contains itself");
}

TEST(CodecLink, AlternativeIsMissing) {
  using Short = std::variant<order::Placed, order::Confirmed>;
  EXPECT_SAYS((fault<Short, schema::order::Event>()),
              "the C++ variant has 2 alternatives, the schema a union of 3 among 3 fields");
}

TEST(CodecLink, AlternativesAreInAnotherOrder) {
  using Swapped = std::variant<order::Confirmed, order::Placed, order::Cancelled>;
  EXPECT_SAYS((fault<Swapped, schema::order::Event>()),
              "alternative 0 (confirmed) should be called confirmed in the schema, whose @0 is "
              "placed");
}

TEST(CodecLink, UnionNumbersItsMembersOtherwise) {
  capnp::SchemaLoader loader;
  const auto schema = changed<schema::order::Event>(loader, [](capnp::schema::Node::Builder node) {
    node.getStruct().getFields()[0].setDiscriminantValue(1);
    node.getStruct().getFields()[1].setDiscriminantValue(0);
  });
  EXPECT_SAYS(fault<order::Event>(schema),
              "alternative 0 (placed) has the discriminant 1 in the schema");
}

TEST(CodecLink, MemberOfTheUnionIsNoStruct) {
  capnp::SchemaLoader loader;
  const auto schema = changed<schema::order::Event>(loader, [](capnp::schema::Node::Builder node) {
    auto slot = node.getStruct().getFields()[2].getSlot();
    slot.getType().setText();
    slot.getDefaultValue().setText("");
  });
  EXPECT_SAYS(fault<order::Event>(schema), "alternative 2 (cancelled) is not a struct");
}

TEST(CodecLink, StructIsNotInTheTable) {
  std::string bytes;
  try {
    codec::encode(FieldMissing{}, bytes);
    FAIL() << "it was encoded";
  } catch (const std::logic_error& error) {
    EXPECT_SAYS(std::string(error.what()), "FieldMissing has no schema");
  }
}

// No stored struct has a list of texts yet.
TEST(CodecLink, ListOfTextsIsStoredAsCapnProtoDoes) {
  capnp::SchemaLoader loader;
  const auto schema =
      changed<schema::checkout::Undone>(loader, [](capnp::schema::Node::Builder node) {
        node.getStruct().getFields()[0].getSlot().getType().getList().initElementType().setText();
      });
  ASSERT_EQ(fault<Texts>(schema), "");
  const Texts value{{Sku("tea"), Sku("cup of 12 oz")}};
  Texts read;
  ASSERT_TRUE(codec::decode(encoded(value), read));
  EXPECT_EQ(read, value);
  EXPECT_EQ(encoded(value), canonical(built(to_tree(value), schema)));
  ASSERT_TRUE(codec::decode(encoded(Texts{{Sku(""), Sku("x")}}), read));
  EXPECT_EQ(read, (Texts{{Sku(""), Sku("x")}}));
}

TEST(CodecNames, BecomeCamelCase) {
  EXPECT_EQ(codec::detail::camel_case("unit_price"), "unitPrice");
  EXPECT_EQ(codec::detail::camel_case("to_undo_2x"), "toUndo2x");
  EXPECT_EQ(codec::detail::camel_case("sku"), "sku");
}

}  // namespace
}  // namespace souk::codec_test
