#include "tests/codec/oracle.hpp"

namespace souk::codec_test {
namespace {

using Which = capnp::schema::Type::Which;

// --- writing ---------------------------------------------------------------------------------

void build_struct(const Tree& tree, capnp::DynamicStruct::Builder builder);

// A number or a text as a dynamic value, which points into the tree.
capnp::DynamicValue::Reader leaf(const Tree& tree, capnp::Type type) {
  switch (type.which()) {
    case Which::BOOL: return tree.number != 0;
    case Which::TEXT: return capnp::Text::Reader(tree.text.c_str(), tree.text.size());
    case Which::ENUM:
      return capnp::DynamicEnum(type.asEnum(), static_cast<std::uint16_t>(tree.number));
    default: return tree.number;
  }
}

void build_list(const Tree& tree, capnp::DynamicList::Builder builder) {
  const capnp::Type element = builder.getSchema().getElementType();
  for (unsigned i = 0; i < tree.parts.size(); ++i) {
    if (element.isStruct())
      build_struct(tree.parts[i], builder[i].as<capnp::DynamicStruct>());
    else
      builder.set(i, leaf(tree.parts[i], element));
  }
}

void build_field(const Tree& tree, capnp::StructSchema::Field field,
                 capnp::DynamicStruct::Builder& builder) {
  const capnp::Type type = field.getType();
  if (type.isStruct()) {
    if (!tree.none) build_struct(tree, builder.init(field).as<capnp::DynamicStruct>());
  } else if (type.isList()) {
    const auto size = static_cast<unsigned>(tree.parts.size());
    if (size > 0) build_list(tree, builder.init(field, size).as<capnp::DynamicList>());
  } else if (!type.isText() || !tree.text.empty()) {
    builder.set(field, leaf(tree, type));
  }
}

void build_struct(const Tree& tree, capnp::DynamicStruct::Builder builder) {
  const auto fields = builder.getSchema().getFields();
  for (unsigned i = 0; i < fields.size(); ++i) build_field(tree.parts[i], fields[i], builder);
}

// --- reading ---------------------------------------------------------------------------------

bool struct_says(capnp::DynamicStruct::Reader reader, const Tree& tree);

bool value_says(capnp::DynamicValue::Reader value, capnp::Type type, const Tree& tree) {
  switch (type.which()) {
    case Which::BOOL: return value.as<bool>() == (tree.number != 0);
    case Which::ENUM: return value.as<capnp::DynamicEnum>().getRaw() == tree.number;
    case Which::STRUCT: return struct_says(value.as<capnp::DynamicStruct>(), tree);
    case Which::TEXT: {
      const auto text = value.as<capnp::Text>();
      return std::string_view(text.begin(), text.size()) == tree.text;
    }
    case Which::LIST: {
      const auto list = value.as<capnp::DynamicList>();
      if (list.size() != tree.parts.size()) return false;
      for (unsigned i = 0; i < list.size(); ++i)
        if (!value_says(list[i], type.asList().getElementType(), tree.parts[i])) return false;
      return true;
    }
    default: return value.as<std::int64_t>() == tree.number;
  }
}

bool struct_says(capnp::DynamicStruct::Reader reader, const Tree& tree) {
  const auto fields = reader.getSchema().getFields();
  if (fields.size() != tree.parts.size()) return false;
  for (unsigned i = 0; i < fields.size(); ++i) {
    const bool none = fields[i].getType().isStruct() && !reader.has(fields[i]);
    if (none != tree.parts[i].none) return false;
    if (!none && !value_says(reader.get(fields[i]), fields[i].getType(), tree.parts[i]))
      return false;
  }
  return true;
}

std::string chars(kj::ArrayPtr<const kj::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

}  // namespace

Message::Message(std::string_view bytes) : words_(bytes.size() / sizeof(capnp::word)) {
  std::memcpy(words_.data(), bytes.data(), words_.size() * sizeof(capnp::word));
  segment_ = {reinterpret_cast<const capnp::word*>(words_.data()), words_.size()};
  reader_.emplace(kj::arrayPtr(&segment_, 1));
}

std::string built(const Tree& value, capnp::StructSchema schema) {
  capnp::MallocMessageBuilder message(1 << 12, capnp::AllocationStrategy::FIXED_SIZE);
  build_struct(value, message.initRoot<capnp::DynamicStruct>(schema));
  const auto segments = message.getSegmentsForOutput();
  KJ_REQUIRE(segments.size() == 1, "the value is too large for one segment");
  return chars(segments[0].asBytes());
}

bool reads(std::string_view bytes, capnp::StructSchema schema, const Tree& value) {
  return struct_says(Message(bytes)->getRoot<capnp::DynamicStruct>(schema), value);
}

std::string canonical(std::string_view bytes) {
  const auto words = Message(bytes)->getRoot<capnp::AnyStruct>().canonicalize();
  return chars(words.asBytes());
}

}  // namespace souk::codec_test
