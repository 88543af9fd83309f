#include "actors/coupon/coupon.hpp"

#include "tests/support/refusal_rows.hpp"
#include "tests/support/terms.hpp"

namespace souk::test {
namespace {

using namespace souk::coupon;
using Refusal = Coupon::Refusal;

const Terms kTerms = amount_off(gbp(500));
const CustomerId kAnn("ann");
const CustomerId kBob("bob");
const HoldId kOrder("o1");
const Granted kGranted{kAnn, kTerms};
const Held kHeld{kOrder, kAnn, kTerms};
constexpr Time kLastMoment{kWindowEnd.micros - 1};

TEST(CouponGrant, MakesTheCoupon) { given<Coupon>().when(Grant{kAnn, kTerms}).then(kGranted); }

TEST(CouponGrant, AgainWithTheSameTermsChangesNothing) {
  const Grant same{kAnn, kTerms};
  given<Coupon>({kGranted}).when(same).changes_nothing();
  given<Coupon>({kGranted, kHeld}).when(same).changes_nothing();
  given<Coupon>({kGranted, kHeld, Settled{kOrder}}).when(same).changes_nothing();
  given<Coupon>({kGranted, Lapsed{}}).when(same, kWindowEnd).changes_nothing();
}

TEST(CouponHold, SetsItAsideAndTellsTheTerms) {
  const auto held = given<Coupon>({kGranted}).when(Hold{kOrder, kAnn});
  held.then(kHeld);
  EXPECT_EQ(held.reply().terms, kTerms);
}

TEST(CouponHold, WithoutAnOwnerIsForWhoeverPresentsIt) {
  given<Coupon>({Granted{{}, kTerms}}).when(Hold{kOrder, kBob}).then(Held{kOrder, kBob, kTerms});
}

TEST(CouponHold, WindowIncludesItsStartAndExcludesItsEnd) {
  const auto granted = given<Coupon>({kGranted});
  const Hold hold{kOrder, kAnn};
  granted.when(hold, kWindowStart - seconds(1)).refused(Refusal::not_yet_valid);
  granted.when(hold, kWindowStart).then(kHeld);
  granted.when(hold, kLastMoment).then(kHeld);
  granted.when(hold, kWindowEnd).refused(Refusal::lapsed);
}

TEST(CouponSettle, UsesItForEverAndRemembersWho) {
  const auto used = given<Coupon>({kGranted, kHeld}).when(Settle{kOrder}).then(Settled{kOrder});
  EXPECT_EQ(used.state().status, Status::used);
  EXPECT_EQ(used.state().hold_id, kOrder);
  used.when(Hold{HoldId("o2"), kAnn}).refused(Refusal::already_used);
  used.when(Release{kOrder}).changes_nothing();
}

TEST(CouponSettle, AfterTheWindowStillUsesWhatIsHeld) {
  given<Coupon>({kGranted, kHeld}).when(Settle{kOrder}, kWindowEnd).then(Settled{kOrder});
}

TEST(CouponRelease, LetsItBeUsedAgain) {
  given<Coupon>({kGranted, kHeld})
      .when(Release{kOrder}, kLastMoment)
      .then(Released{kOrder})
      .when(Hold{HoldId("o2"), kAnn})
      .then(Held{HoldId("o2"), kAnn, kTerms});
}

TEST(CouponRelease, AfterTheWindowLapsesIt) {
  const auto lapsed = given<Coupon>({kGranted, kHeld})
                          .when(Release{kOrder}, kWindowEnd)
                          .then(Released{kOrder}, Lapsed{});
  EXPECT_EQ(lapsed.state().status, Status::lapsed);
}

TEST(CouponSettleAndRelease, OfAHoldThatIsGoneChangeNothing) {
  for (const auto& coupon :
       {given<Coupon>(), given<Coupon>({kGranted}), given<Coupon>({kGranted, Lapsed{}}),
        given<Coupon>({kGranted, kHeld, Settled{kOrder}}),
        given<Coupon>({kGranted, kHeld, Released{kOrder}}),
        given<Coupon>({kGranted, Held{HoldId("other"), kAnn, kTerms}})}) {
    coupon.when(Settle{kOrder}).changes_nothing();
    coupon.when(Release{kOrder}, kWindowEnd).changes_nothing();
  }
}

TEST(CouponExpire, LapsesItOnceTheWindowHasClosed) {
  given<Coupon>({kGranted}).when(Expire{}, kLastMoment).refused(Refusal::not_due);
  given<Coupon>({kGranted}).when(Expire{}, kWindowEnd).then(Lapsed{});
}

TEST(CouponExpire, LeavesAHeldOrUsedOrLapsedCouponAlone) {
  for (const auto& coupon :
       {given<Coupon>({kGranted, kHeld}), given<Coupon>({kGranted, kHeld, Settled{kOrder}}),
        given<Coupon>({kGranted, Lapsed{}})})
    coupon.when(Expire{}, kWindowEnd).changes_nothing();
}

TEST(CouponDue, IsAnExpireOfAGrantedCouponFromTheWindowsEndOn) {
  const auto granted = given<Coupon>({kGranted}).state();
  EXPECT_EQ(Coupon::due(granted, kLastMoment), std::nullopt);
  EXPECT_EQ(Coupon::due(granted, kWindowEnd), Coupon::Command(Expire{}));
  for (const auto& other :
       {given<Coupon>(), given<Coupon>({kGranted, kHeld}), given<Coupon>({kGranted, Lapsed{}}),
        given<Coupon>({kGranted, kHeld, Settled{kOrder}})})
    EXPECT_EQ(Coupon::due(other.state(), kWindowEnd), std::nullopt);
}

TEST(CouponRefusals, EachHasItsRow) {
  const auto none = given<Coupon>();
  const auto granted = given<Coupon>({kGranted});
  const auto held = given<Coupon>({kGranted, kHeld});
  const auto used = given<Coupon>({kGranted, kHeld, Settled{kOrder}});
  const auto lapsed = given<Coupon>({kGranted, Lapsed{}});
  const Hold hold{HoldId("o2"), kAnn};
  expect_refusals<Coupon>({
      {Refusal::invalid_terms, none, Grant{kAnn, {}}},
      {Refusal::invalid_terms, granted, Grant{kAnn, percent_off(0)}},
      {Refusal::unknown_coupon, none, hold},
      {Refusal::unknown_coupon, none, Expire{}},
      {Refusal::already_granted, granted, Grant{kBob, kTerms}},
      {Refusal::already_granted, used, Grant{kAnn, amount_off(gbp(501))}},
      {Refusal::not_yet_valid, granted, hold, kWindowStart - seconds(1)},
      {Refusal::lapsed, granted, hold, kWindowEnd},
      {Refusal::lapsed, lapsed, hold, kWindowEnd},
      // A clock that was set back does not bring a lapsed coupon back.
      {Refusal::lapsed, lapsed, hold, kNow},
      {Refusal::not_owner, granted, Hold{kOrder, kBob}},
      {Refusal::already_held, held, hold},
      {Refusal::already_held, held, Hold{kOrder, kAnn}},
      {Refusal::already_used, used, hold},
      {Refusal::already_used, used, Hold{kOrder, kAnn}},
      {Refusal::not_due, granted, Expire{}, kLastMoment},
  });
}

TEST(CouponRefusals, ComeInTheOrderOfTheirNumbers) {
  given<Coupon>({kGranted}).when(Grant{kBob, {}}).refused(Refusal::invalid_terms);
  const auto held = given<Coupon>({kGranted, kHeld});
  const Hold by_bob{HoldId("o2"), kBob};
  held.when(by_bob, kWindowStart - seconds(1)).refused(Refusal::not_yet_valid);
  held.when(by_bob, kWindowEnd).refused(Refusal::lapsed);
  held.when(by_bob).refused(Refusal::not_owner);
}

}  // namespace
}  // namespace souk::test
