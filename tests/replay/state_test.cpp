// What something was at a moment, and what changed it.
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "actors/history/fold.hpp"
#include "store/directory_view.hpp"
#include "store/log_walk.hpp"
#include "tests/replay/told_shop.hpp"
#include "tools/replay/json_text.hpp"
#include "tools/replay/services.hpp"

namespace souk::replay {
namespace {

using nlohmann::json;
using testing::lines_of;
using testing::replay;
using testing::ToldShop;

class States : public ::testing::Test {
 protected:
  States() {
    shop.charge("ada", 1'000);
    shop.charge("ada", 500, "c2");
    shop.stock("MUG", 10, 795);
    shop.start("o1", "ada", {ToldShop::line("MUG", 1)});
    shop.carry("o1");
    shop.start("o2", "ada", {ToldShop::line("MUG", 1)});
    shop.wave("o2");
    shop.wave("o2", {"MUG"});
    shop.write(path);
  }

  std::string said(const std::vector<std::string>& words, int exit_code = 0) {
    auto all = words;
    all.insert(all.end(), {"--data", path});
    const auto outcome = replay(all);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    return exit_code == 0 ? outcome.out : outcome.err;
  }

  test::TempDir dir_;
  ToldShop shop;
  const std::string path = dir_ / "shop";
};

TEST_F(States, AsItIsNow) {
  EXPECT_EQ(said({"state", "wallet/ada"}),
            R"(wallet/ada, as of wallet/1@5, 2026-03-01 10:00:00.020 UTC (its record 5 of 5)

  free      7.05 GBP
  held      0.00 GBP
  charged   15.00 GBP
  spent     7.95 GBP
  refunded  0.00 GBP

How it came about, the last 3 of 5 records:
  2026-03-01 10:00:00.009  held 7.95 GBP  <- checkout o1
  2026-03-01 10:00:00.014  settled: 7.95 GBP spent  <- checkout o1
  2026-03-01 10:00:00.020  refused to hold 7.95 GBP: insufficient funds  <- checkout o2
)");
}

TEST_F(States, AsItWasThen) {
  const std::string at_time = said({"state", "wallet/ada", "--at", "2026-03-01T10:00:00.001Z"});
  EXPECT_NE(at_time.find("  free      10.00 GBP\n"), std::string::npos) << at_time;
  EXPECT_NE(at_time.find("(its record 1 of 5)"), std::string::npos) << at_time;
  EXPECT_EQ(said({"state", "wallet/ada", "--at", "1"}), at_time);
  EXPECT_EQ(said({"state", "wallet/ada", "--at", "2026-03-01"}), said({"state", "wallet/ada"}));
}

TEST_F(States, BeforeItsFirstRecordThereIsNone) {
  EXPECT_NE(said({"state", "wallet/ada", "--at", "2026-02-28"}, 1)
                .find("wallet/ada had no record at that moment; its first is wallet/"),
            std::string::npos);
}

TEST_F(States, AnOrderGoesBeforeItsCheckout) {
  EXPECT_NE(said({"state", "o1"}).find("  status      CONFIRMED\n"), std::string::npos);
  EXPECT_NE(said({"state", "checkout/o1"}).find("  phase       CONFIRMED\n"), std::string::npos);
}

TEST_F(States, AMomentThatIsNone) {
  EXPECT_NE(said({"state", "wallet/ada", "--at", "noon"}, 2).find("'noon' is no moment"),
            std::string::npos);
  EXPECT_NE(said({"state", "wallet/ada", "--at", "2026"}, 2).find("a time is written like"),
            std::string::npos);
  EXPECT_NE(said({"state", "wallet/ada", "--at", "order/0@1"}, 2).find("has its records in"),
            std::string::npos);
}

TEST_F(States, WhatChangedAndByWhichRecords) {
  EXPECT_EQ(said({"diff", "wallet/ada", "2026-03-01T10:00:00.002Z", "now"}),
            R"(wallet/ada, from wallet/1@1 to wallet/1@5

  free     10.00 GBP -> 7.05 GBP
  charged  10.00 GBP -> 15.00 GBP
  spent    0.00 GBP -> 7.95 GBP

By 4 records:
  2026-03-01 10:00:00.002  charged 5.00 GBP (c2)  <- a client (charge/c2)
  2026-03-01 10:00:00.009  held 7.95 GBP  <- checkout o1
  2026-03-01 10:00:00.014  settled: 7.95 GBP spent  <- checkout o1
  2026-03-01 10:00:00.020  refused to hold 7.95 GBP: insufficient funds  <- checkout o2
)");
  EXPECT_NE(said({"diff", "wallet/ada", "now", "start"}, 2).find("give the earlier moment first"),
            std::string::npos);
  const std::string none = said({"diff", "wallet/ada", "5", "now"});
  EXPECT_NE(none.find("nothing changed"), std::string::npos) << none;
}

// The state at every record of every stream is the fold of what came before it, whether it begins
// with a snapshot or not.
TEST(StatesOfRandomShops, AreTheFoldOfWhatCameBefore) {
  test::TempDir dir;
  const std::string path = dir / "shop";
  test::make_shop_directory(path, 11, 400, false);
  auto view = store::DirectoryView::open(path);
  ASSERT_TRUE(view.ok()) << view.status().message();
  std::map<std::string, std::pair<std::string, std::string>> expected;  // the last two of each
  store::Timeline timeline(**view, store::partitions_of((*view)->identity()));
  store::RecordView record;
  store::Place place;
  std::tuple<std::map<std::string, Order::State>, std::map<std::string, Stock::State>,
             std::map<std::string, Wallet::State>, std::map<std::string, Coupon::State>,
             std::map<std::string, Campaign::State>, std::map<std::string, Checkout::State>>
      states;
  int compared = 0;
  while (*timeline.next(record, place)) {
    const std::string id(record.stream);
    std::string json_now;
    for_service(
        place.partition.service,
        [&]<class A>(Type<A>) {
          auto& state = std::get<std::map<std::string, typename A::State>>(states)[id];
          std::vector<typename A::Event> events;
          EXPECT_TRUE(history::read_events<A>(record, events));
          for (const auto& event : events) state = A::evolve(std::move(state), event);
          append_json(state, json_now);
          return true;
        },
        false);
    if (record.offset % 5 != 0) continue;
    ++compared;
    const auto outcome =
        replay({"state", std::string(name_of(place.partition.service)) + "/" + id, "--at",
                std::to_string(record.offset), "--format", "json", "--data", path});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(json::parse(outcome.out)["state"], json::parse(json_now)) << id << record.offset;
  }
  EXPECT_GT(compared, 50);
}

}  // namespace
}  // namespace souk::replay
