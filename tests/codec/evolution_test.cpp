// What an older build wrote, a newer one reads, and the other way round. A struct that begins with
// the fields of another stands for its later version.
#include <string>

#include <gtest/gtest.h>

#include "events/campaign.hpp"
#include "events/checkout.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {
namespace {

const Money kPrice{1999, *Currency::parse("GBP")};

// stock::Settled is what stock::Held would have been before it had a price.
TEST(CodecEvolution, AFieldThatIsNotThereIsZero) {
  stock::Held held{HoldId("old"), Units{7}, kPrice};
  ASSERT_TRUE(codec::decode(encoded(stock::Settled{HoldId("order-1"), Units{3}}), held));
  EXPECT_EQ(held, (stock::Held{HoldId("order-1"), Units{3}, Money{}}));
}

TEST(CodecEvolution, AFieldThatIsNotKnownIsIgnored) {
  stock::Settled settled;
  ASSERT_TRUE(codec::decode(encoded(stock::Held{HoldId("order-1"), Units{3}, kPrice}), settled));
  EXPECT_EQ(settled, (stock::Settled{HoldId("order-1"), Units{3}}));
}

// campaign::Delivered is campaign::Delivery with a pointer more; both are order::AskedPrice with a
// data word more.
TEST(CodecEvolution, DataWordsAndPointersGrowIndependently) {
  ASSERT_NO_THROW(codec::check_schemas());
  order::AskedPrice price;
  ASSERT_TRUE(codec::decode(encoded(campaign::Delivered{5, true, CustomerId("c")}), price));
  EXPECT_EQ(price.minor, 5);
  campaign::Delivered delivered{9, true, CustomerId("before")};
  ASSERT_TRUE(codec::decode(encoded(order::AskedPrice{5}), delivered));
  EXPECT_EQ(delivered, (campaign::Delivered{5, false, CustomerId()}))
      << "what is missing is zero, whatever the member's initialiser says";
}

// A StepRef is one data word, a Delivery two.
TEST(CodecEvolution, ElementsOfAListGrow) {
  campaign::Deliver grown;
  ASSERT_TRUE(codec::decode(encoded(checkout::Undone{{{1, 0}, {2, 0}}}), grown));
  EXPECT_EQ(grown, (campaign::Deliver{{{1, false}, {2, false}}}));
}

TEST(CodecEvolution, ElementsOfAListMayBeLongerThanKnown) {
  checkout::Undone shrunk;
  ASSERT_TRUE(codec::decode(encoded(campaign::Deliver{{{1, true}, {2, false}}}), shrunk));
  EXPECT_EQ(shrunk, (checkout::Undone{{{1, 0}, {2, 0}}}));
}

// A client that repeats a command after an upgrade must not be told that it changed its mind.
TEST(CodecEvolution, AddingAFieldDoesNotChangeTheBytesOfOlderValues) {
  EXPECT_EQ(encoded(checkout::Undone{{{1, 2}}}), encoded(checkout::GiveUp{{{1, 2}}, 0}));
  EXPECT_EQ(encoded(order::AskedPrice{5}), encoded(campaign::Delivery{5, false}));
  EXPECT_EQ(encoded(checkout::Undone{{{1, 0}, {2, 0}}}),
            encoded(campaign::Deliver{{{1, false}, {2, false}}}));
}

}  // namespace
}  // namespace souk::codec_test
