// Positions as values and as text.
#include "events/positions.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace souk {
namespace {

constexpr PartitionId kOrder3{Service::order, 3};
constexpr PartitionId kStock0{Service::stock, 0};
constexpr PartitionId kCheckout3{Service::checkout, 3};

Positions any_positions() {
  Positions positions;
  const auto count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i)
    positions[{*rc::gen::elementOf(kServices), *rc::gen::inRange<std::uint16_t>(0, 4)}] =
        *rc::gen::inRange<std::uint64_t>(0, 6);
  return positions;
}

TEST(Positions, AreWrittenInTheOrderOfThePartitions) {
  EXPECT_EQ(to_string({}), "");
  EXPECT_EQ(to_string({{kCheckout3, 120}, {kOrder3, 88}}), "order/3@88,checkout/3@120");
}

TEST(Positions, AreReadAsTheyAreWritten) {
  EXPECT_EQ(parse_positions(""), Positions{});
  EXPECT_EQ(parse_positions("order/3@88,checkout/3@120"),
            (Positions{{kOrder3, 88}, {kCheckout3, 120}}));
  const Positions largest = {{{Service::campaign, std::numeric_limits<std::uint16_t>::max()},
                              std::numeric_limits<std::uint64_t>::max()}};
  EXPECT_EQ(parse_positions(to_string(largest)), largest);
  EXPECT_TRUE(rc::check("text and back", [] {
    const Positions positions = any_positions();
    RC_ASSERT(parse_positions(to_string(positions)) == positions);
  }));
}

TEST(Positions, NamedTwiceTheFurtherOneCounts) {
  EXPECT_EQ(parse_positions("order/3@88,order/3@7"), (Positions{{kOrder3, 88}}));
}

TEST(Positions, AnythingElseIsNoPosition) {
  for (const char* text :
       {"order", "order/3", "order/3@", "order/@8", "orders/3@8", "/3@8", "order/3@8,",
        ",order/3@8", "order/3@8,,stock/0@1", "order/3@8 ", " order/3@8", "order/3@-8",
        "order/-3@8", "order/65536@8", "order/3@18446744073709551616", "order/3@8;stock/0@1",
        "order@8", "ORDER/3@8", "order/3@0x8"})
    EXPECT_EQ(parse_positions(text), std::nullopt) << text;
}

TEST(Positions, AMergeTakesTheFurtherOfEach) {
  Positions into = {{kOrder3, 5}, {kStock0, 9}};
  merge(into, {{kOrder3, 7}, {kStock0, 2}, {kCheckout3, 1}});
  EXPECT_EQ(into, (Positions{{kOrder3, 7}, {kStock0, 9}, {kCheckout3, 1}}));
}

TEST(Positions, CoverWhatIsNoFurther) {
  const Positions reached = {{kOrder3, 7}, {kStock0, 9}};
  EXPECT_TRUE(covers(reached, {}));
  EXPECT_TRUE(covers(reached, {{kOrder3, 7}}));
  EXPECT_FALSE(covers(reached, {{kOrder3, 8}}));
  EXPECT_FALSE(covers(reached, {{kOrder3, 7}, {kCheckout3, 1}}));
  EXPECT_TRUE(covers({}, {{kCheckout3, 0}}));  // before the first record
}

TEST(Positions, AMergeCoversBothAndNothingMore) {
  EXPECT_TRUE(rc::check("least upper bound", [] {
    const Positions a = any_positions(), b = any_positions(), other = any_positions();
    Positions merged = a;
    merge(merged, b);
    RC_ASSERT(covers(merged, a) && covers(merged, b));
    RC_ASSERT(covers(other, merged) == (covers(other, a) && covers(other, b)));
  }));
}

TEST(Services, AreFoundByTheirNames) {
  for (const Service service : kServices) EXPECT_EQ(parse_service(name_of(service)), service);
  EXPECT_EQ(parse_service("shop"), std::nullopt);
}

}  // namespace
}  // namespace souk
