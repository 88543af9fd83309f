// What retired events mean today is found by the reader, whoever reads.
#include "events/upcast.hpp"

#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "events/stock.hpp"
#include "tests/codec/stored_types.hpp"

namespace souk::codec_test {

// A service that once stored "both" as one event (of the shape of stock::Settled), and today stores
// it as two.
namespace toy {

struct Counted {
  std::int64_t units = 0;
  static constexpr auto fields() { return std::tuple{field("units", &Counted::units)}; }
  bool operator==(const Counted&) const = default;
};
using Event = std::variant<Counted>;
constexpr codec::Tag kBoth = 7;
constexpr codec::Tag kForgotten = 8;

bool upcast(codec::Tag tag, std::string_view bytes, std::vector<Event>& into) {
  if (tag == kForgotten) return true;
  stock::Settled both;
  if (tag != kBoth || !codec::decode(bytes, both)) return false;
  into.insert(into.end(), {Counted{both.units.value}, Counted{-both.units.value}});
  return true;
}

}  // namespace toy

namespace {

TEST(Upcast, OneStoredEventBecomesWhatItIsToday) {
  std::vector<toy::Event> events{toy::Counted{1}};
  ASSERT_TRUE(
      codec::read_event(toy::kBoth, encoded(stock::Settled{HoldId("o"), Units{3}}), events));
  EXPECT_EQ(events, (std::vector<toy::Event>{toy::Counted{1}, toy::Counted{3}, toy::Counted{-3}}));
  ASSERT_TRUE(codec::read_event(toy::kForgotten, "", events));
  EXPECT_EQ(events.size(), 3U);
}

TEST(Upcast, AServiceWithoutRetiredEventsReadsThemAsTheyAre) {
  std::string bytes;
  const stock::Event event = stock::Settled{HoldId("order-1"), Units{3}};
  const codec::Tag tag = codec::encode_variant(event, bytes);
  std::vector<stock::Event> events;
  ASSERT_TRUE(codec::read_event(tag, bytes, events));
  EXPECT_EQ(events, std::vector<stock::Event>{event});
  EXPECT_FALSE(codec::read_event(codec::Tag{99}, bytes, events));
}

}  // namespace
}  // namespace souk::codec_test
