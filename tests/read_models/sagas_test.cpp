#include "actors/checkout/steps.hpp"
#include "tests/read_models/story.hpp"

namespace souk::test {

using namespace souk::read_models;
namespace {

using checkout::ref;
using checkout::Step;

order::Line line(const char* sku, std::int64_t quantity) { return {Sku(sku), {quantity}, {}}; }

constexpr Time kDeadline = kNow + seconds(30);

// SKU a twice and b, with a coupon.
checkout::Started started() {
  checkout::Started event;
  event.order_id = OrderId("o1");
  event.customer_id = CustomerId("ann");
  event.lines = {line("a", 2), line("b", 1), line("a", 1)};
  event.coupon_id = CouponId("ten");
  event.deadline = kDeadline;
  return event;
}
checkout::Reserved reserved(std::int64_t total = 1'000) {
  return {{currency("GBP"), {300, 500, 300}, total + 100, 100, total}};
}
checkout::TurnedBack turned_back(std::vector<StepRef> undo) {
  return {{"stock.out_of_stock", "b"}, std::move(undo)};
}
checkout::Ended ended(bool confirmed) { return {confirmed}; }

SagaRow saga(Story& story) { return story.row<SagaRow>({"checkout", "o1"}); }

TEST(Sagas, AStartedCheckoutSaysWhatItWaitsFor) {
  Story story;
  story.happened("o1", started());
  SagaRow row;
  row.saga = "checkout";
  row.saga_id = "o1";
  row.state = "RESERVING";
  row.step = "place_order, hold_stock, hold_coupon";
  row.waits_for = "order o1, stock a, stock b, coupon ten";
  row.started_at = row.since = story.now();
  row.deadline = kDeadline;
  row.customer_id = "ann";
  row.coupon_id = "ten";
  row.skus = "a, b";
  EXPECT_EQ(story.rows<SagaRow>(), std::vector{row});
}

TEST(Sagas, EveryPhaseSaysWhatItWaitsFor) {
  Story story;
  story.happened("o1", started()).happened("o1", reserved());
  EXPECT_EQ(saga(story).state, "PAYING");
  EXPECT_EQ(saga(story).step, "hold_wallet");
  EXPECT_EQ(saga(story).waits_for, "wallet ann");
  EXPECT_EQ(saga(story).since, story.now());
  EXPECT_EQ(saga(story).deadline, kDeadline);
  EXPECT_EQ(saga(story).total_minor, 1'000);
  EXPECT_EQ(saga(story).currency, "GBP");

  story.happened("o1", checkout::Paid{});
  EXPECT_EQ(saga(story).state, "CONFIRMING");
  EXPECT_EQ(saga(story).step, "confirm_order");
  EXPECT_EQ(saga(story).waits_for, "order o1");
  EXPECT_EQ(saga(story).since, story.now());
  EXPECT_FALSE(saga(story).deadline.is_set());

  story.happened("o1", checkout::Confirmed{});
  EXPECT_EQ(saga(story).state, "SETTLING");
  EXPECT_EQ(saga(story).step, "settle hold_stock, hold_coupon, hold_wallet");
  EXPECT_EQ(saga(story).waits_for, "stock a, stock b, coupon ten, wallet ann");
  EXPECT_EQ(saga(story).started_at, kNow + seconds(1));

  story.happened("o1", ended(true));
  EXPECT_TRUE(story.rows<SagaRow>().empty());
}

TEST(Sagas, AnOrderWithoutCouponOrMoneyAsksNeither) {
  Story story;
  checkout::Started plain = started();
  plain.coupon_id = {};
  story.happened("o1", plain);
  EXPECT_EQ(saga(story).waits_for, "order o1, stock a, stock b");
  EXPECT_EQ(saga(story).step, "place_order, hold_stock");
  story.happened("o1", reserved(0)).happened("o1", checkout::Paid{});
  story.happened("o1", checkout::Confirmed{});
  EXPECT_EQ(saga(story).waits_for, "stock a, stock b");
}

TEST(Sagas, TurnedBackItSaysWhyAndWhatIsStillToBeUndone) {
  Story story;
  story.happened("o1", started()).happened("o1", reserved());
  story.happened("o1", turned_back({ref(Step::place_order), ref(Step::hold_stock, 0),
                                    ref(Step::hold_stock, 1), ref(Step::hold_wallet)}));
  EXPECT_EQ(saga(story).state, "UNDOING");
  EXPECT_EQ(saga(story).last_error, "stock.out_of_stock: b");
  EXPECT_EQ(saga(story).step, "undo place_order, hold_stock, hold_wallet");
  EXPECT_EQ(saga(story).waits_for, "order o1, stock a, stock b, wallet ann");
  EXPECT_EQ(saga(story).to_undo, "order o1, stock a, stock b, wallet ann");
  EXPECT_FALSE(saga(story).deadline.is_set());
  const Time since = story.now();

  story.happened("o1", checkout::Undone{{ref(Step::hold_wallet)}});
  EXPECT_EQ(saga(story).step, "undo place_order, hold_stock");
  EXPECT_EQ(saga(story).waits_for, "order o1, stock a, stock b");
  EXPECT_EQ(saga(story).since, since) << "it is at the same still";

  story.happened("o1", checkout::Undone{{ref(Step::hold_stock, 0), ref(Step::place_order)}});
  EXPECT_EQ(saga(story).step, "undo hold_stock");
  EXPECT_EQ(saga(story).waits_for, "stock b");
  EXPECT_EQ(saga(story).to_undo, "stock b");
  EXPECT_EQ(saga(story).since, since);

  story.happened("o1", ended(false));
  EXPECT_TRUE(story.rows<SagaRow>().empty());
}

TEST(Sagas, DeadLettersAreNamedUntilTheyAreAnswered) {
  Story story;
  story.happened("o1", started());
  story.happened("o1", checkout::DeadLettered{{ref(Step::hold_stock, 1)}, 12});
  EXPECT_EQ(saga(story).dead_letters, 1);
  EXPECT_EQ(saga(story).tries, 12);
  EXPECT_EQ(saga(story).unanswered, "stock b");
  EXPECT_EQ(saga(story).last_error, "no answer after 12 tries from stock b");

  story.happened("o1", turned_back({ref(Step::hold_stock, 0), ref(Step::hold_stock, 1)}));
  EXPECT_EQ(saga(story).dead_letters, 0);
  EXPECT_EQ(saga(story).tries, 0);
  EXPECT_EQ(saga(story).unanswered, "");

  story.happened("o1", checkout::DeadLettered{{ref(Step::hold_stock, 0)}, 12});
  story.happened("o1", checkout::DeadLettered{{ref(Step::hold_stock, 1)}, 13});
  EXPECT_EQ(saga(story).dead_letters, 2);
  EXPECT_EQ(saga(story).unanswered, "stock a, stock b");
  story.happened("o1", checkout::Undone{{ref(Step::hold_stock, 0)}});
  EXPECT_EQ(saga(story).dead_letters, 1);
  EXPECT_EQ(saga(story).unanswered, "stock b");
}

TEST(Sagas, ARefusedUndoIsCalledSo) {
  Story story;
  story.happened("o1", started()).happened("o1", turned_back({ref(Step::hold_coupon)}));
  story.happened("o1", checkout::Undone{{ref(Step::hold_coupon)}});
  story.happened("o1", checkout::DeadLettered{{ref(Step::hold_coupon)}, 1});
  EXPECT_EQ(saga(story).last_error, "refused, though it cannot be, by coupon ten");
}

TEST(Sagas, ADeadLetterAfterTheEndChangesNothing) {
  Story story;
  story.happened("o1", started()).happened("o1", reserved()).happened("o1", checkout::Paid{});
  story.happened("o1", checkout::Confirmed{}).happened("o1", ended(true));
  story.happened("o1", checkout::DeadLettered{{ref(Step::hold_wallet)}, 1});
  EXPECT_TRUE(story.rows<SagaRow>().empty());
}

TEST(Sagas, ManySkusAreShownInPartAndKeptInFull) {
  Story story;
  checkout::Started many = started();
  many.lines.clear();
  for (int i = 1; i <= 10; ++i) many.lines.push_back(line(numbered("s", i).c_str(), 1));
  story.happened("o1", many);
  EXPECT_EQ(saga(story).waits_for,
            "order o1, stock s1, stock s2, stock s3, stock s4, stock s5, stock s6, stock s7 and 4 "
            "more");
  EXPECT_EQ(saga(story).skus, "s1, s2, s3, s4, s5, s6, s7, s8, s9, s10");
}

TEST(Sagas, WhatDoesNotFitIsNotTaken) {
  Story story;
  EXPECT_EQ(story.unfit("o1", reserved()), "checkout o1: came forward, but is not under way");
  EXPECT_EQ(story.unfit("o1", ended(true)), "checkout o1: came forward, but is not under way");
  story.happened("o1", started());
  EXPECT_EQ(story.unfit("o1", started()), "checkout o1: started, but it is under way already");
  const std::string no_step = "checkout o1: names a step that its order does not have";
  EXPECT_EQ(story.unfit("o1", turned_back({ref(Step::hold_stock, 2)})), no_step);
  EXPECT_EQ(story.unfit("o1", turned_back({StepRef{99, 0}})), no_step);
}

}  // namespace
}  // namespace souk::test
