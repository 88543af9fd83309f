// What souk-replay tells of orders and of what they touch.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/replay/told_shop.hpp"

namespace souk::replay {
namespace {

using testing::lines_of;
using testing::replay;
using testing::ToldShop;

class Stories : public ::testing::Test {
 protected:
  Stories() {
    shop.stock("MUG", 10, 795);
    shop.stock("TEA", 100, 255);
    shop.charge("17850", 10'000);
    shop.charge("poor", 200);
    shop.grant("less", 100);
  }

  // The story without the commands that it ends with.
  std::string story(const std::string& id, const std::vector<std::string>& more = {}) {
    const std::string path = dir_ / ("shop" + std::to_string(++written_));
    shop.write(path);
    std::vector<std::string> words{"story", id, "--data", path};
    words.insert(words.end(), more.begin(), more.end());
    last = replay(words);
    return last.out.substr(0, last.out.find("\n\n  souk-replay"));
  }

  ToldShop shop;
  testing::Outcome last;

 private:
  test::TempDir dir_;
  int written_ = 0;
};

TEST_F(Stories, AnOrderThatWentThrough) {
  shop.start("536365", "17850", {ToldShop::line("MUG", 1), ToldShop::line("TEA", 2)}, "less");
  shop.carry("536365");
  EXPECT_EQ(story("536365"), R"(order 536365 of customer 17850: CONFIRMED in 14.0 ms
began 2026-03-01 10:00:00.008 UTC; coupon less

   +0.0 ms  checkout        started: 2 lines, 3 units
   +1.0 ms    order 536365  placed: 2 lines, 3 units
   +2.0 ms    stock MUG     held 1 unit at 7.95 GBP
   +3.0 ms    stock TEA     held 2 units at 2.55 GBP
   +4.0 ms    coupon less   held: 1.00 GBP
   +5.0 ms  checkout        reserved: all is held, 12.05 GBP to pay
   +6.0 ms    wallet 17850  held 12.05 GBP
   +7.0 ms  checkout        paid: the money is held
   +8.0 ms    order 536365  confirmed: 12.05 GBP (13.05 GBP less 1.00 GBP)
   +9.0 ms  checkout        confirmed: now nothing turns back any more
  +10.0 ms    stock MUG     settled: 1 unit sold
  +11.0 ms    stock TEA     settled: 2 units sold
  +12.0 ms    coupon less   settled: used
  +13.0 ms    wallet 17850  settled: 12.05 GBP spent
  +14.0 ms  checkout        ended: CONFIRMED

CONFIRMED in 14.0 ms: 2 SKUs, 3 units, 12.05 GBP from wallet 17850 (13.05 GBP
less 1.00 GBP by coupon less).)");
  EXPECT_EQ(last.exit_code, 0);
  EXPECT_EQ(last.err, "");
}

TEST_F(Stories, AnOrderThatWasCompensated) {
  shop.start("o1", "poor", {ToldShop::line("MUG", 1)});
  shop.carry("o1");
  EXPECT_EQ(story("o1"), R"(order o1 of customer poor: CANCELLED after 8.0 ms
began 2026-03-01 10:00:00.008 UTC

   +0.0 ms  checkout       started: 1 line, 1 unit
   +1.0 ms    order o1     placed: 1 line, 1 unit
   +2.0 ms    stock MUG    held 1 unit at 7.95 GBP
   +3.0 ms  checkout       reserved: all is held, 7.95 GBP to pay
   +4.0 ms    wallet poor  refused to hold 7.95 GBP: insufficient funds
   +5.0 ms  checkout       turned back: wallet poor: insufficient funds
   +6.0 ms    order o1     cancelled: wallet poor: insufficient funds
   +7.0 ms    stock MUG    released: 1 unit given back
   +8.0 ms  checkout       undone: place_order, hold_stock; ended: CANCELLED

CANCELLED after 8.0 ms. Wallet poor had 2.00 GBP, 7.95 GBP were needed.
Everything that had been held was given back.)");
}

TEST_F(Stories, TheRefusalsOwnNumbersAreThoseOfThatMoment) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 11)});
  shop.carry("o1");
  shop.tell<Stock>("MUG", stock::Receive{ReceiptId("d2"), {90}}, {.command_id = "receipt/d2"});
  const std::string text = story("o1");
  EXPECT_NE(text.find("SKU MUG had 10 units free, 11 were needed. Nothing had\nbeen held."),
            std::string::npos)
      << text;
}

TEST_F(Stories, AnOrderThatWaitsSaysForWhomAndUntilWhen) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 1), ToldShop::line("TEA", 1)});
  shop.wave("o1", {"TEA"});
  const std::string text = story("o1");
  EXPECT_NE(text.find("order o1 of customer 17850: STILL UNDER WAY\n"), std::string::npos) << text;
  EXPECT_NE(text.find("it waits for SKU TEA to"), std::string::npos) << text;
}

TEST_F(Stories, DeadLettersSayWhoDoesNotAnswer) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 1), ToldShop::line("TEA", 1)});
  for (int i = 0; i < 3; ++i) shop.wave("o1");
  shop.wave("o1", {"TEA"});
  shop.now = shop.now + seconds(20);
  shop.tell<Checkout>("o1", checkout::GiveUp{{{1, 1}}, 12},
                      {.causation_id = "o1", .correlation_id = "o1"});
  const std::string text = story("o1");
  EXPECT_NE(text.find("DEAD LETTER: hold_stock unanswered after 12 tries (TEA)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("STILL UNDER WAY since 10:00:00.016 (59.98 s ago): it waits for SKU TEA to\n"
                      "settle: the order is confirmed."),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("WARNING: SKU TEA did not answer for long"), std::string::npos) << text;
}

TEST_F(Stories, ADeadlineThatPassedUndoesWhatMayHaveHappened) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 1), ToldShop::line("TEA", 1)});
  shop.wave("o1", {"TEA"});
  shop.now = shop.now + seconds(31);
  shop.wave("o1", {"TEA"}, true);
  shop.carry("o1");
  const std::string text = story("o1");
  EXPECT_NE(text.find("nothing to release (it had not been held)"), std::string::npos) << text;
  EXPECT_NE(text.find("SKU TEA had not answered by the deadline, 30.00 s after\nthe start."),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Everything that had been held was given back."), std::string::npos) << text;
}

TEST_F(Stories, WhatWasNotSettledIsNamed) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 1), ToldShop::line("TEA", 2)});
  shop.carry("o1");
  // As if the settlement of the tea had been lost.
  std::erase_if(shop.records, [](const test::ShopRecord& one) {
    return one.record.stream == "TEA" &&
           one.record.intent == static_cast<std::uint8_t>(Intent::settle);
  });
  const std::string text = story("o1");
  EXPECT_NE(text.find("WARNING: Still held for it, although it is confirmed: 2 units of SKU TEA."),
            std::string::npos)
      << text;
}

TEST_F(Stories, FortySkusFitAScreen) {
  std::vector<order::Line> lines;
  for (int i = 0; i < 40; ++i) {
    const std::string sku = "S" + std::to_string(100 + i);
    shop.stock(sku, 5, 10);
    lines.push_back(ToldShop::line(sku, 2));
  }
  shop.start("o1", "17850", lines);
  shop.carry("o1");
  const std::string text = story("o1");
  EXPECT_LE(lines_of(text).size(), 20u) << text;
  EXPECT_NE(text.find("stock of 40 SKUs  held 80 units: S100, S101, S102, ... (in 39.0 ms)"),
            std::string::npos)
      << text;
  EXPECT_EQ(lines_of(story("o1", {"--all"})).size(), lines_of(text).size() + 2 * 39);
}

TEST_F(Stories, EveryIdOfAnOrderTellsItsStory) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 1)});
  shop.carry("o1");
  const std::string text = story("o1");
  for (const char* id : {"order/o1", "checkout/o1", "checkout:o1/1/0", "checkout:o1/3/0"})
    EXPECT_EQ(story(id), text) << id;
}

TEST_F(Stories, AWalletsOwn) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 1)});
  shop.carry("o1");
  shop.start("o2", "17850", {ToldShop::line("TEA", 100)});
  shop.carry("o2");
  EXPECT_EQ(story("wallet/17850"), R"(wallet 17850
4 records, all of them shown

when (UTC)      what                                                  free  by
2026-03-01
  10:00:00.005  charged 100.00 GBP (c1)                         100.00 GBP  a client
  10:00:00.012  held 7.95 GBP                                    92.05 GBP  order o1
  10:00:00.017  settled: 7.95 GBP spent                          92.05 GBP  order o1
  10:00:00.023  refused to hold 255.00 GBP: insufficient funds   92.05 GBP  order o2

Now: 92.05 GBP free, 0.00 GBP held for orders. That is 100.00 GBP charged, less
7.95 GBP spent, plus 0.00 GBP refunded.)");
  EXPECT_EQ(story("17850"), story("wallet/17850"));
}

TEST_F(Stories, ARequestsIdIsLookedForEverywhere) {
  shop.tell<Wallet>("17850", wallet::Charge{ChargeId("c2"), ToldShop::gbp(5)},
                    {.command_id = "charge/c2", .correlation_id = "ticket-7"});
  EXPECT_EQ(story("ticket-7"), R"(id ticket-7
began 2026-03-01 10:00:00.008 UTC

   +0.0 ms  wallet 17850  charged 0.05 GBP (c2)

1 record carries the id ticket-7; none was refused.
)");
  EXPECT_EQ(story("charge/c2").substr(0, 13), "id charge/c2\n");
}

TEST_F(Stories, WhatIsNotThereIsSaidWithWhatIs) {
  story("mug");
  EXPECT_EQ(last.exit_code, 1);
  EXPECT_EQ(last.err, "souk-replay: nothing has the id 'mug'. Did you mean stock/MUG?\n");
  story("wallet/MUG");
  EXPECT_EQ(last.err, "souk-replay: there is no wallet 'MUG'. Did you mean stock/MUG?\n");
  story("walet/17850");
  EXPECT_NE(last.err.find("there is no service 'walet'"), std::string::npos) << last.err;
  EXPECT_NE(last.err.find("Did you mean 'wallet'?"), std::string::npos) << last.err;
  story("order/9@1");
  EXPECT_EQ(last.err, "souk-replay: there is no record order/9@1\n");
}

TEST_F(Stories, WhatAClientDidLaterUnderItsIdBelongsToIt) {
  shop.start("o1", "17850", {ToldShop::line("MUG", 1)});
  shop.carry("o1");
  shop.now = shop.now + seconds(5);
  shop.tell<Wallet>("17850", wallet::Refund{RefundId("r1"), ToldShop::gbp(255)},
                    {.command_id = "refund/r1", .correlation_id = "o1"});
  const std::string text = story("o1");
  EXPECT_NE(text.find("refunded 2.55 GBP (r1) <- a client (refund/r1)"), std::string::npos) << text;
  EXPECT_NE(text.find("Later, at\n10:00:05.019, wallet 17850: refunded 2.55 GBP (r1)."),
            std::string::npos)
      << text;
}

TEST_F(Stories, AnOrderThatWasRefusedAtOnce) {
  shop.start("o1", "17850", {});
  const std::string text = story("o1");
  EXPECT_NE(text.find("REFUSED"), std::string::npos) << text;
  EXPECT_NE(text.find("It was refused at once: no lines. Nothing was held or charged."),
            std::string::npos)
      << text;
}

TEST_F(Stories, AsJsonTheyHaveTheRecords) {
  shop.start("o1", "poor", {ToldShop::line("MUG", 1)});
  shop.carry("o1");
  story("o1", {"--format", "json"});
  EXPECT_NE(last.out.find("\"outcome\":\"CANCELLED after "), std::string::npos) << last.out;
  EXPECT_NE(last.out.find("\"name\":\"insufficient_funds\""), std::string::npos) << last.out;
}

}  // namespace
}  // namespace souk::replay
