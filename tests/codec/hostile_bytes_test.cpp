// Bytes that nobody wrote on purpose, or that somebody wrote on bad purpose: decoding ends, reads
// nothing out of bounds (the sanitizers look on) and gives false or a value.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "events/checkout.hpp"
#include "events/order.hpp"
#include "events/stock.hpp"
#include "events/wallet.hpp"
#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {
namespace {

// An allocation of just that size, so that a sanitizer sees the first byte read beyond it.
class Exactly {
 public:
  explicit Exactly(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {
    bytes_.shrink_to_fit();
  }
  operator std::string_view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

// Whatever decodes is a value like any other.
void survives(const StoredType& type, std::string_view bytes) {
  const Tree before = type.held(sample_tree(*type.shape));
  const std::optional<Tree> value = type.decode(Exactly(bytes), before);
  if (value) RC_ASSERT(type.decode(type.encode(*value), before) == value);
}

template <class Property>
void check_every_struct(Property property) {
  for (const StoredType& type : stored_types())
    EXPECT_TRUE(rc::check(std::string(type.shape->name), [&] { property(type); }));
}

std::string any_message(const StoredType& type) { return type.encode(any_tree(*type.shape)); }

std::uint64_t word(const std::string& bytes, std::size_t at) {
  std::uint64_t bits;
  std::memcpy(&bits, bytes.data() + at * 8, sizeof bits);
  return bits;
}

void set_word(std::string& bytes, std::size_t at, std::uint64_t bits) {
  std::memcpy(bytes.data() + at * 8, &bits, sizeof bits);
}

TEST(CodecHostileBytes, RandomOnes) {
  check_every_struct([](const StoredType& type) {
    std::string bytes(*rc::gen::inRange(0, 40), '\0');
    for (char& byte : bytes) byte = *rc::gen::arbitrary<char>();
    survives(type, bytes);
  });
}

// Small numbers in every word's halves make pointers that nearly fit.
TEST(CodecHostileBytes, PointersThatNearlyFit) {
  check_every_struct([](const StoredType& type) {
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    std::string bytes(8 * (1 + random() % 12), '\0');
    for (int round = 0; round < 50; ++round) {
      for (std::size_t at = 0; at < bytes.size() / 8; ++at) {
        const std::uint64_t low =
            (random() % 16 - 4) << 2 | (random() % 8 == 0 ? random() % 4 : at % 2);
        const std::uint64_t high = random() % 2 == 0 ? (random() % 64) << 3 | random() % 8
                                                     : (random() % 4) << 16 | random() % 4;
        set_word(bytes, at, high << 32 | (low & 0xffffffff));
      }
      survives(type, bytes);
    }
  });
}

TEST(CodecHostileBytes, TruncatedAnywhere) {
  check_every_struct([](const StoredType& type) {
    const std::string bytes = any_message(type);
    for (std::size_t size = 0; size < bytes.size(); ++size) survives(type, bytes.substr(0, size));
  });
}

TEST(CodecHostileBytes, BitsFlipped) {
  check_every_struct([](const StoredType& type) {
    const std::string bytes = any_message(type);
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    for (int round = 0; round < 40; ++round) {
      std::string flipped = bytes;
      for (std::uint64_t flips = 1 + random() % 3; flips > 0; --flips) {
        const std::size_t bit = random() % (bytes.size() * 8);
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
      }
      survives(type, flipped);
    }
  });
}

TEST(CodecHostileBytes, NoneAtAllAndNoWholeWords) {
  stock::Renamed value;
  EXPECT_FALSE(codec::decode("", value));
  EXPECT_FALSE(codec::decode(encoded(value) + "x", value));
}

// Zeroed blocks are what a disk gives back for what it has lost.
TEST(CodecHostileBytes, ZerosAreNoMessage) {
  stock::Renamed value;
  EXPECT_FALSE(codec::decode(std::string(8, '\0'), value));
  EXPECT_FALSE(codec::decode(std::string(64, '\0'), value));
}

TEST(CodecHostileBytes, TextWithoutItsEnd) {
  std::string bytes = encoded(stock::Renamed{"tea"});
  stock::Renamed value;
  ASSERT_TRUE(codec::decode(bytes, value));
  bytes[2 * 8 + 3] = '!';
  EXPECT_FALSE(codec::decode(bytes, value));
}

TEST(CodecHostileBytes, PointerToAnotherSegmentOrACapability) {
  for (const std::uint64_t kind : {2, 3}) {
    std::string bytes = encoded(stock::Renamed{"tea"});
    set_word(bytes, 1, (word(bytes, 1) & ~std::uint64_t{3}) | kind);
    stock::Renamed value;
    EXPECT_FALSE(codec::decode(bytes, value));
  }
}

// What a pointer leads to has to be what the schema says: a text is no struct, and so on.
TEST(CodecHostileBytes, PointerToAnotherKindOfObject) {
  stock::Renamed text;
  std::string bytes = encoded(stock::Renamed{"tea"});
  set_word(bytes, 0, word(bytes, 0) | 1);
  EXPECT_FALSE(codec::decode(bytes, text)) << "the root is a list";
  EXPECT_FALSE(codec::decode(encoded(stock::PriceSet{Money{1, {}}}), text))
      << "a struct for a text";
  stock::PriceSet price;
  EXPECT_FALSE(codec::decode(encoded(stock::Renamed{"tea"}), price)) << "a text for a struct";
  order::Totals totals;
  EXPECT_FALSE(codec::decode(encoded(stock::Renamed{"tea"}), totals)) << "a text for a list";
  checkout::Undone undone;
  EXPECT_FALSE(codec::decode(encoded(stock::Renamed{"tea"}), undone)) << "a text for structs";
  order::Totals prices;
  prices.unit_prices_minor = {0};
  EXPECT_FALSE(codec::decode(encoded(prices), text)) << "numbers for a text";
  EXPECT_FALSE(codec::decode(encoded(prices), undone)) << "numbers for structs";
  bytes = encoded(checkout::Undone{{StepRef{1, 1}}});
  EXPECT_FALSE(codec::decode(bytes, totals)) << "structs for numbers";
  ASSERT_TRUE(codec::decode(bytes, undone));
  set_word(bytes, 2, word(bytes, 2) | 1);
  EXPECT_FALSE(codec::decode(bytes, undone)) << "the tag of a list of structs is no struct's";
}

TEST(CodecHostileBytes, MapWithTheSameKeyTwice) {
  wallet::State state;
  state.holds = {{HoldId("a"), 1}, {HoldId("b"), 2}};
  std::string bytes = encoded(state);
  const std::size_t b = bytes.rfind('b');
  bytes[b] = 'a';
  EXPECT_FALSE(codec::decode(bytes, state));
}

// A hundred lines that all point to one long SKU would be a hundred times as long once read.
TEST(CodecHostileBytes, SharedObjectsDoNotAmplify) {
  order::Placed placed;
  for (int i = 0; i < 100; ++i) placed.lines.push_back({Sku("s"), Units{1}, std::nullopt});
  placed.lines[0].sku = Sku(std::string(4'000, 's'));
  std::string bytes = encoded(placed);
  // Word 0 is the root pointer, 1 and 2 are customer and lines, 3 the tag; a line is a quantity and
  // its SKU.
  constexpr std::size_t kFirstSku = 5;
  ASSERT_EQ(word(bytes, 4), 1u) << "the first line's quantity";
  std::string control = bytes;
  ASSERT_TRUE(codec::decode(control, placed));
  for (std::size_t line = 1; line < 100; ++line)
    set_word(bytes, kFirstSku + 2 * line, word(bytes, kFirstSku) - (2 * line << 2));
  EXPECT_FALSE(codec::decode(bytes, placed));
}

// Elements without words would cost the sender nothing.
TEST(CodecHostileBytes, ListOfManyElementsWithoutWords) {
  std::string bytes(4 * 8, '\0');
  set_word(bytes, 0, std::uint64_t{1} << 48);      // root: one pointer
  set_word(bytes, 1, std::uint64_t{7} << 32 | 1);  // a composite list of no words
  set_word(bytes, 2, 0x1fffffffu << 2);            // of half a billion elements
  checkout::Undone value;
  EXPECT_FALSE(codec::decode(bytes, value));
}

TEST(CodecLimits, TooLongToBeStoredIsSaidAndNothingIsWritten) {
  std::string out = "before";
  EXPECT_THROW(codec::encode(stock::Renamed{std::string(codec::kMessageBytesMax, 'x')}, out),
               std::length_error);
  EXPECT_EQ(out, "before");
}

TEST(CodecLimits, TooLongToHaveBeenStoredIsRefused) {
  std::string bytes = encoded(stock::Renamed{"tea"});
  bytes.resize(codec::kMessageBytesMax + 8);
  stock::Renamed value;
  EXPECT_FALSE(codec::decode(bytes, value));
  bytes.resize(codec::kMessageBytesMax);
  EXPECT_TRUE(codec::decode(bytes, value));
}

}  // namespace
}  // namespace souk::codec_test
