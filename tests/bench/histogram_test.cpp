#include "tools/bench/histogram.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace souk::bench {
namespace {

TEST(Histogram, EmptyHasNoPercentiles) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.percentile(99), 0u);
  EXPECT_EQ(histogram.mean(), 0.0);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.percentile(50), 50u);
  EXPECT_EQ(histogram.percentile(95), 95u);
  EXPECT_EQ(histogram.percentile(99), 99u);
  EXPECT_EQ(histogram.percentile(100), 100u);
  EXPECT_EQ(histogram.percentile(0), 1u);
  EXPECT_DOUBLE_EQ(histogram.mean(), 50.5);
}

TEST(Histogram, PercentileNeverExceedsTheLargestValue) {
  Histogram histogram;
  histogram.record(1'000'001);
  EXPECT_EQ(histogram.percentile(50), 1'000'001u);
  EXPECT_EQ(histogram.max(), 1'000'001u);
}

TEST(Histogram, OneSlowAnswerInAThousandIsSeenAtTheTop) {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.record(100);
  histogram.record(50'000);
  EXPECT_EQ(histogram.percentile(99), 100u);
  EXPECT_EQ(histogram.percentile(99.9), 100u);
  EXPECT_EQ(histogram.percentile(99.95), 50'000u);
}

TEST(Histogram, HugeValuesCountAsTheLargest) {
  Histogram histogram;
  histogram.record(~std::uint64_t{0});
  EXPECT_EQ(histogram.max(), Histogram::kValueMax);
  EXPECT_EQ(histogram.percentile(100), Histogram::kValueMax);
}

// Against the sorted values: the same rank's value, at most 1/128 too high and never too low.
TEST(Histogram, AgreesWithSortedValues) {
  EXPECT_TRUE(rc::check([] {
    const auto bits = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 36));
    RC_PRE(!bits.empty());
    std::vector<std::uint64_t> values;
    for (const int bit : bits)
      values.push_back(*rc::gen::inRange<std::uint64_t>(0, (std::uint64_t{2} << bit) - 1));
    const int percent = *rc::gen::inRange(0, 101);

    const auto histogram = std::make_unique<Histogram>();
    for (const std::uint64_t value : values) histogram->record(value);
    std::sort(values.begin(), values.end());
    const std::size_t rank = (percent * values.size() + 99) / 100;
    const std::uint64_t exact = values[std::max<std::size_t>(rank, 1) - 1];
    RC_ASSERT(histogram->percentile(percent) >= exact);
    RC_ASSERT(histogram->percentile(percent) <= exact + exact / 128);
    RC_ASSERT(histogram->max() == values.back());
  }));
}

}  // namespace
}  // namespace souk::bench
