// Every interleaving of a small campaign with the real deciders of campaign and coupon: commands
// and answers that are lost, repeated and late; hosts that die with records in flight; several
// customers who ask again under the same id and under a second one; a second open. And the proof
// that the walk would find what a rule less breaks.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/sagas/campaign_world.hpp"
#include "tests/sagas/walk.hpp"
#include "tests/support/terms.hpp"

namespace souk::test::sale {
namespace {

// --- scenarios -------------------------------------------------------------------------------

const coupon::Terms kTerms = amount_off(gbp(500));
const CampaignId kSale{"sale"};

Asked<Campaign> issue(const char* id, const char* customer) {
  return {id, Intent::request, {}, campaign::Issue{CustomerId(customer)}};
}
Asked<Campaign> open(const char* id, std::int64_t quantity) {
  return {id, Intent::request, {}, campaign::Open{kSale, quantity, kTerms}};
}

campaign::State opened(std::int64_t quantity) {
  return Campaign::evolve({}, campaign::Opened{kSale, quantity, kTerms});
}

// Ann asks under two ids.
Scenario one_coupon() {
  Scenario s;
  s.name = "one coupon, two customers";
  s.campaign = opened(1);
  s.commands = {issue("a1", "ann"), issue("a2", "ann"), issue("b1", "bob")};
  return s;
}

Scenario two_coupons() {
  Scenario s;
  s.name = "two coupons, two customers";
  s.campaign = opened(2);
  s.commands = {issue("a1", "ann"), issue("b1", "bob")};
  return s;
}

Scenario three_customers() {
  Scenario s;
  s.name = "two coupons, three customers, four ids";
  s.campaign = opened(2);
  s.commands = {issue("a1", "ann"), issue("a2", "ann"), issue("b1", "bob"), issue("c1", "cleo")};
  return s;
}

Scenario opened_twice() {
  Scenario s;
  s.name = "opened late, and twice";
  s.commands = {open("o1", 1), open("o2", 2), open("o3", 1), issue("a1", "ann")};
  return s;
}

Scenario window() {
  Scenario s;
  s.name = "the window opens and closes";
  s.campaign = opened(1);
  s.commands = {issue("a1", "ann"), issue("a2", "ann"), issue("b1", "bob")};
  s.time_passes = true;
  return s;
}

// Ann uses her coupon as soon as there is one.
Scenario used_at_once() {
  Scenario s;
  s.name = "the coupon is used at once";
  s.campaign = opened(1);
  s.commands = {issue("a1", "ann")};
  const Time deadline = kWindowEnd;
  s.strangers = {{1,
                  {"checkout:o1/2/0", Intent::attempt, deadline,
                   coupon::Hold{HoldId("o1"), CustomerId("ann")}}},
                 {1, {"checkout:o1/2/0", Intent::settle, deadline, coupon::Settle{HoldId("o1")}}}};
  return s;
}

Scenario granted_by(const char* owner) {
  Scenario s;
  s.campaign = opened(1);
  s.commands = {issue("a1", "ann")};
  s.strangers = {{1, {"eve:1", Intent::request, {}, coupon::Grant{CustomerId(owner), kTerms}}}};
  return s;
}

Scenario granted_the_same() {
  Scenario s = granted_by("ann");
  s.name = "the coupon has been granted, to her";
  return s;
}

Scenario granted_to_another() {
  Scenario s = granted_by("eve");
  s.name = "the coupon has been granted, to another";
  return s;
}

// --- with all rules --------------------------------------------------------------------------

WalkResult expect_kept(const Scenario& scenario, const Rules& rules = {}) {
  SCOPED_TRACE(scenario.name);
  WalkResult result = walk(Model(scenario, rules));
  EXPECT_EQ(result.broken, "");
  EXPECT_EQ(result.stuck, 0U) << "what was issued cannot be delivered:" << result.stuck_story;
  std::printf("  %-40s %8zu states %9zu transitions\n", scenario.name.c_str(), result.states,
              result.transitions);
  return result;
}

TEST(CampaignWalk, NobodyGetsMoreThanOneAndNobodyIsToldOfWhatIsNotThere) {
  EXPECT_GT(expect_kept(one_coupon()).ending("one").moments, 0U);
  EXPECT_GT(expect_kept(two_coupons()).ending("two").moments, 0U);
  EXPECT_GT(expect_kept(three_customers()).ending("two").moments, 0U);
  EXPECT_GT(expect_kept(opened_twice()).ending("one").moments, 0U);
  EXPECT_GT(expect_kept(window()).ending("one").moments, 0U);
  EXPECT_GT(expect_kept(used_at_once()).ending("one").moments, 0U);
  EXPECT_GT(expect_kept(granted_the_same()).ending("one").moments, 0U);
}

// Nothing but the gateway's rule about ids keeps this from happening; if it does all the same, the
// campaign's delivery still comes to an end.
TEST(CampaignWalk, AGrantThatIsRefusedIsDeliveredAsRefused) {
  Scenario scenario = granted_to_another();
  scenario.ids_are_reserved = false;
  EXPECT_GT(expect_kept(scenario).ending("one").moments, 0U);
}

// A coupon grants the same again without its receipts, too.
TEST(CampaignWalk, GrantsAreSafeWithoutTheCouponsReceipts) {
  expect_kept(one_coupon(), {.coupons = {.same_id_same_reply = false}});
}

// --- with one rule less ----------------------------------------------------------------------

// A promise is broken; the shortest story of how is printed.
void expect_broken(const Scenario& scenario, const Rules& rules) {
  const WalkResult result = walk(Model(scenario, rules));
  EXPECT_NE(result.broken, "") << scenario.name << ": the rule is not needed?";
  std::printf("  %s: %s\n", scenario.name.c_str(), result.broken.c_str());
}

// No promise is broken, but something that was issued is never delivered.
void expect_stuck(const Scenario& scenario, const Rules& rules) {
  const WalkResult result = walk(Model(scenario, rules));
  EXPECT_EQ(result.broken, "");
  EXPECT_GT(result.stuck, 0U) << scenario.name << ": the rule is not needed?";
  std::printf("  %s: It can never be delivered.%s\n", scenario.name.c_str(),
              result.stuck_story.c_str());
}

TEST(CampaignWalk, WithoutReceiptsWhoAsksAgainHearsOtherwise) {
  expect_broken(one_coupon(), {.campaign = {.same_id_same_reply = false}});
}

TEST(CampaignWalk, IfReceiptsAreNotInTheRecordsWhoAsksAgainHearsOtherwise) {
  expect_broken(one_coupon(), {.campaign = {.records_carry_receipts = false}});
}

TEST(CampaignWalk, IfTheReceiptOfAnIssueGoesWhoAsksAgainHearsOtherwise) {
  expect_broken(window(), {.campaign = {.requests_stay = false}});
}

TEST(CampaignWalk, AnIssueThatDoesNotWaitIsForgotten) {
  expect_broken(one_coupon(), {.campaign = {.answers_wait = false}});
}

TEST(CampaignWalk, AnIssueAnsweredTooEarlyTellsOfACouponThatDoesNotExist) {
  expect_broken(one_coupon(), {.issues_wait_for_coupon = false});
}

TEST(CampaignWalk, ACouponThatAnswersTooEarlyIsForgotten) {
  expect_broken(one_coupon(), {.coupons = {.answers_wait = false}});
}

TEST(CampaignWalk, AGrantSentTooEarlyGivesACouponToNobody) {
  expect_broken(one_coupon(), {.grants_wait_for_log = false});
}

TEST(CampaignWalk, AGrantThatIsNotSentAgainIsLost) {
  expect_stuck(one_coupon(), {.grants_are_repeated = false});
}

TEST(CampaignWalk, ACampaignThatIsReadBackAndDoesNotAskWhatIsPendingForgetsIt) {
  expect_stuck(one_coupon(), {.recovery_sends_pending = false});
}

TEST(CampaignWalk, IfIdsWereNotReservedACustomerWouldHearOfSomebodyElsesCoupon) {
  expect_broken(granted_to_another(), {});
}

}  // namespace
}  // namespace souk::test::sale
