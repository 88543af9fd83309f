#include "tools/bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace souk::bench {

// Values below 128 have a bucket each. A larger value is shifted right until it has eight bits; the
// lower seven of them choose the bucket, the shift chooses the row.
std::size_t Histogram::bucket_of(std::uint64_t value) {
  constexpr std::uint64_t kSubCount = std::uint64_t{1} << kSubBits;
  if (value < kSubCount) return value;
  const int shift = std::bit_width(value) - 1 - kSubBits;
  return ((static_cast<std::size_t>(shift) + 1) << kSubBits) + ((value >> shift) - kSubCount);
}

std::uint64_t Histogram::bound_of(std::size_t bucket) {
  constexpr std::uint64_t kSubCount = std::uint64_t{1} << kSubBits;
  if (bucket < kSubCount) return bucket;
  const std::size_t shift = (bucket >> kSubBits) - 1;
  const std::uint64_t leading = (bucket & (kSubCount - 1)) + kSubCount;
  return ((leading + 1) << shift) - 1;
}

void Histogram::record(std::uint64_t value) {
  value = std::min(value, kValueMax);
  ++counts_[bucket_of(value)];
  ++count_;
  sum_ += value;
  max_ = std::max(max_, value);
}

std::uint64_t Histogram::percentile(double percent) const {
  if (count_ == 0) return 0;
  // A little less, because 99.9 % of 1,000 must be 999 and not, for rounding, 999.0000000000001.
  const double wanted_exactly = percent / 100 * static_cast<double>(count_);
  const auto wanted = static_cast<std::uint64_t>(std::ceil(wanted_exactly - 1e-6));
  const std::uint64_t rank = std::clamp<std::uint64_t>(wanted, 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= rank) return std::min(bound_of(bucket), max_);
  }
  return max_;
}

}  // namespace souk::bench
