// A stored value without its C++ type: what the tests make up, print and compare, so that they are
// compiled once and not once a struct.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/codec_shape.hpp"

namespace souk::codec_test {

// A number, a text, or the fields of a struct or the elements of a list in their order. Of a struct
// that need not be there, `none` says that it is not.
struct Tree {
  bool none = false;
  std::int64_t number = 0;
  std::string text;
  std::vector<Tree> parts;
  bool operator==(const Tree&) const = default;
};

template <class M>
Tree to_tree(const M& member) {
  using namespace codec::detail;
  Tree tree;
  if constexpr (Scalar<M>) {
    tree.number = static_cast<std::int64_t>(ScalarOf<M>::get(member));
  } else if constexpr (Text<M>) {
    tree.text = TextOf<M>::get(member);
  } else if constexpr (Optional<M>) {
    if (member) return to_tree(*member);
    tree.none = true;
  } else if constexpr (List<M>) {
    for (const auto& element : member) tree.parts.push_back(to_tree(element));
  } else {
    all_members(member, [&tree](auto, const auto& one) {
      tree.parts.push_back(to_tree(one));
      return true;
    });
  }
  return tree;
}

// Leaves out what the type cannot hold: a map's second entry with the same key, a number's high
// bits.
template <class M>
void from_tree(const Tree& tree, M& member) {
  using namespace codec::detail;
  if constexpr (Scalar<M>) {
    using Number = decltype(ScalarOf<M>::get(member));
    member = ScalarOf<M>::make(static_cast<Number>(tree.number));
  } else if constexpr (Text<M>) {
    TextOf<M>::set(member, tree.text);
  } else if constexpr (Optional<M>) {
    if (!tree.none) from_tree(tree, member.emplace());
  } else if constexpr (List<M>) {
    for (const Tree& part : tree.parts) {
      typename ElementOf<M>::type element{};
      from_tree(part, element);
      if constexpr (requires { member.push_back(element); })
        member.push_back(element);
      else
        member.emplace(element.key, element.value);
    }
  } else if (!tree.none) {
    all_members(member, [&tree](auto index, auto& one) {
      from_tree(tree.parts[index], one);
      return true;
    });
  }
}

template <class T>
T from_tree(const Tree& tree) {
  T value{};
  from_tree(tree, value);
  return value;
}

// A random value of that shape. To be called inside of a RapidCheck property.
Tree any_tree(const codec::detail::StructShape& shape);

// One fixed value, in which no field is zero and hardly two are alike: a field's number counts the
// fields before it, its text is its name with that number, its currency is GBP.
Tree sample_tree(const codec::detail::StructShape& shape);

// One line a field: `lines[0].sku = "tea"`.
std::vector<std::string> print(const codec::detail::StructShape& shape, const Tree& tree);

}  // namespace souk::codec_test
