#include "store/seal.hpp"

#include <xxhash.h>

#include "store/bytes.hpp"

namespace souk::store {
namespace {

std::uint64_t seal_of(std::string_view key, std::string_view value) {
  std::string_view body = value.substr(kSealBytes);
  return XXH3_64bits_withSeed(body.data(), body.size(), XXH3_64bits(key.data(), key.size()));
}

}  // namespace

void seal(std::string_view key, std::string& value) {
  overwrite(value.data(), seal_of(key, value));
}

bool is_sealed(std::string_view key, std::string_view value) {
  return value.size() >= kSealBytes && load<std::uint64_t>(value.data()) == seal_of(key, value);
}

}  // namespace souk::store
