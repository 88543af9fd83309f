// A snapshot's receipts against the stream's records, by the second: which are over when it is
// made, and which are not.
#include "tools/replay/verify/snapshot_check.hpp"

#include <gtest/gtest.h>

#include "actors/wallet/wallet.hpp"

namespace souk::replay {
namespace {

Time at(std::int64_t second) { return Time{second * 1'000'000}; }

// One answered command: its second, id, intent, refusal, and the second its receipt is kept until.
struct Line {
  std::int64_t second;
  std::string id;
  Intent intent;
  std::uint16_t refusal = 0;
  std::int64_t until = 0;  // 0: for ever
};

class SnapshotCheck : public ::testing::Test {
 protected:
  // The host's receipts after these lines, as its snapshot has them.
  Receipts<wallet::Reply> receipts_of(const std::vector<Line>& lines) {
    Receipts<wallet::Reply> receipts;
    for (const Line& line : lines) {
      receipts.forget_before(at(line.second));
      receipts.keep(line.id, line.intent, 7, line.refusal, {}, until(line));
    }
    return receipts;
  }

  // What is found wrong with a snapshot of these receipts after these lines.
  std::string fault(const std::vector<Line>& lines, const Receipts<wallet::Reply>& receipts) {
    const auto last = static_cast<std::uint64_t>(lines.size());
    SnapshotDue<Wallet> due(
        {history::snapshot_version<Wallet>(), last, last,
         history::encode_snapshot<Wallet>({}, receipts, at(lines.back().second))});
    std::string found;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      store::RecordView record;
      record.offset = record.sequence = i + 1;
      record.time = at(lines[i].second);
      record.command_id = lines[i].id;
      record.intent = static_cast<std::uint8_t>(lines[i].intent);
      record.refusal = lines[i].refusal;
      record.fingerprint = 7;
      record.receipt_until = until(lines[i]);
      due.take(record, {}, {}, [&](const std::string& why) { found += why; });
    }
    EXPECT_TRUE(due.was_met());
    return found;
  }
  std::string fault(const std::vector<Line>& lines) { return fault(lines, receipts_of(lines)); }

 private:
  static Time until(const Line& line) { return line.until == 0 ? Time{} : at(line.until); }
};

constexpr Intent kAttempt = Intent::attempt;

TEST_F(SnapshotCheck, WhatIsOverLongBeforeTheSnapshotLeavesNothing) {
  EXPECT_EQ(fault({{1, "a", kAttempt, 0, 70},
                   {2, "a", Intent::settle, 0, 70},
                   {3, "b", kAttempt, 4, 70},
                   {4, "c", Intent::undo, 0, 70},
                   {5, "c", kAttempt, 4, 70},
                   {5'000, "d", Intent::request}}),
            "");
}

TEST_F(SnapshotCheck, WhatWasGrantedAndNeverEndedIsMissed) {
  const std::vector<Line> lines = {{1, "a", kAttempt, 0, 70}, {5'000, "d", Intent::request}};
  EXPECT_EQ(fault(lines), "");
  EXPECT_EQ(fault(lines, receipts_of({lines[1]})),
            "the snapshot's receipt of command a is not what its records make");
}

// (Its host may have forgotten, by its own clock, what is over by now.)
TEST_F(SnapshotCheck, AReceiptThatIsNotOverIsMissedOrFoundDifferent) {
  constexpr std::int64_t kIn2100 = 4'102'444'800;
  const std::vector<Line> lines = {{1, "a", kAttempt, 0, kIn2100},
                                   {2, "a", Intent::settle, 0, kIn2100},
                                   {100, "d", Intent::request}};
  EXPECT_EQ(fault(lines), "");
  EXPECT_NE(fault(lines, receipts_of({lines[2]})), "");
  EXPECT_NE(fault(lines, receipts_of({lines[0], lines[2]})), "");
  EXPECT_NE(fault(lines, receipts_of({lines[1], lines[2]})), "");
}

TEST_F(SnapshotCheck, AReceiptOfNoRecordIsFound) {
  const std::vector<Line> lines = {{1, "a", kAttempt, 4, 70}, {100, "d", Intent::request}};
  EXPECT_NE(fault(lines, receipts_of({lines[1], {99, "x", Intent::undo, 0, 170}})), "");
}

// Two gateways whose clocks differ say different deadlines: the undo's receipt outlives the
// snapshot, and the refused attempt's, which it joined, would not have.
TEST_F(SnapshotCheck, AnIdThatComesAgainWithALaterEndIsWhole) {
  EXPECT_EQ(
      fault({{1, "a", kAttempt, 4, 70}, {2, "a", Intent::undo, 0, 72}, {71, "d", Intent::request}}),
      "");
  EXPECT_EQ(fault({{1, "a", kAttempt, 0, 70},
                   {2, "a", Intent::settle, 0, 70},
                   {3, "a", Intent::undo, 0, 72},
                   {71, "d", Intent::request}}),
            "");
}

}  // namespace
}  // namespace souk::replay
