// The checkout's way forward: what is asked, in which order, and what it costs.
#include <gtest/gtest.h>

#include "tests/sagas/checkout_values.hpp"
#include "tests/support/saga_script.hpp"

namespace souk::test {
namespace {

using Script = SagaScript<Checkout>;
using checkout::Phase;

const Context kWithDeadline{kNow, {}, kDeadline};

Script reserving(const checkout::Start& start = small_order()) {
  Script saga;
  saga.when(start, kWithDeadline);
  return saga;
}

TEST(CheckoutForward, AnOrderGoesThrough) {
  const checkout::Start start = small_order();
  Script saga;
  saga.when(start, kWithDeadline)
      .then({checkout::Started{start.order_id, start.customer_id, start.lines, start.coupon_id,
                               kDeadline, kOrderedAt}})
      .expect({place(start), hold_stock(0, "a", 2), hold_stock(1, "b", 1), hold_coupon()})
      .reply(all_reserved())
      .then({checkout::Reserved{small_totals()}})
      .expect({hold_money(gbp(1000))})
      .reply({yes(Step::hold_wallet)})
      .then({checkout::Paid{}})
      .expect({confirm(small_totals())})
      .reply({yes(Step::confirm_order)})
      .then({checkout::Confirmed{}})
      .expect({settle_stock(0, "a"), settle_stock(1, "b"), settle_coupon(), settle_money()})
      .reply({yes(Step::hold_wallet), yes(Step::hold_coupon), yes(Step::hold_stock, 1),
              yes(Step::hold_stock, 0)})
      .then({checkout::Ended{true}})
      .expect({});
  EXPECT_EQ(saga.state().phase, Phase::confirmed);
  EXPECT_FALSE(Checkout::open(saga.state()));
}

TEST(CheckoutForward, WithoutACouponNobodyIsAskedForOne) {
  checkout::Start start = small_order();
  start.coupon_id = {};
  const order::Totals totals{currency("GBP"), {300, 500}, 1100, 0, 1100};
  reserving(start)
      .expect({place(start), hold_stock(0, "a", 2), hold_stock(1, "b", 1)})
      .reply({yes(Step::place_order), held_at(0, gbp(300)), held_at(1, gbp(500))})
      .then({checkout::Reserved{totals}})
      .expect({hold_money(gbp(1100))})
      .reply({yes(Step::hold_wallet)})
      .reply({yes(Step::confirm_order)})
      .expect({settle_stock(0, "a"), settle_stock(1, "b"), settle_money()});
}

TEST(CheckoutForward, AnOrderOfThisMomentHasNoTimeOfItsOwn) {
  checkout::Start start = small_order();
  start.ordered_at = {};
  Script saga;
  saga.when(start, kWithDeadline)
      .then({checkout::Started{
          start.order_id, start.customer_id, start.lines, start.coupon_id, kDeadline, {}}})
      .expect({place(start), hold_stock(0, "a", 2), hold_stock(1, "b", 1), hold_coupon()});
}

TEST(CheckoutForward, AFreeOrderNeedsNoWallet) {
  checkout::Start start = small_order();
  start.lines = {line("a", 1, 100)};
  const order::Totals totals{currency("GBP"), {100}, 100, 100, 0};
  reserving(start)
      .reply({yes(Step::place_order), held_at(0, gbp(300)), held_on(one_pound_off())})
      .then({checkout::Reserved{totals}, checkout::Paid{}})
      .expect({confirm(totals)})
      .reply({yes(Step::confirm_order)})
      .expect({settle_stock(0, "a"), settle_coupon()})
      .reply({yes(Step::hold_stock), yes(Step::hold_coupon)})
      .then({checkout::Ended{true}});
}

TEST(CheckoutForward, TheAskedPriceGoesBeforeTheStocks) {
  checkout::Start start = small_order();
  start.lines = {line("a", 2, 250), line("b", 1), line("a", 3)};
  reserving(start)
      .reply(all_reserved())
      .then({checkout::Reserved{{currency("GBP"), {250, 500, 300}, 1900, 100, 1800}}});
}

TEST(CheckoutForward, StockIsHeldOnceASkuInTheOrderOfFirstAppearance) {
  checkout::Start start = small_order();
  start.lines = {line("b", 1), line("a", 2), line("b", 10), line("c", 4), line("a", 20)};
  reserving(start).expect({place(start), hold_stock(0, "b", 11), hold_stock(1, "a", 22),
                           hold_stock(2, "c", 4), hold_coupon()});
}

// The largest invoice of the sample shop: 675 lines, many of them of the same SKUs.
TEST(CheckoutForward, AnInvoiceOf675LinesOver225Skus) {
  checkout::Start start = small_order();
  start.coupon_id = {};
  start.lines.clear();
  for (int at = 0; at < 675; ++at)
    start.lines.push_back(line(("sku" + std::to_string(at % 225)).c_str(), 1 + at / 225));
  Script saga = reserving(start);
  const auto pending = Checkout::pending(saga.state());
  ASSERT_EQ(pending.size(), 226U);
  EXPECT_EQ(pending[225], hold_stock(224, "sku224", 6));  // 1 + 2 + 3

  std::vector<checkout::Answer> answers{yes(Step::place_order)};
  std::int64_t subtotal = 0;
  for (std::uint32_t item = 0; item < 225; ++item) {
    answers.push_back(held_at(item, gbp(item)));
    subtotal += 6 * item;
  }
  saga.reply(answers).expect({hold_money(gbp(subtotal))});
}

TEST(CheckoutForward, TheDeadlineIsTheStartsOrHalfAMinute) {
  EXPECT_EQ(reserving().state().deadline, kDeadline);
  Script saga;
  saga.when(small_order(), {kNow, {}, {}});
  EXPECT_EQ(saga.state().deadline, kNow + seconds(30));
}

TEST(CheckoutForward, OnlyTheStepsBeforeThePivotTimeOut) {
  Script saga = reserving();
  EXPECT_EQ(Checkout::deadline(saga.state()), kDeadline);
  saga.reply(all_reserved());
  EXPECT_EQ(Checkout::deadline(saga.state()), kDeadline);
  saga.reply({yes(Step::hold_wallet)});
  EXPECT_EQ(Checkout::deadline(saga.state()), std::nullopt);
  EXPECT_EQ(Checkout::attempt_deadline(saga.state()), kDeadline);
  saga.reply({yes(Step::confirm_order)});
  EXPECT_EQ(Checkout::deadline(saga.state()), std::nullopt);
}

TEST(CheckoutForward, WhoeverStartedItWaitsForItsEnd) {
  EXPECT_EQ(Checkout::wait_key(small_order()), "");
  EXPECT_EQ(Checkout::wait_key(checkout::Advance{}), std::nullopt);
  Script saga = reserving();
  EXPECT_FALSE(Checkout::settled(saga.state(), ""));
  saga.reply(all_reserved()).reply({yes(Step::hold_wallet)}).reply({yes(Step::confirm_order)});
  EXPECT_FALSE(Checkout::settled(saga.state(), ""));
  EXPECT_EQ(Checkout::released_by(saga.state(), checkout::Confirmed{}), std::nullopt);
  saga.reply({yes(Step::hold_stock, 0), yes(Step::hold_stock, 1), yes(Step::hold_coupon),
              yes(Step::hold_wallet)});
  EXPECT_TRUE(Checkout::settled(saga.state(), ""));
  EXPECT_EQ(Checkout::released_by(saga.state(), checkout::Ended{true}), "");
}

TEST(CheckoutForward, AfterARestartTheSameIsAskedAgain) {
  Script saga = reserving();
  const auto before = Checkout::pending(saga.state());
  saga.reply({yes(Step::place_order), held_at(0, gbp(300))})
      .restart()
      .expect(before)
      .reply({held_at(1, gbp(500)), held_on(one_pound_off())});
  EXPECT_EQ(saga.state().phase, Phase::reserving) << "the answers before the restart are lost";
  saga.reply({yes(Step::place_order), held_at(0, gbp(300))});
  EXPECT_EQ(saga.state().phase, Phase::paying);
}

TEST(CheckoutForward, AnswersToOtherStepsAndDuplicatesAreIgnored) {
  Script saga = reserving();
  saga.reply(all_reserved())
      .when(Checkout::advance({held_at(0, gbp(300)), yes(Step::confirm_order)}, false))
      .then({})
      .when(Checkout::advance({yes(Step::hold_wallet), no(Step::hold_wallet, "wallet.x"),
                               no(Step::hold_stock, "stock.out_of_stock")},
                              false))
      .then({checkout::Paid{}});
}

TEST(CheckoutForward, UnansweredStepsAreWaitedFor) {
  reserving()
      .when(Checkout::advance({no(Step::place_order, "order.already_placed")}, false))
      .then({});
}

// --- starts that are refused -----------------------------------------------------------------

using Refusal = Checkout::Refusal;

struct BadStart {
  const char* what;
  checkout::Start start;
  Refusal refusal;
};

std::vector<BadStart> bad_starts() {
  const auto with = [](auto change) {
    checkout::Start start = small_order();
    change(start);
    return start;
  };
  const auto one_line = [&](order::Line bad) { return with([&](auto& s) { s.lines = {bad}; }); };
  return {
      {"no customer", with([](auto& s) { s.customer_id = {}; }), Refusal::invalid_customer},
      {"no lines", with([](auto& s) { s.lines.clear(); }), Refusal::no_lines},
      {"too many lines", with([](auto& s) { s.lines.assign(2'001, line("a", 1)); }),
       Refusal::too_many_lines},
      {"no sku", one_line(line("", 1)), Refusal::invalid_line},
      {"no units", one_line(line("a", 0)), Refusal::invalid_line},
      {"too many units", one_line(line("a", kUnitsMax + 1)), Refusal::invalid_line},
      {"negative price", one_line(line("a", 1, -1)), Refusal::invalid_line},
      {"huge price", one_line(line("a", 1, kMoneyMinorMax + 1)), Refusal::invalid_line},
      {"too many units of one sku", with([](auto& s) {
         s.lines = {line("a", kUnitsMax), line("b", 1), line("a", 1)};
       }),
       Refusal::invalid_line},
  };
}

TEST(CheckoutStart, NonsenseIsRefused) {
  for (const BadStart& bad : bad_starts()) {
    SCOPED_TRACE(bad.what);
    Script().when(bad.start).refused(bad.refusal).expect({});
  }
}

TEST(CheckoutStart, TheLimitsThemselvesAreAccepted) {
  checkout::Start start = small_order();
  start.lines.assign(2'000, line("a", kUnitsMax / 2'000, kMoneyMinorMax));
  reserving(start).expect({place(start), hold_stock(0, "a", kUnitsMax), hold_coupon()});
}

TEST(CheckoutStart, TheSameAgainChangesNothing) {
  Script saga = reserving();
  saga.when(small_order(), {kNow + seconds(1), {}, kDeadline + seconds(1)}).then({});
  saga.deadline_passes().when(small_order()).then({});
}

TEST(CheckoutStart, OtherContentsUnderTheSameIdAreRefused) {
  const auto again = [](auto change) {
    checkout::Start start = small_order();
    change(start);
    reserving().when(start).refused(Refusal::already_started);
  };
  again([](auto& s) { s.lines[1].quantity.value = 2; });
  again([](auto& s) { s.customer_id = CustomerId("bob"); });
  again([](auto& s) { s.coupon_id = {}; });
  again([](auto& s) { s.lines[0].asked_price = order::AskedPrice{300}; });
  again([](auto& s) { s.ordered_at = {}; });
  again([](auto& s) { s.ordered_at.micros += 1; });
}

TEST(CheckoutStart, OnlyARunningSagaTakesAnswers) {
  Script saga;
  saga.when(Checkout::advance({}, false)).refused(Refusal::not_running);
  saga.when(*Checkout::give_up({ref(Step::hold_stock)}, 12)).refused(Refusal::not_running);
}

}  // namespace
}  // namespace souk::test
