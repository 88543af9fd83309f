#include "actors/read_models/terms_text.hpp"
#include "tests/read_models/story.hpp"
#include "tests/support/terms.hpp"

namespace souk::test {

using namespace souk::read_models;
namespace {

coupon::Granted granted() { return {CustomerId("ann"), amount_off(gbp(500))}; }
coupon::Held held() { return {HoldId("o1"), CustomerId("ann"), amount_off(gbp(500))}; }
coupon::Settled settled() { return {HoldId("o1")}; }
coupon::Released released() { return {HoldId("o1")}; }

TEST(Coupons, GrantedMakesARow) {
  Story story;
  coupon::Granted event = granted();
  event.terms.minimum_total = gbp(2'000);
  story.happened("ten", event);
  CouponRow row;
  row.coupon_id = "ten";
  row.owner_id = "ann";
  row.status = "GRANTED";
  row.discount = "5.00 GBP";
  row.currency = "GBP";
  row.minimum_total_minor = 2'000;
  row.valid_from = kWindowStart;
  row.valid_until = kWindowEnd;
  row.granted_at = row.updated_at = story.now();
  EXPECT_EQ(story.rows<CouponRow>(), std::vector{row});
}

TEST(Coupons, IssuedOnesNameTheirCampaign) {
  Story story;
  story.happened("spring~17", granted()).happened("winter", granted());
  EXPECT_EQ(story.row<CouponRow>({"spring~17"}).campaign_id, "spring");
  EXPECT_EQ(story.row<CouponRow>({"winter"}).campaign_id, "");
}

TEST(Coupons, StatusFollowsWhatHappens) {
  Story story;
  story.happened("ten", granted()).happened("ten", held());
  EXPECT_EQ(story.row<CouponRow>({"ten"}).status, "HELD");
  EXPECT_EQ(story.row<CouponRow>({"ten"}).order_id, "o1");
  story.happened("ten", released());
  EXPECT_EQ(story.row<CouponRow>({"ten"}).status, "GRANTED");
  EXPECT_EQ(story.row<CouponRow>({"ten"}).order_id, "");
  story.happened("ten", held()).happened("ten", settled());
  const CouponRow used = story.row<CouponRow>({"ten"});
  EXPECT_EQ(used.status, "USED");
  EXPECT_EQ(used.order_id, "o1");
  EXPECT_EQ(used.used_at, story.now());
  EXPECT_EQ(used.updated_at, story.now());
  story.happened("old", granted()).happened("old", coupon::Lapsed{});
  EXPECT_EQ(story.row<CouponRow>({"old"}).status, "LAPSED");
}

TEST(Coupons, WhatDoesNotFitIsNotTaken) {
  Story story;
  story.happened("ten", granted());
  EXPECT_EQ(story.unfit("ten", granted()), "coupon ten: granted, but it is there already");
  EXPECT_EQ(story.unfit("none", held()),
            "coupon none: something happened, but it was never granted");
  EXPECT_EQ(story.unfit("ten", settled()),
            "coupon ten: should turn from HELD to USED, but is GRANTED");
  EXPECT_EQ(story.unfit("ten", released()),
            "coupon ten: should turn from HELD to GRANTED, but is GRANTED");
  story.happened("ten", held());
  EXPECT_EQ(story.unfit("ten", held()),
            "coupon ten: should turn from GRANTED to HELD, but is HELD");
  EXPECT_EQ(story.unfit("ten", coupon::Lapsed{}),
            "coupon ten: should turn from GRANTED to LAPSED, but is HELD");
}

TEST(TermsText, SaysWhatACouponPromises) {
  EXPECT_EQ(discount_text(amount_off(gbp(500)).discount), "5.00 GBP");
  EXPECT_EQ(discount_text(percent_off(1'250).discount), "12.5 %");
  EXPECT_EQ(discount_text(percent_off(1'000).discount), "10 %");
  EXPECT_EQ(discount_text(percent_off(5).discount), "0.05 %");
  EXPECT_EQ(discount_text(percent_off(10'000, gbp(750)).discount), "100 %, at most 7.50 GBP");
}

TEST(TermsText, FindsTheCurrencyWhereverItStands) {
  EXPECT_EQ(currency_of(amount_off(eur(1))), "EUR");
  EXPECT_EQ(currency_of(percent_off(1, eur(1))), "EUR");
  EXPECT_EQ(currency_of(percent_off(1)), "");
  coupon::Terms minimum = percent_off(1);
  minimum.minimum_total = eur(1);
  EXPECT_EQ(currency_of(minimum), "EUR");
}

// --- campaigns -------------------------------------------------------------------------------

campaign::Opened opened() { return {CampaignId("spring"), 3, percent_off(1'000)}; }
campaign::Issued issued(std::int64_t ordinal) {
  return {CustomerId(numbered("c", ordinal)), ordinal, CouponId(numbered("spring~", ordinal))};
}
campaign::Delivered delivered(std::int64_t ordinal, bool granted = true) {
  return {ordinal, granted, CustomerId(numbered("c", ordinal))};
}

TEST(Campaigns, CountWhatWasIssuedAndDelivered) {
  Story story;
  story.happened("spring", opened());
  const Time opened_at = story.now();
  story.happened("spring", issued(1)).happened("spring", issued(2)).happened("spring", issued(3));
  story.happened("spring", delivered(2)).happened("spring", delivered(1, false));
  const CampaignRow row{"spring",     3,          3,         1,          1, "10 %",
                        kWindowStart, kWindowEnd, opened_at, story.now()};
  EXPECT_EQ(story.rows<CampaignRow>(), std::vector{row});
}

TEST(Campaigns, HaveASagaWhileCouponsAreUndelivered) {
  Story story;
  story.happened("spring", opened());
  EXPECT_TRUE(story.rows<SagaRow>().empty());
  story.happened("spring", issued(1));
  const Time first = story.now();
  story.happened("spring", issued(2));
  SagaRow saga;
  saga.saga = "campaign";
  saga.saga_id = "spring";
  saga.state = "DELIVERING";
  saga.step = "grant";
  saga.waits_for = "2 coupons";
  saga.started_at = saga.since = first;
  EXPECT_EQ(story.rows<SagaRow>(), std::vector{saga});
  story.happened("spring", delivered(2));
  saga.waits_for = "1 coupon";
  saga.since = story.now();
  EXPECT_EQ(story.rows<SagaRow>(), std::vector{saga});
  story.happened("spring", delivered(1, false));
  EXPECT_TRUE(story.rows<SagaRow>().empty());
}

TEST(Campaigns, WhatDoesNotFitIsNotTaken) {
  Story story;
  EXPECT_EQ(story.unfit("spring", issued(1)),
            "campaign spring: a coupon issued, but it was never opened");
  EXPECT_EQ(story.unfit("spring", delivered(1)),
            "campaign spring: a coupon delivered, but it was never opened");
  story.happened("spring", opened()).happened("spring", issued(1));
  EXPECT_EQ(story.unfit("spring", opened()), "campaign spring: opened, but it is there already");
  EXPECT_EQ(story.unfit("spring", issued(3)), "campaign spring: the coupons' numbers have a gap");
  story.happened("spring", issued(2)).happened("spring", issued(3));
  EXPECT_EQ(story.unfit("spring", issued(4)),
            "campaign spring: more coupons issued than there are");
  for (int i = 1; i <= 3; ++i) story.happened("spring", delivered(i));
  EXPECT_EQ(story.unfit("spring", delivered(3)),
            "campaign spring: more coupons delivered than issued");
}

}  // namespace
}  // namespace souk::test
