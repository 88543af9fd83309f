#include <algorithm>

#include "events/service.hpp"
#include "store/bytes.hpp"
#include "tests/codec/stored_types.hpp"
#include "tests/fuzz/codec_input.hpp"
#include "tests/fuzz/seeds.hpp"

namespace souk::fuzz {
namespace {

// 0: none, as of nodes' messages.
std::uint8_t number_of(std::string_view name) {
  const auto at = std::find_if(kServices.begin(), kServices.end(),
                               [&](Service one) { return name_of(one) == name; });
  return at == kServices.end() ? std::uint8_t{0} : static_cast<std::uint8_t>(*at);
}

}  // namespace

Seeds codec_seeds() {
  Seeds seeds;
  codec::Tag messages = 0;
  for (const codec_test::StoredType& type : codec_test::stored_types()) {
    std::string name(type.service);
    Role role = Role::command;
    codec::Tag tag = type.tag;
    switch (type.role) {
      case codec_test::Role::command: name += "-command-"; break;
      case codec_test::Role::event:
        role = Role::event;
        name += "-event-";
        break;
      case codec_test::Role::state:
        role = Role::state;
        name += "-state";
        break;
      case codec_test::Role::reply:
        role = Role::reply;
        name += "-reply";
        break;
      case codec_test::Role::message:
        tag = messages++;
        name += "-message-";
        break;
    }
    if (name.ends_with('-')) name += type.name;
    std::string& input = seeds[name];
    store::put(input, number_of(type.service));
    store::put(input, static_cast<std::uint8_t>(role));
    store::put(input, tag);
    input += type.encode(codec_test::sample_tree(*type.shape));
  }
  return seeds;
}

}  // namespace souk::fuzz
