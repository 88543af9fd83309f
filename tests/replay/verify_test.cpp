// Planted faults are found, each named exactly; clean logs are clean.
#include "actors/history/fold.hpp"
#include "tests/replay/verify_fixture.hpp"

namespace souk::replay {
namespace {

using store::Column;
using store::WriteBatch;

VerifyOptions everything() {
  VerifyOptions options;
  options.threads = 2;
  options.decisions = true;
  return options;
}

TEST_F(Verifying, WhatANodeWroteIsClean) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    std::filesystem::remove_all(path());
    make_shop(seed, 2'000, seed % 2 == 0);
    make_models();
    const auto report = verify(everything());
    ASSERT_TRUE(report->clean()) << "seed " << seed << "\n" << report_text(*report, false);
    EXPECT_GT(report->records, 1'500u);
    for (const Check check :
         {Check::batches, Check::sequences, Check::payloads, Check::books, Check::sagas,
          Check::snapshots, Check::heads, Check::read_models, Check::decisions})
      EXPECT_GT(report->findings.looked_at(check), 0u) << name_of(check);
    EXPECT_EQ(report->streams_under_way > 0, seed % 2 != 0) << "seed " << seed;
  }
}

// Streams that do not fit into memory at once.
TEST_F(Verifying, SeveralPassesFindTheSame) {
  make_shop(3, 2'000, false);
  make_models();
  VerifyOptions options = everything();
  options.streams_max = 7;
  const auto report = verify(options);
  EXPECT_TRUE(report->clean()) << report_text(*report, false);
  options.streams_max = 1'000'000;
  const auto once = verify(options);
  EXPECT_EQ(report->records, once->records);
  EXPECT_EQ(report->findings.looked_at(Check::heads), once->findings.looked_at(Check::heads));
  edit_models("UPDATE stock_levels SET sold = sold + 1 WHERE sku = 'sku-2'");
  options.streams_max = 7;
  ASSERT_EQ(findings(options).size(), 1u);
}

// --- batches ---------------------------------------------------------------------------------

TEST_F(Verifying, AMissingBatchIsNamed) {
  make_shop(4);
  const PartitionId partition{Service::stock, 1};
  store::Offset first = 0, next = 0;
  edit([&](store::Kv& kv) {
    const auto all = batches(kv, partition);
    const std::size_t middle = all.size() / 2;
    first = store::offset_of_log_key(all[middle].first);
    next = store::offset_of_log_key(all[middle + 1].first);
    WriteBatch change;
    change.erase(Column::log, all[middle].first);
    ASSERT_TRUE(kv.write(change, true).ok());
  });
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::batches);
  EXPECT_EQ(found[0].partition, partition);
  EXPECT_EQ(found[0].from, first);
  EXPECT_EQ(found[0].to, next - 1);
}

// The last batch of a partition leaves no gap: the others of its group, and the saved heads, tell.
TEST_F(Verifying, AMissingLastBatchIsMissed) {
  make_shop(5);
  PartitionId partition;
  store::Offset first = 0;
  edit([&](store::Kv& kv) {
    for (const PartitionId one : store::partitions_of(test::shop_identity())) {
      const auto all = batches(kv, one);
      if (all.empty()) continue;
      const auto last = store::BatchView::parse(one, all.back().first, all.back().second);
      ASSERT_TRUE(last.ok());
      if (last->place().next == one) continue;
      partition = one;
      first = last->first_offset();
      WriteBatch change;
      change.erase(Column::log, all.back().first);
      ASSERT_TRUE(kv.write(change, true).ok());
      return;
    }
  });
  ASSERT_NE(first, 0u);
  const auto found = findings();
  int rings = 0;
  for (const Finding& one : found) {
    if (one.check == Check::sagas || one.check == Check::snapshots) continue;  // what it took along
    EXPECT_EQ(one.partition, partition) << texts(found);
    rings += one.check == Check::batches;
  }
  EXPECT_EQ(rings, 1) << texts(found);
}

TEST_F(Verifying, SwappedBatchesAreNamed) {
  make_shop(6);
  const PartitionId partition{Service::wallet, 0};
  std::vector<store::Offset> offsets;
  edit([&](store::Kv& kv) {
    const auto all = batches(kv, partition);
    const std::size_t a = all.size() / 3, b = all.size() / 2;
    ASSERT_NE(a, b);
    WriteBatch change;
    change.put(Column::log, all[a].first, all[b].second);
    change.put(Column::log, all[b].first, all[a].second);
    ASSERT_TRUE(kv.write(change, true).ok());
    for (const std::size_t i : {a, b}) offsets.push_back(store::offset_of_log_key(all[i].first));
  });
  const auto found = findings();
  ASSERT_EQ(found.size(), 2u) << texts(found);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(found[i].check, Check::batches);
    EXPECT_EQ(found[i].partition, partition);
    EXPECT_EQ(found[i].from, offsets[i]);
  }
}

// --- snapshots -------------------------------------------------------------------------------

TEST_F(Verifying, ASnapshotThatLiesIsNamed) {
  make_shop(7);
  std::string stream;
  edit([&](store::Kv& kv) {
    auto cursor = kv.cursor(Column::snapshots);
    for (cursor->seek(store::partition_key({Service::wallet, 0})); cursor->valid();
         cursor->next()) {
      const std::string key(cursor->key());
      auto snapshot = store::parse_snapshot(key, cursor->value());
      ASSERT_TRUE(snapshot);
      history::Folded<Wallet> folded;
      ASSERT_TRUE(history::begin_with<Wallet>(*snapshot, folded));
      ++folded.state.balance_minor;
      snapshot->bytes =
          history::encode_snapshot<Wallet>(folded.state, folded.receipts, folded.last_time);
      WriteBatch change;
      change.put(Column::snapshots, key, store::encode_snapshot(key, *snapshot));
      ASSERT_TRUE(kv.write(change, true).ok());
      stream = key.substr(store::kPartitionKeyBytes);
      return;
    }
  });
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::snapshots);
  EXPECT_EQ(found[0].subject, stream);
}

TEST_F(Verifying, AReceiptThatASnapshotForgotIsNamed) {
  make_shop(7);
  std::string stream;
  edit([&](store::Kv& kv) {
    auto cursor = kv.cursor(Column::snapshots);
    for (cursor->seek(store::partition_key({Service::stock, 0})); cursor->valid(); cursor->next()) {
      const std::string key(cursor->key());
      if (!store::is_of({Service::stock, 0}, key) && !store::is_of({Service::stock, 1}, key))
        return;
      auto snapshot = store::parse_snapshot(key, cursor->value());
      history::Folded<Stock> folded;
      ASSERT_TRUE(history::begin_with<Stock>(*snapshot, folded));
      Receipts<stock::Reply> fewer;
      bool dropped = false;
      folded.receipts.for_each([&](const std::string& id, const auto& receipt) {
        if (dropped || receipt.until.is_set())
          fewer.restore(id, receipt);
        else
          dropped = true;
      });
      if (!dropped) continue;
      snapshot->bytes = history::encode_snapshot<Stock>(folded.state, fewer, folded.last_time);
      WriteBatch change;
      change.put(Column::snapshots, key, store::encode_snapshot(key, *snapshot));
      ASSERT_TRUE(kv.write(change, true).ok());
      stream = key.substr(store::kPartitionKeyBytes);
      return;
    }
  });
  ASSERT_NE(stream, "");
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::snapshots);
  EXPECT_EQ(found[0].subject, stream);
}

// --- heads -----------------------------------------------------------------------------------

TEST_F(Verifying, ASavedEndThatLiesIsNamed) {
  make_shop(8);
  std::string stream;
  edit([&](store::Kv& kv) {
    auto cursor = kv.cursor(Column::heads);
    cursor->seek(store::partition_key({Service::stock, 0}));
    const std::string key(cursor->key());
    auto head = store::parse_head(key, cursor->value());
    ASSERT_TRUE(head);
    --head->sequence;
    WriteBatch change;
    change.put(Column::heads, key, store::encode_head(key, *head));
    ASSERT_TRUE(kv.write(change, true).ok());
    stream = key.substr(store::kPartitionKeyBytes);
  });
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::heads);
  EXPECT_EQ(found[0].subject, stream);
}

// A start would not go on with it.
TEST_F(Verifying, ASagaThatIsNotListedAsOpenIsNamed) {
  make_shop(9, 1'500, /*finish=*/false);
  std::string stream;
  edit([&](store::Kv& kv) {
    auto cursor = kv.cursor(Column::open);
    cursor->seek(store::partition_key({Service::checkout, 0}));
    ASSERT_TRUE(cursor->valid());
    const std::string key(cursor->key());
    WriteBatch change;
    change.erase(Column::open, key);
    ASSERT_TRUE(kv.write(change, true).ok());
    stream = key.substr(store::kPartitionKeyBytes);
  });
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::heads);
  EXPECT_EQ(found[0].subject, stream);
}

// --- read models -----------------------------------------------------------------------------

TEST_F(Verifying, ARowChangedByHandIsNamedWithItsColumn) {
  make_shop(10);
  make_models();
  edit_models(
      "UPDATE wallets SET balance_minor = balance_minor + 255 WHERE wallet_id = 'customer-1'");
  const auto found = findings(everything());
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::read_models);
  EXPECT_EQ(found[0].subject, "wallets customer-1");
  EXPECT_NE(found[0].what.find("balance_minor is "), std::string::npos) << found[0].what;
}

TEST_F(Verifying, RowsThatAreMissingOrOfNothingAreNamed) {
  make_shop(11);
  make_models();
  edit_models(
      "DELETE FROM order_lines WHERE line_number = 1 AND order_id = (SELECT min(order_id) FROM "
      "order_lines)");
  edit_models(
      "INSERT INTO wallets (wallet_id, currency, balance_minor, held_minor, charged_minor, "
      "spent_minor, refunded_minor, movements) VALUES ('mallory', 'GBP', 100, 0, 100, 0, 0, 0)");
  const auto found = findings();
  ASSERT_EQ(found.size(), 2u) << texts(found);
  EXPECT_EQ(found[0].what, "the row is missing");
  EXPECT_EQ(found[1].subject, "wallets mallory");
  EXPECT_EQ(found[1].what, "the row is of nothing that is in the log");
}

TEST_F(Verifying, ASumOverManyOrdersIsProvedToo) {
  make_shop(seed_with_sales(12));
  make_models();
  edit_models(
      "UPDATE daily_revenue SET revenue_minor = revenue_minor - 1 WHERE day = (SELECT "
      "max(day) FROM daily_revenue)");
  const auto found = findings(everything());
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_TRUE(found[0].subject.starts_with("daily_revenue ")) << texts(found);
}

TEST_F(Verifying, ModelsAheadOfTheLogAreSaid) {
  make_shop(13);
  make_models();
  edit_models(
      "UPDATE positions SET position = position + 5 WHERE service = 'stock' AND partition = 0");
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].partition, (PartitionId{Service::stock, 0}));
}

}  // namespace
}  // namespace souk::replay
