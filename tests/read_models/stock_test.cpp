#include "tests/read_models/story.hpp"

namespace souk::test {

using namespace souk::read_models;
namespace {

const HoldId kOrder{"o1"};
stock::Received received(std::int64_t units) { return {ReceiptId("r"), {units}}; }
stock::Held held(std::int64_t units) { return {kOrder, {units}, gbp(500)}; }
stock::Settled settled(std::int64_t units) { return {kOrder, {units}}; }
stock::Released released(std::int64_t units) { return {kOrder, {units}}; }
stock::Returned returned(std::int64_t units) { return {ReturnId("b"), {units}}; }

void begin_with_lamps(Story& story, std::int64_t units) {
  story.happened("lamp", stock::Registered{"A lamp", gbp(500)}).happened("lamp", received(units));
}

TEST(StockLevels, UnitsGoFromOnePlaceToAnother) {
  Story story;
  begin_with_lamps(story, 10);
  story.happened("lamp", held(4)).happened("lamp", released(4));
  story.happened("lamp", held(3)).happened("lamp", settled(3)).happened("lamp", returned(1));
  story.happened("lamp", held(2));
  const StockRow row{"lamp", "A lamp", "GBP", 500, 8, 6, 2, 3, 10, 1, story.now()};
  EXPECT_EQ(story.rows<StockRow>(), std::vector{row});
}

TEST(StockLevels, NameAndPriceAreTodays) {
  Story story;
  begin_with_lamps(story, 1);
  story.happened("lamp", stock::Renamed{"The lamp"}).happened("lamp", stock::PriceSet{gbp(450)});
  EXPECT_EQ(story.row<StockRow>({"lamp"}).title, "The lamp");
  EXPECT_EQ(story.row<StockRow>({"lamp"}).unit_price_minor, 450);
  EXPECT_EQ(story.row<StockRow>({"lamp"}).updated_at, story.now());
}

TEST(StockLevels, RegisteredAfterARefusalIsTaken) {
  Story story;
  story.refused(Service::stock, "lamp");
  story.happened("lamp", stock::Registered{"A lamp", gbp(500)});
  EXPECT_EQ(story.rows<StockRow>().size(), 1u);
}

TEST(StockLevels, WhatDoesNotFitIsNotTaken) {
  Story story;
  begin_with_lamps(story, 10);
  story.happened("lamp", held(4));
  EXPECT_EQ(story.unfit("lamp", stock::Registered{"A lamp", gbp(500)}),
            "stock lamp: registered, but it is there already");
  EXPECT_EQ(story.unfit("chair", received(1)),
            "stock chair: something happened, but it was never registered");
  const std::string negative = "stock lamp: a count of units would be negative";
  EXPECT_EQ(story.unfit("lamp", held(7)), negative);
  EXPECT_EQ(story.unfit("lamp", settled(5)), negative);
  EXPECT_EQ(story.unfit("lamp", released(5)), negative);
  EXPECT_EQ(story.unfit("lamp", received(-11)), negative);
  EXPECT_EQ(story.unfit("lamp", returned(1)), "stock lamp: more came back than was sold");
  EXPECT_EQ(story.unfit("lamp", stock::PriceSet{eur(1)}),
            "stock lamp: a price in another currency than the SKU's");
  EXPECT_EQ(story.unfit("lamp", held(6)), "");
}

}  // namespace
}  // namespace souk::test
