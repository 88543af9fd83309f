// What a saga has in flight, without actors: the real checkout saga's pending commands and answers.
#include "actors/core/outbox.hpp"

#include <gtest/gtest.h>

#include "actors/checkout/checkout.hpp"

namespace souk::core {
namespace {

using checkout::Step;

struct NoJitter {
  std::uint64_t operator()() { return UINT64_MAX / 2; }
};

Outgoing<Checkout::Calls> hold(std::uint32_t index) {
  return {{static_cast<std::uint16_t>(Step::hold_stock), index},
          Intent::attempt,
          Call<Stock>{"sku" + std::to_string(index), stock::Hold{HoldId("o"), {1}}}};
}
std::uint64_t token(std::uint32_t index) { return token_of(hold(index).step, Intent::attempt); }
Checkout::Answer accepted(std::uint32_t index) { return {hold(index).step, "", {}, {}}; }

struct Sent {
  std::vector<std::uint32_t> indexes;
  void operator()(const Outbox<Checkout>::Entry& entry) { indexes.push_back(entry.out.step.index); }
};

TEST(Outbox, SendsEverythingOnceThenOnlyWhatIsUnanswered) {
  Outbox<Checkout> outbox;
  NoJitter random;
  const RetryPolicy policy;
  outbox.follow({hold(0), hold(1), hold(2)});
  Sent first;
  outbox.send_due(Time{1}, policy, random, std::ref(first));
  EXPECT_EQ(first.indexes, (std::vector<std::uint32_t>{0, 1, 2}));
  Sent none;
  outbox.send_due(Time{2}, policy, random, std::ref(none));
  EXPECT_TRUE(none.indexes.empty());

  EXPECT_TRUE(outbox.answered(token(1), accepted(1)));
  Sent again;
  outbox.send_due(Time{1} + policy.first_retry, policy, random, std::ref(again));
  EXPECT_EQ(again.indexes, (std::vector<std::uint32_t>{0, 2}));
}

TEST(Outbox, IgnoresDuplicatesAndStrangers) {
  Outbox<Checkout> outbox;
  outbox.follow({hold(0)});
  EXPECT_FALSE(outbox.answered(token(9), accepted(9)));
  EXPECT_TRUE(outbox.answered(token(0), accepted(0)));
  EXPECT_FALSE(outbox.answered(token(0), accepted(0)));
  EXPECT_TRUE(outbox.all_answered());
}

TEST(Outbox, GivesAnswersInTheOrderOfPending) {
  Outbox<Checkout> outbox;
  outbox.follow({hold(0), hold(1), hold(2)});
  for (const std::uint32_t index : {2U, 0U, 1U}) outbox.answered(token(index), accepted(index));
  const auto answers = outbox.take_answers();
  ASSERT_EQ(answers.size(), 3U);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(answers[i].step.index, i);
}

TEST(Outbox, KeepsWhatStaysPendingAndDropsTheRest) {
  Outbox<Checkout> outbox;
  NoJitter random;
  outbox.follow({hold(0), hold(1)});
  Sent first;
  outbox.send_due(Time{1}, {}, random, std::ref(first));
  outbox.follow({hold(1), hold(2)});
  EXPECT_FALSE(outbox.waits_for(token(0)));
  Sent second;
  outbox.send_due(Time{2}, {}, random, std::ref(second));
  EXPECT_EQ(second.indexes, (std::vector<std::uint32_t>{2}));
}

TEST(Outbox, BacksOffAndReportsUsedUpTriesOnce) {
  Outbox<Checkout> outbox;
  NoJitter random;
  RetryPolicy policy;
  policy.tries_before_dead_letter = 5;
  outbox.follow({hold(0)});
  Time now{1};
  Duration waited_before{0};
  for (int tries = 1; tries <= 5; ++tries) {
    EXPECT_TRUE(outbox.newly_used_up(policy).empty());
    Sent sent;
    outbox.send_due(now, policy, random, std::ref(sent));
    ASSERT_EQ(sent.indexes.size(), 1U);
    const Duration wait = *outbox.next_due() - now;
    EXPECT_GT(wait, waited_before);
    EXPECT_LE(wait, policy.retry_max);
    waited_before = wait;
    now = *outbox.next_due();
  }
  EXPECT_EQ(outbox.newly_used_up(policy).size(), 1U);
  EXPECT_TRUE(outbox.newly_used_up(policy).empty());
  Sent still;  // it goes on being sent
  outbox.send_due(now, policy, random, std::ref(still));
  EXPECT_EQ(still.indexes.size(), 1U);
}

}  // namespace
}  // namespace souk::core
