#include "events/codec_link.hpp"

#include <stdexcept>
#include <string>

namespace souk::codec::detail {
namespace {

using Which = capnp::schema::Type::Which;

// Deeper than any struct may be nested: one that contains itself would be.
constexpr int kDepthMax = 32;

[[noreturn]] void mismatch(std::string_view name, capnp::Schema schema, const std::string& why) {
  throw std::logic_error(std::string(name) + " does not match " +
                         schema.getProto().getDisplayName().cStr() + ": " + why + ".");
}

std::string field_label(std::size_t index, std::string_view name) {
  return "field " + std::to_string(index) + " (" + std::string(name) + ")";
}

std::string_view name_of(Which type) {
  switch (type) {
    case Which::VOID: return "Void";
    case Which::BOOL: return "Bool";
    case Which::INT8: return "Int8";
    case Which::INT16: return "Int16";
    case Which::INT32: return "Int32";
    case Which::INT64: return "Int64";
    case Which::UINT8: return "UInt8";
    case Which::UINT16: return "UInt16";
    case Which::UINT32: return "UInt32";
    case Which::UINT64: return "UInt64";
    case Which::FLOAT32: return "Float32";
    case Which::FLOAT64: return "Float64";
    case Which::TEXT: return "Text";
    case Which::DATA: return "Data";
    case Which::LIST: return "List";
    case Which::ENUM: return "an enum";
    case Which::STRUCT: return "a struct";
    case Which::INTERFACE: return "an interface";
    case Which::ANY_POINTER: return "AnyPointer";
  }
  return "a type of its own";
}

Which stored_as(Kind kind) {
  switch (kind) {
    case Kind::boolean: return Which::BOOL;
    case Kind::uint16: return Which::UINT16;
    case Kind::enumerant: return Which::ENUM;
    case Kind::uint32: return Which::UINT32;
    case Kind::int64: return Which::INT64;
    case Kind::text: return Which::TEXT;
    case Kind::structure: return Which::STRUCT;
    case Kind::list: return Which::LIST;
  }
  throw std::logic_error("a field of no kind");
}

// The bits of one such scalar, which are the unit that the schema counts its offset in; 0 for what
// lies behind a pointer.
std::uint32_t bits_of(Kind kind) {
  switch (kind) {
    case Kind::boolean: return 1;
    case Kind::uint16:
    case Kind::enumerant: return 16;
    case Kind::uint32: return 32;
    case Kind::int64: return 64;
    default: return 0;
  }
}

void link_at_depth(const StructShape& shape, capnp::StructSchema schema, int depth);

// Checks that the type fits, down into lists and structs. "" if it does, else what it should be.
std::string link_type(const TypeShape& shape, capnp::Type type, int depth) {
  const Which wanted = stored_as(shape.kind);
  if (type.which() != wanted)
    return std::string(name_of(wanted)) + ", and the schema says " +
           std::string(name_of(type.which()));
  if (shape.kind == Kind::structure) link_at_depth(*shape.structure, type.asStruct(), depth + 1);
  if (shape.kind != Kind::list) return "";
  const std::string fault = link_type(*shape.element, type.asList().getElementType(), depth);
  return fault.empty() ? "" : "a list of " + fault;
}

void link_field(const StructShape& shape, capnp::StructSchema schema, std::size_t index,
                int depth) {
  const FieldShape& ours = shape.fields[index];
  const capnp::StructSchema::Field theirs =
      schema.getFields()[static_cast<unsigned>(index)];  // they are in the order of their ordinals
  const std::string label = field_label(index, ours.name);
  const auto proto = theirs.getProto();
  if (!proto.isSlot() || proto.getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT)
    mismatch(shape.name, schema, label + " is part of a union or group in the schema");
  if (camel_case(ours.name) != proto.getName().cStr())
    mismatch(shape.name, schema,
             label + " should be called " + camel_case(ours.name) + " in the schema, whose @" +
                 std::to_string(index) + " is " + proto.getName().cStr());
  if (proto.getSlot().getHadExplicitDefault())
    mismatch(shape.name, schema, label + " has a default in the schema; all defaults are zero");
  const std::string fault = link_type(ours.type, theirs.getType(), depth);
  if (!fault.empty()) mismatch(shape.name, schema, label + " is stored as " + fault);
  const std::uint32_t bits = bits_of(ours.type.kind);
  shape.slots[index] = proto.getSlot().getOffset() * (bits == 0 ? 1 : bits);
}

void link_at_depth(const StructShape& shape, capnp::StructSchema schema, int depth) {
  const std::uint64_t id = schema.getProto().getId();
  const std::uint64_t linked = shape.linked->load(std::memory_order_acquire);
  if (linked == id) return;
  if (linked != 0)
    mismatch(shape.name, schema, "the same C++ struct is already stored as another schema struct");
  if (depth > kDepthMax) mismatch(shape.name, schema, "the struct contains itself");
  if (schema.getFields().size() != shape.fields.size())
    mismatch(shape.name, schema,
             "the C++ struct lists " + std::to_string(shape.fields.size()) +
                 " fields, the schema has " + std::to_string(schema.getFields().size()));
  for (std::size_t i = 0; i < shape.fields.size(); ++i) link_field(shape, schema, i, depth);
  shape.linked->store(id, std::memory_order_release);
}

}  // namespace

void link(const StructShape& shape, capnp::StructSchema schema) { link_at_depth(shape, schema, 0); }

void link(const VariantShape& shape, capnp::StructSchema schema) {
  const auto members = schema.getUnionFields();
  if (members.size() != shape.alternatives.size() || members.size() != schema.getFields().size())
    mismatch(shape.name, schema,
             "the C++ variant has " + std::to_string(shape.alternatives.size()) +
                 " alternatives, the schema a union of " + std::to_string(members.size()) +
                 " among " + std::to_string(schema.getFields().size()) + " fields");
  for (std::size_t i = 0; i < shape.alternatives.size(); ++i) {
    const AlternativeShape& ours = shape.alternatives[i];
    const capnp::StructSchema::Field theirs = members[static_cast<unsigned>(i)];
    const std::string label =
        "alternative " + std::to_string(i) + " (" + std::string(ours.name) + ")";
    if (theirs.getProto().getDiscriminantValue() != i)
      mismatch(shape.name, schema,
               label + " has the discriminant " +
                   std::to_string(theirs.getProto().getDiscriminantValue()) + " in the schema");
    if (camel_case(ours.name) != theirs.getProto().getName().cStr())
      mismatch(shape.name, schema,
               label + " should be called " + camel_case(ours.name) + " in the schema, whose @" +
                   std::to_string(i) + " is " + theirs.getProto().getName().cStr());
    if (!theirs.getType().isStruct())
      mismatch(shape.name, schema, label + " is not a struct in the schema");
    link(*ours.structure, theirs.getType().asStruct());
  }
}

std::string camel_case(std::string_view snake_case) {
  std::string camel;
  bool upper = false;
  for (const char c : snake_case) {
    if (c != '_') camel += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return camel;
}

}  // namespace souk::codec::detail
