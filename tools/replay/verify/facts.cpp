#include "tools/replay/verify/facts.hpp"

#include <cstring>

#include "tools/replay/verify/sums.hpp"

namespace souk::replay {

std::uint64_t Fact::content_hash() const {
  char numbers[16] = {};
  numbers[0] = static_cast<char>(kind);
  numbers[1] = static_cast<char>(service);
  std::memcpy(numbers + 8, &amount, sizeof amount);
  return BucketSums::hash(stream, BucketSums::hash(of, BucketSums::hash({numbers, 16})));
}

}  // namespace souk::replay
