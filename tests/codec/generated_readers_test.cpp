// The bytes, seen through the classes that Cap'n Proto generates from the schemas, and by the byte.
#include <string>

#include <gtest/gtest.h>

#include "events/checkout.hpp"
#include "events/coupon.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"
#include "schemas/checkout.capnp.h"
#include "schemas/coupon.capnp.h"
#include "schemas/order.capnp.h"
#include "schemas/stock.capnp.h"
#include "schemas/wallet.capnp.h"
#include "tests/codec/oracle.hpp"
#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {
namespace {

const Money kPrice{1999, *Currency::parse("GBP")};

std::string text(capnp::Text::Reader reader) { return {reader.begin(), reader.size()}; }

TEST(CodecBytes, OfAHeldStock) {
  const std::string bytes = encoded(stock::Held{HoldId("order-1"), Units{3}, kPrice});
  const std::string expected(
      "\x00\x00\x00\x00\x01\x00\x02\x00"  // root: a struct right behind, 1 data word, 2 pointers
      "\x03\x00\x00\x00\x00\x00\x00\x00"  // units
      "\x05\x00\x00\x00\x42\x00\x00\x00"  // hold id: a list two words on, 8 bytes
      "\x04\x00\x00\x00\x02\x00\x00\x00"  // unit price: a struct two words on, 2 data words
      "order-1\x00"                       // with its NUL
      "\xcf\x07\x00\x00\x00\x00\x00\x00"  // minor
      "GBP\x00\x00\x00\x00\x00",          // currency
      7 * 8);
  EXPECT_EQ(bytes, expected);
}

TEST(CodecBytes, OfAStructWithoutFieldsAreOneWord) {
  EXPECT_EQ(encoded(checkout::Paid{}), std::string("\xfc\xff\xff\xff\x00\x00\x00\x00", 8));
}

TEST(CodecBytes, TrailingZerosAreLeftOut) {
  EXPECT_EQ(encoded(checkout::Ended{false}), encoded(checkout::Paid{}));
}

TEST(CodecGeneratedReader, ReadsAHeldStock) {
  Message message(encoded(stock::Held{HoldId("order-1"), Units{3}, kPrice}));
  const auto held = message->getRoot<schema::stock::Held>();
  EXPECT_EQ(text(held.getHoldId()), "order-1");
  EXPECT_EQ(held.getUnits(), 3);
  EXPECT_EQ(held.getUnitPrice().getMinor(), 1999);
  EXPECT_EQ(held.getUnitPrice().getCurrency(), kPrice.currency.stored());
}

TEST(CodecGeneratedReader, ReadsAStartedCheckout) {
  const checkout::Started value{
      OrderId("o"),
      CustomerId("c"),
      {{Sku("tea"), Units{2}, order::AskedPrice{0}}, {Sku("cup"), Units{1}, std::nullopt}},
      CouponId(""),
      Time{42},
      Time{7}};
  Message message(encoded(value));
  const auto started = message->getRoot<schema::checkout::Started>();
  EXPECT_EQ(text(started.getOrderId()), "o");
  EXPECT_EQ(text(started.getCustomerId()), "c");
  ASSERT_EQ(started.getLines().size(), 2u);
  EXPECT_EQ(text(started.getLines()[0].getSku()), "tea");
  EXPECT_EQ(started.getLines()[0].getQuantity(), 2);
  EXPECT_TRUE(started.getLines()[0].hasAskedPrice()) << "a price of zero is not the same as none";
  EXPECT_FALSE(started.getLines()[1].hasAskedPrice());
  EXPECT_FALSE(started.hasCouponId());
  EXPECT_EQ(started.getDeadline(), 42);
  EXPECT_EQ(started.getOrderedAt(), 7);
}

TEST(CodecGeneratedReader, ReadsAWalletsState) {
  wallet::State value;
  value.currency = kPrice.currency;
  value.holds = {{HoldId("a"), 1}, {HoldId("b"), 2}};
  Message message(encoded(value));
  const auto state = message->getRoot<schema::wallet::State>();
  EXPECT_EQ(state.getCurrency(), kPrice.currency.stored());
  ASSERT_EQ(state.getHolds().size(), 2u);
  EXPECT_EQ(text(state.getHolds()[1].getKey()), "b");
  EXPECT_EQ(state.getHolds()[1].getValue(), 2);
}

TEST(CodecGeneratedBuilder, IsReadByUs) {
  capnp::MallocMessageBuilder message;
  auto builder = message.initRoot<schema::coupon::Discount>();
  builder.setKind(schema::coupon::DiscountKind::PERCENT);
  builder.setBasisPoints(1'500);
  builder.initCap().setMinor(700);
  const auto bytes = message.getSegmentsForOutput()[0].asBytes();
  coupon::Discount read;
  ASSERT_TRUE(codec::decode({reinterpret_cast<const char*>(bytes.begin()), bytes.size()}, read));
  EXPECT_EQ(read, (coupon::Discount{coupon::DiscountKind::percent, std::nullopt, 1'500,
                                    Money{700, Currency{}}}));
}

// A schema's enum says in names what C++ says in numbers.
template <class Theirs, class Ours>
constexpr bool same_number(Theirs theirs, Ours ours) {
  return static_cast<std::uint16_t>(theirs) == static_cast<std::uint16_t>(ours);
}
static_assert(same_number(schema::coupon::DiscountKind::AMOUNT, coupon::DiscountKind::amount));
static_assert(same_number(schema::coupon::DiscountKind::PERCENT, coupon::DiscountKind::percent));
static_assert(same_number(schema::coupon::Status::UNKNOWN, coupon::Status::unknown));
static_assert(same_number(schema::coupon::Status::GRANTED, coupon::Status::granted));
static_assert(same_number(schema::coupon::Status::HELD, coupon::Status::held));
static_assert(same_number(schema::coupon::Status::USED, coupon::Status::used));
static_assert(same_number(schema::coupon::Status::LAPSED, coupon::Status::lapsed));
static_assert(same_number(schema::order::Status::UNKNOWN, order::Status::unknown));
static_assert(same_number(schema::order::Status::PLACED, order::Status::placed));
static_assert(same_number(schema::order::Status::CONFIRMED, order::Status::confirmed));
static_assert(same_number(schema::order::Status::CANCELLED, order::Status::cancelled));
static_assert(same_number(schema::checkout::Step::PLACE_ORDER, checkout::Step::place_order));
static_assert(same_number(schema::checkout::Step::HOLD_STOCK, checkout::Step::hold_stock));
static_assert(same_number(schema::checkout::Step::HOLD_COUPON, checkout::Step::hold_coupon));
static_assert(same_number(schema::checkout::Step::HOLD_WALLET, checkout::Step::hold_wallet));
static_assert(same_number(schema::checkout::Step::CONFIRM_ORDER, checkout::Step::confirm_order));
static_assert(same_number(schema::checkout::Phase::NONE, checkout::Phase::none));
static_assert(same_number(schema::checkout::Phase::RESERVING, checkout::Phase::reserving));
static_assert(same_number(schema::checkout::Phase::PAYING, checkout::Phase::paying));
static_assert(same_number(schema::checkout::Phase::CONFIRMING, checkout::Phase::confirming));
static_assert(same_number(schema::checkout::Phase::SETTLING, checkout::Phase::settling));
static_assert(same_number(schema::checkout::Phase::UNDOING, checkout::Phase::undoing));
static_assert(same_number(schema::checkout::Phase::CONFIRMED, checkout::Phase::confirmed));
static_assert(same_number(schema::checkout::Phase::CANCELLED, checkout::Phase::cancelled));

}  // namespace
}  // namespace souk::codec_test
