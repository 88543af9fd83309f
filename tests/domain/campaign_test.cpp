#include "actors/campaign/campaign.hpp"

#include "tests/support/refusal_rows.hpp"
#include "tests/support/terms.hpp"

namespace souk::test {
namespace {

using namespace souk::campaign;
using Refusal = Campaign::Refusal;

const coupon::Terms kTerms = amount_off(gbp(500));
const CampaignId kSale("sale");
const CustomerId kAnn("ann");
const CustomerId kBob("bob");
const Opened kOpened{kSale, 2, kTerms};
const Issued kToAnn{kAnn, 1, CouponId("sale~1")};
const Issued kToBob{kBob, 2, CouponId("sale~2")};
const Delivered kDeliveredToAnn{1, true, kAnn};
constexpr Time kLastMoment{kWindowEnd.micros - 1};

TEST(CampaignOpen, AgainWithTheSameTermsChangesNothing) {
  given<Campaign>()
      .when(Open{kSale, 2, kTerms})
      .then(kOpened)
      .when(Open{kSale, 2, kTerms})
      .changes_nothing();
}

TEST(CampaignOpen, TakesTheLongestIdWhoseCouponsIdsStillFit) {
  const CampaignId longest(std::string(Campaign::kIdLengthMax, 'x'));
  const auto opened = given<Campaign>()
                          .when(Open{longest, Campaign::kQuantityMax, kTerms})
                          .then(Opened{longest, Campaign::kQuantityMax, kTerms})
                          .state();
  EXPECT_TRUE(valid_id(numbered(opened.campaign_id.str() + "~", Campaign::kQuantityMax)));
}

TEST(CampaignIssue, GoesByTheOrderOfArrival) {
  const auto to_ann = given<Campaign>({kOpened}).when(Issue{kAnn});
  EXPECT_EQ(to_ann.reply(), (Reply{1, CouponId("sale~1")}));
  const auto to_bob = to_ann.then(kToAnn).when(Issue{kBob});
  EXPECT_EQ(to_bob.reply(), (Reply{2, CouponId("sale~2")}));
  to_bob.then(kToBob).when(Issue{CustomerId("eve")}).refused(Refusal::sold_out);
}

TEST(CampaignIssue, WindowIncludesItsStartAndExcludesItsEnd) {
  const auto opened = given<Campaign>({kOpened});
  opened.when(Issue{kAnn}, kWindowStart - seconds(1)).refused(Refusal::not_yet_open);
  opened.when(Issue{kAnn}, kWindowStart).then(kToAnn);
  opened.when(Issue{kAnn}, kLastMoment).then(kToAnn);
  opened.when(Issue{kAnn}, kWindowEnd).refused(Refusal::closed);
}

TEST(CampaignDeliver, TellsOnceWhatWasNotDeliveredYet) {
  given<Campaign>({kOpened, kToAnn, kToBob})
      .when(Deliver{{{1, true}, {1, true}, {3, true}}})
      .then(kDeliveredToAnn)
      .when(Deliver{{{1, true}}})
      .changes_nothing()
      .when(Deliver{{{2, false}}})
      .then(Delivered{2, false, kBob})
      .when(Deliver{})
      .changes_nothing();
  given<Campaign>().when(Deliver{{{1, true}}}).changes_nothing();
}

TEST(CampaignDeliver, MayComeOutOfOrder) {
  given<Campaign>({kOpened, kToAnn, kToBob})
      .when(Deliver{{{2, true}, {1, true}}})
      .then(Delivered{2, true, kBob}, kDeliveredToAnn);
}

TEST(CampaignPending, GrantsEveryIssuedCouponThatDoesNotExistYet) {
  const auto state = given<Campaign>({kOpened, kToAnn, kToBob, kDeliveredToAnn}).state();
  EXPECT_TRUE(Campaign::open(state));
  const auto pending = Campaign::pending(state);
  ASSERT_EQ(pending.size(), 1u);
  EXPECT_EQ(pending[0].step, (StepRef{0, 2}));
  EXPECT_EQ(pending[0].intent, Intent::request);
  EXPECT_EQ(std::get<0>(pending[0].call), (Call<Coupon>{"sale~2", coupon::Grant{kBob, kTerms}}));
}

TEST(CampaignPending, IsAWindowOverWhatWaits) {
  std::vector<Event> history = {Opened{kSale, 1'000, kTerms}};
  for (int i = 1; i <= 70; ++i)
    history.push_back(Issued{CustomerId(numbered("c", i)), i, CouponId(numbered("sale~", i))});
  history.push_back(Delivered{2, true, CustomerId("c2")});
  const auto pending = Campaign::pending(given<Campaign>(history).state());
  ASSERT_EQ(pending.size(), Campaign::kGrantsInFlight);
  EXPECT_EQ(pending[0].step.index, 1u);
  EXPECT_EQ(pending[1].step.index, 3u);
  EXPECT_EQ(pending.back().step.index, 65u);
}

TEST(CampaignPending, IsEmptyOnceAllIsDelivered) {
  const auto state = given<Campaign>({kOpened, kToAnn, kDeliveredToAnn}).state();
  EXPECT_FALSE(Campaign::open(state));
  EXPECT_TRUE(Campaign::pending(state).empty());
}

TEST(CampaignAnswer, BecomesADelivery) {
  const auto granted = Campaign::answer({0, 7}, "", {});
  const auto refused = Campaign::answer({0, 8}, "coupon.already_granted", {});
  EXPECT_EQ(granted, (Delivery{7, true}));
  EXPECT_EQ(refused, (Delivery{8, false}));
  EXPECT_EQ(Campaign::advance({granted, refused}, false),
            Command(Deliver{{{7, true}, {8, false}}}));
}

TEST(CampaignWaiting, AnIssueIsSettledOnceItsCouponExists) {
  EXPECT_EQ(Campaign::wait_key(Issue{kAnn}), "ann");
  EXPECT_EQ(Campaign::wait_key(Open{kSale, 2, kTerms}), std::nullopt);
  EXPECT_EQ(Campaign::wait_key(Deliver{}), std::nullopt);

  EXPECT_FALSE(Campaign::settled(given<Campaign>({kOpened}).state(), "ann"));
  const auto issued = given<Campaign>({kOpened, kToAnn, kToBob});
  EXPECT_FALSE(Campaign::settled(issued.state(), "ann"));
  const auto after = issued.when(Deliver{{{1, true}}}).then(kDeliveredToAnn).state();
  EXPECT_TRUE(Campaign::settled(after, "ann"));
  EXPECT_FALSE(Campaign::settled(after, "bob"));
  EXPECT_EQ(Campaign::released_by(after, kDeliveredToAnn), "ann");
  EXPECT_EQ(Campaign::released_by(after, kToAnn), std::nullopt);
}

TEST(CampaignRefusals, EachHasItsRow) {
  const auto none = given<Campaign>();
  const auto opened = given<Campaign>({kOpened});
  const auto issued = given<Campaign>({kOpened, kToAnn});
  const auto sold_out = given<Campaign>({kOpened, kToAnn, kToBob});
  const CampaignId too_long(std::string(Campaign::kIdLengthMax + 1, 'x'));
  expect_refusals<Campaign>({
      {Refusal::invalid_quantity, none, Open{kSale, 0, kTerms}},
      {Refusal::invalid_quantity, none, Open{kSale, Campaign::kQuantityMax + 1, kTerms}},
      {Refusal::invalid_terms, none, Open{kSale, 2, {}}},
      {Refusal::invalid_id, none, Open{CampaignId(""), 2, kTerms}},
      {Refusal::invalid_id, none, Open{CampaignId("a~b"), 2, kTerms}},
      {Refusal::invalid_id, none, Open{CampaignId("a b"), 2, kTerms}},
      {Refusal::invalid_id, none, Open{too_long, 2, kTerms}},
      {Refusal::already_opened, opened, Open{kSale, 3, kTerms}},
      {Refusal::already_opened, opened, Open{kSale, 2, amount_off(gbp(501))}},
      {Refusal::already_opened, opened, Open{CampaignId("other"), 2, kTerms}},
      {Refusal::unknown_campaign, none, Issue{kAnn}},
      {Refusal::invalid_customer, opened, Issue{CustomerId("")}},
      {Refusal::not_yet_open, opened, Issue{kAnn}, kWindowStart - seconds(1)},
      {Refusal::closed, opened, Issue{kAnn}, kWindowEnd},
      {Refusal::sold_out, sold_out, Issue{CustomerId("eve")}},
      {Refusal::already_issued, issued, Issue{kAnn}},
  });
}

TEST(CampaignRefusals, ComeInTheOrderOfTheirNumbers) {
  given<Campaign>().when(Open{CampaignId("~"), 0, {}}).refused(Refusal::invalid_quantity);
  given<Campaign>().when(Open{CampaignId("~"), 1, {}}).refused(Refusal::invalid_terms);
  given<Campaign>({kOpened}).when(Open{CampaignId("~"), 3, kTerms}).refused(Refusal::invalid_id);
  const auto sold_out = given<Campaign>({kOpened, kToAnn, kToBob});
  sold_out.when(Issue{CustomerId("")}, kWindowEnd).refused(Refusal::invalid_customer);
  sold_out.when(Issue{kAnn}, kWindowEnd).refused(Refusal::closed);
  sold_out.when(Issue{kAnn}).refused(Refusal::sold_out);
}

TEST(CampaignView, ShowsEverythingButWhoHasOne) {
  auto state = given<Campaign>({kOpened, kToAnn}).state();
  const auto view = Campaign::view(state);
  state.issued.clear();
  state.undelivered.clear();
  EXPECT_EQ(view, state);
  EXPECT_EQ(view.issued_count, 1);
}

}  // namespace
}  // namespace souk::test
