// A histogram of latencies with buckets of constant relative width (the idea of HdrHistogram):
// every power of two is divided into 128 buckets, so a percentile is at most 0.8 % too high.
// Recording is a few instructions and never allocates.
#pragma once

#include <array>
#include <cstdint>

namespace souk::bench {

class Histogram {
 public:
  // Values above kValueMax (about 19 hours, in microseconds) count as kValueMax.
  static constexpr std::uint64_t kValueMax = (std::uint64_t{1} << 36) - 1;

  void record(std::uint64_t value);

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }  // 0 if empty
  double mean() const { return count_ == 0 ? 0.0 : static_cast<double>(sum_) / count_; }

  // The smallest bucket bound that at least `percent` (0 to 100) of the values do not exceed, and
  // never more than max(). 0 if empty.
  std::uint64_t percentile(double percent) const;

 private:
  static constexpr int kSubBits = 7;  // 128 buckets a power of two
  static constexpr std::size_t kBuckets = (std::size_t{36 - kSubBits + 1} << kSubBits);

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t bound_of(std::size_t bucket);  // the largest value that falls into it

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace souk::bench
