// The receipts' rules, one by one.
#include "actors/model/receipts.hpp"

#include <gtest/gtest.h>

#include "events/stock.hpp"

namespace souk {
namespace {

using StockReceipts = Receipts<stock::Reply>;

Before ask(const StockReceipts& receipts, const std::string& id, Intent intent,
           std::uint64_t fingerprint = 1) {
  const StockReceipts::Receipt* receipt = nullptr;
  return receipts.before(id, intent, fingerprint, &receipt);
}

const Time kLater{1'000};

TEST(Receipts, ACommandThatIsNewIsDecided) {
  EXPECT_EQ(ask({}, "a", Intent::request), Before::nothing);
}

TEST(Receipts, TheSameCommandIsAnsweredAsBefore) {
  StockReceipts receipts;
  const stock::Reply reply{{250, Currency::from_stored(1)}};
  receipts.keep("a", Intent::attempt, 1, 0, reply, kLater);
  const StockReceipts::Receipt* receipt = nullptr;
  ASSERT_EQ(receipts.before("a", Intent::attempt, 1, &receipt), Before::same);
  EXPECT_EQ(receipt->reply, reply);
  EXPECT_EQ(receipt->refusal, 0);
}

TEST(Receipts, ARefusalIsRemembered) {
  StockReceipts receipts;
  receipts.keep("a", Intent::attempt, 1, 7, {}, kLater);
  const StockReceipts::Receipt* receipt = nullptr;
  ASSERT_EQ(receipts.before("a", Intent::attempt, 1, &receipt), Before::same);
  EXPECT_EQ(receipt->refusal, 7);
}

TEST(Receipts, TheSameIdWithAnotherBodyIsToldApart) {
  StockReceipts receipts;
  receipts.keep("a", Intent::request, 1, 0, {}, {});
  EXPECT_EQ(ask(receipts, "a", Intent::request, 2), Before::id_reused);
}

// A newer souk may encode the same attempt with more bytes; its saga's id says that it is the same.
TEST(Receipts, AnAttemptIsKnownByItsIdAlone) {
  StockReceipts receipts;
  receipts.keep("a", Intent::attempt, 1, 0, {}, kLater);
  EXPECT_EQ(ask(receipts, "a", Intent::attempt, 2), Before::same);
}

TEST(Receipts, AnUndoThatOvertookItsAttemptRefusesIt) {
  StockReceipts receipts;
  EXPECT_EQ(ask(receipts, "a", Intent::undo), Before::nothing);
  receipts.keep("a", Intent::undo, 9, 0, {}, kLater);
  EXPECT_EQ(ask(receipts, "a", Intent::attempt), Before::undone);
  EXPECT_EQ(ask(receipts, "a", Intent::undo), Before::same);
}

TEST(Receipts, AnAttemptThatWasUndoneIsNotAppliedAgain) {
  StockReceipts receipts;
  receipts.keep("a", Intent::attempt, 1, 0, {}, kLater);
  receipts.keep("a", Intent::undo, 9, 0, {}, kLater);
  EXPECT_EQ(ask(receipts, "a", Intent::attempt), Before::same);
}

TEST(Receipts, SettleAndUndoAreNotDuplicatesOfTheirAttempt) {
  StockReceipts receipts;
  receipts.keep("a", Intent::attempt, 1, 0, {}, kLater);
  EXPECT_EQ(ask(receipts, "a", Intent::settle), Before::nothing);
  EXPECT_EQ(ask(receipts, "a", Intent::undo), Before::nothing);
  receipts.keep("a", Intent::settle, 9, 0, {}, kLater);
  EXPECT_EQ(ask(receipts, "a", Intent::settle), Before::same);
}

TEST(Receipts, AreForgottenAfterTheirTimeAndNotBefore) {
  StockReceipts receipts;
  receipts.keep("a", Intent::attempt, 1, 7, {}, Time{100});
  receipts.keep("b", Intent::attempt, 1, 7, {}, Time{200});
  receipts.forget_before(Time{100});
  EXPECT_EQ(receipts.size(), 2U);
  receipts.forget_before(Time{101});
  EXPECT_EQ(ask(receipts, "a", Intent::attempt), Before::nothing);
  EXPECT_EQ(ask(receipts, "b", Intent::attempt), Before::same);
}

// A saga that was away for longer than any deadline asks again: it was granted, so the answer is
// still yes.
TEST(Receipts, AGrantedAttemptIsRememberedUntilItIsSettledOrUndone) {
  for (const Intent end : {Intent::settle, Intent::undo}) {
    StockReceipts receipts;
    receipts.keep("a", Intent::attempt, 1, 0, {}, Time{100});
    receipts.forget_before(Time{1'000'000});
    EXPECT_EQ(ask(receipts, "a", Intent::attempt), Before::same);
    receipts.keep("a", end, 9, 0, {}, Time{1'000'100});
    receipts.forget_before(Time{1'000'100});
    EXPECT_EQ(receipts.size(), 1U);
    receipts.forget_before(Time{1'000'101});
    EXPECT_EQ(receipts.size(), 0U);
  }
}

TEST(Receipts, AProlongedOneLivesOn) {
  StockReceipts receipts;
  receipts.keep("a", Intent::attempt, 1, 7, {}, Time{100});
  receipts.keep("a", Intent::undo, 1, 0, {}, Time{300});
  receipts.forget_before(Time{200});
  EXPECT_EQ(ask(receipts, "a", Intent::attempt), Before::same);
  receipts.forget_before(Time{301});
  EXPECT_EQ(receipts.size(), 0U);
}

TEST(Receipts, AClientsIsKeptForEver) {
  StockReceipts receipts;
  receipts.keep("charge/1", Intent::request, 1, 0, {}, {});
  receipts.forget_before(Time{INT64_MAX});
  EXPECT_EQ(ask(receipts, "charge/1", Intent::request), Before::same);
}

// A refused request is forgotten after a while; accepted the second time, it is kept for ever.
TEST(Receipts, ARequestThatIsAcceptedLaterIsKept) {
  StockReceipts receipts;
  receipts.keep("charge/1", Intent::request, 1, 5, {}, Time{100});
  receipts.forget_before(Time{101});
  ASSERT_EQ(ask(receipts, "charge/1", Intent::request), Before::nothing);
  receipts.keep("charge/1", Intent::request, 1, 0, {}, {});
  receipts.forget_before(Time{INT64_MAX});
  EXPECT_EQ(ask(receipts, "charge/1", Intent::request), Before::same);
}

TEST(Receipts, RestoredFromASnapshotTheyExpireAsWell) {
  StockReceipts receipts;
  StockReceipts::Receipt receipt;
  receipt.attempted = true;
  receipt.fingerprint = 1;
  receipt.until = Time{100};
  receipts.restore("a", receipt);
  EXPECT_EQ(ask(receipts, "a", Intent::attempt), Before::same);
  receipts.forget_before(Time{101});
  EXPECT_EQ(receipts.size(), 0U);
}

}  // namespace
}  // namespace souk
