// How long the codec takes, printed for whoever changes it. The figures are not tested: machines
// differ.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "events/checkout.hpp"
#include "events/stock.hpp"
#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {
namespace {

// Nanoseconds a call, in the best of many batches: the others were disturbed.
template <class F>
double nanoseconds(F f) {
  constexpr int kBatches = 60;
  constexpr int kCalls = 2'000;
  double best = 1e12;
  for (int batch = 0; batch < kBatches; ++batch) {
    const auto start = std::chrono::steady_clock::now();
    for (int call = 0; call < kCalls; ++call) f();
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count() / kCalls);
  }
  return best;
}

template <class T>
void measure(const char* name, const T& value) {
  std::string bytes;
  const double encode_ns = nanoseconds([&] {
    bytes.clear();
    codec::encode(value, bytes);
  });
  T read;
  bool decoded = true;
  const double decode_ns = nanoseconds([&] { decoded = codec::decode(bytes, read) && decoded; });
  EXPECT_TRUE(decoded);
  EXPECT_EQ(read, value);
  std::printf("%-28s %4zu bytes  encode %5.0f ns  decode %5.0f ns\n", name, bytes.size(), encode_ns,
              decode_ns);
}

const Money kPrice{1999, *Currency::parse("GBP")};
const HoldId kOrder("order-2010-12-01-536365");

TEST(CodecSpeed, OfAHeldStock) { measure("stock::Held", stock::Held{kOrder, Units{3}, kPrice}); }

TEST(CodecSpeed, OfAStartedCheckoutOfTwoLines) {
  measure("checkout::Started, 2 lines",
          checkout::Started{OrderId(kOrder.str()),
                            CustomerId("17850"),
                            {{Sku("85123A"), Units{6}, std::nullopt},
                             {Sku("71053"), Units{6}, order::AskedPrice{339}}},
                            CouponId("winter~17"),
                            Time{1'291'190'760'000'000},
                            {}});
}

}  // namespace
}  // namespace souk::codec_test
