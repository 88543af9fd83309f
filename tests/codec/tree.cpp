#include "tests/codec/tree.hpp"

#include <limits>
#include <string_view>

#include <rapidcheck.h>

namespace souk::codec_test {
namespace {

using codec::detail::Kind;
using codec::detail::StructShape;
using codec::detail::TypeShape;

// --- random ----------------------------------------------------------------------------------

std::int64_t any_number() {
  using Limits = std::numeric_limits<std::int64_t>;
  return *rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(),
                         rc::gen::element<std::int64_t>(0, Limits::min(), Limits::max()));
}

// Any bytes, zero among them, often empty, at times just as long as a word.
std::string any_text() {
  return *rc::gen::oneOf(
      rc::gen::arbitrary<std::string>(),
      rc::gen::container<std::string>(rc::gen::arbitrary<char>()),
      rc::gen::element<std::string>("", std::string(1, '\0'), "1234567", "12345678", "tschüß"));
}

Tree any_of(const TypeShape& type) {
  Tree tree;
  switch (type.kind) {
    case Kind::text: tree.text = any_text(); break;
    case Kind::structure:
      tree = any_tree(*type.structure);
      tree.none = *rc::gen::arbitrary<bool>();
      break;
    case Kind::list:
      for (int count = *rc::gen::inRange(0, 5); count > 0; --count)
        tree.parts.push_back(any_of(*type.element));
      break;
    default: tree.number = any_number();
  }
  return tree;
}

// --- fixed -----------------------------------------------------------------------------------

class Sampler {
 public:
  Tree structure(const StructShape& shape) {
    Tree tree;
    for (const auto& field : shape.fields) tree.parts.push_back(value(field.name, field.type));
    return tree;
  }

 private:
  Tree value(std::string_view name, const TypeShape& type) {
    ++count_;
    Tree tree;
    switch (type.kind) {
      case Kind::boolean:
      case Kind::enumerant: tree.number = 1; break;  // which is a name in every enum
      case Kind::uint16:
      case Kind::int64: tree.number = count_; break;
      case Kind::uint32: tree.number = name == "currency" ? kPounds : count_; break;
      case Kind::text: tree.text = std::string(name) + "-" + std::to_string(count_); break;
      case Kind::structure: tree = structure(*type.structure); break;
      case Kind::list: tree.parts = {value(name, *type.element), value(name, *type.element)};
    }
    return tree;
  }

  static constexpr std::int64_t kPounds = 'G' | 'B' << 8 | 'P' << 16;
  std::int64_t count_ = 0;
};

// --- printed ---------------------------------------------------------------------------------

std::string quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    else if (c == '"' || c == '\\')
      out += {'\\', c};
    else
      out += c;
  }
  return out + "\"";
}

std::string spelled(const std::string& path, Kind kind, std::int64_t number) {
  if (kind == Kind::boolean) return number != 0 ? "true" : "false";
  if (!path.ends_with("currency")) return std::to_string(number);
  const Currency currency = Currency::from_stored(static_cast<std::uint32_t>(number));
  return currency.is_set() ? currency.code() : "none";
}

void print_value(const std::string& path, const TypeShape& type, const Tree& tree,
                 std::vector<std::string>& lines) {
  if (tree.none || (type.kind == Kind::list && tree.parts.empty())) {
    lines.push_back(path + (tree.none ? " = none" : " = []"));
  } else if (type.kind == Kind::structure) {
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      const auto& field = type.structure->fields[i];
      print_value((path.empty() ? "" : path + ".") + std::string(field.name), field.type,
                  tree.parts[i], lines);
    }
  } else if (type.kind == Kind::list) {
    for (std::size_t i = 0; i < tree.parts.size(); ++i)
      print_value(path + "[" + std::to_string(i) + "]", *type.element, tree.parts[i], lines);
  } else {
    lines.push_back(
        path + " = " +
        (type.kind == Kind::text ? quoted(tree.text) : spelled(path, type.kind, tree.number)));
  }
}

}  // namespace

Tree any_tree(const StructShape& shape) {
  Tree tree;
  for (const auto& field : shape.fields) tree.parts.push_back(any_of(field.type));
  return tree;
}

Tree sample_tree(const StructShape& shape) { return Sampler().structure(shape); }

std::vector<std::string> print(const StructShape& shape, const Tree& tree) {
  std::vector<std::string> lines;
  print_value("", {Kind::structure, &shape}, tree, lines);
  return lines;
}

}  // namespace souk::codec_test
