// The checksum that every value begins with: XXH3-64 of the rest of the value, seeded with the
// XXH3-64 of its key, so that a value under another's key is found as well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace souk::store {

inline constexpr std::size_t kSealBytes = 8;

// Fills in the first kSealBytes of `value`, whose other bytes must be final.
void seal(std::string_view key, std::string& value);

// True if `value` is whole and stands under the key that it was written for.
bool is_sealed(std::string_view key, std::string_view value);

}  // namespace souk::store
