// The data directories of a cluster proved together, some of them alone, and what does not fit.
#include <algorithm>
#include <fstream>

#include "events/codec.hpp"
#include "tests/replay/cluster_fixture.hpp"

namespace souk::replay {
namespace {

using test::ShopRecord;

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(VerifyingCluster, WhatNodesWroteIsClean) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    clear();
    make(seed, /*finish=*/seed % 2 == 0);
    make_models(0);
    const auto report = verify({0, 1, 2});
    ASSERT_TRUE(report->clean()) << "seed " << seed << "\n" << report_text(*report, false);
    EXPECT_EQ(report->records, records().size());
    EXPECT_EQ(report->rows_not_seen, 0u);
    EXPECT_TRUE(report->not_seen.empty());
    for (const Check check : {Check::files, Check::batches, Check::sequences, Check::books,
                              Check::sagas, Check::snapshots, Check::heads, Check::read_models})
      EXPECT_GT(report->findings.looked_at(check), 0u) << name_of(check);
    EXPECT_EQ(report->streams_under_way > 0, seed % 2 != 0) << "seed " << seed;
  }
}

TEST_F(VerifyingCluster, OneLogOfAllIsTheSame) {
  make(2, true);
  test::make_shop_directory(dir_ / "all", 2, records());
  const auto all = open({dir_ / "all"});
  VerifyOptions options;
  options.against = all.get();
  const auto report = verify({0, 1, 2}, options);
  EXPECT_TRUE(report->clean()) << report_text(*report, false);
  EXPECT_EQ(report->findings.looked_at(Check::against), records().size());
}

// --- faults across directories -------------------------------------------------------------------

TEST_F(VerifyingCluster, ASettlementThatIsMissingOnAnotherNodeIsNamed) {
  make_with_sales();
  const auto settled = last_event<Stock, stock::Settled>();
  const std::string sku = settled->record.stream;
  const std::string order = event_of<Stock, stock::Settled>(*settled)->hold_id.str();
  // Units that were not sold cannot come back.
  while (last_of<Stock, stock::Returned>(sku) != records().end())
    forget(last_of<Stock, stock::Returned>(sku));
  forget(last_event<Stock, stock::Settled>());
  write();
  const auto found = verify({0, 1, 2})->findings.kept();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::sagas);
  EXPECT_EQ(found[0].subject, "order " + order);
  EXPECT_TRUE(mentions(found[0].what, "stock " + sku + " should have settled")) << found[0].what;
}

TEST_F(VerifyingCluster, APartitionWithTwoOwnersIsNamedWithBoth) {
  make(3, true);
  const PartitionId twice{Service::wallet, 0};
  owners_[twice] = {1, 2};
  write();
  const auto report = verify({0, 1, 2});
  const auto found = report->findings.kept();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::batches);
  EXPECT_EQ(found[0].partition, twice);
  EXPECT_TRUE(mentions(found[0].what, node(1))) << found[0].what;
  EXPECT_TRUE(mentions(found[0].what, node(2))) << found[0].what;
}

TEST_F(VerifyingCluster, SavedEndsWhereNoRecordIsAreNamed) {
  make(3, true);
  auto kv = store::open_rocks_kv({.path = node(2)});
  ASSERT_TRUE(kv.ok());
  const std::string key = store::partition_key({Service::stock, 0}) + "sku-1";
  store::WriteBatch change;
  change.put(store::Column::heads, key, store::encode_head(key, {7, 7, false}));
  ASSERT_TRUE((*kv)->write(change, true).ok());
  kv->reset();
  const auto found = verify({0, 1, 2})->findings.kept();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::heads);
  EXPECT_EQ(found[0].directory, node(2));
  EXPECT_TRUE(mentions(found[0].what, node(1))) << found[0].what;
}

TEST_F(VerifyingCluster, ABatchThatIsMissingIsNamedWithItsDirectory) {
  make(4, true);
  const PartitionId partition{Service::wallet, 1};
  auto kv = store::open_rocks_kv({.path = node(2)});
  ASSERT_TRUE(kv.ok());
  const auto all = Verifying::batches(**kv, partition);
  ASSERT_GT(all.size(), 3u);
  store::WriteBatch change;
  change.erase(store::Column::log, all[all.size() / 2].first);
  ASSERT_TRUE((*kv)->write(change, true).ok());
  kv->reset();
  const auto report = verify({0, 1, 2});
  const auto found = report->findings.kept();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].check, Check::batches);
  EXPECT_EQ(found[0].partition, partition);
  EXPECT_EQ(found[0].directory, node(2));
  EXPECT_TRUE(mentions(report_text(*report, false), "  " + node(2) + ": wallet/1@"));
  EXPECT_TRUE(mentions(report_json(*report), "\"directory\":\"" + node(2) + "\""));
}

TEST_F(VerifyingCluster, AFileThatIsDamagedIsNamedWithItsDirectory) {
  make(5, true);
  std::filesystem::path largest;
  for (const auto& file : std::filesystem::directory_iterator(node(1))) {
    const auto kind = file.path().extension();
    if ((kind == ".sst" || kind == ".log") &&
        (largest.empty() || file.file_size() > std::filesystem::file_size(largest)))
      largest = file.path();
  }
  ASSERT_FALSE(largest.empty());
  std::fstream file(largest, std::ios::binary | std::ios::in | std::ios::out);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(largest) / 2);
  file.seekg(middle);
  const char flipped = static_cast<char>(file.get() ^ 4);
  file.seekp(middle);
  file.put(flipped);
  file.close();
  const auto found = verify({0, 1, 2})->findings.kept();
  EXPECT_TRUE(std::ranges::any_of(found, [&](const Finding& one) {
    return one.check == Check::files && one.directory == node(1);
  })) << texts(found);
  for (const Finding& one : found)
    EXPECT_TRUE(one.check != Check::files || one.directory != node(0)) << texts(found);
}

// --- read models -----------------------------------------------------------------------------

TEST_F(VerifyingCluster, ARowThatIsMadeOfAnotherNodesRecordsIsProved) {
  make(6, true);
  make_models(0);
  run_sql(models_of(0),
          "UPDATE wallets SET balance_minor = balance_minor + 1 WHERE wallet_id = "
          "'customer-1'");
  const auto found = verify({0, 1, 2})->findings.kept();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].subject, "wallets customer-1");
  EXPECT_EQ(found[0].directory, node(0));
}

// Each as far as it has come.
TEST_F(VerifyingCluster, ReadModelsOfSeveralNodesAreProved) {
  make(7, true);
  make_models(0);
  make_models(2, /*part=*/0.5);
  const auto clean = verify({0, 1, 2});
  EXPECT_TRUE(clean->clean()) << report_text(*clean, false);
  run_sql(models_of(2),
          "UPDATE stock_levels SET sold = sold + 1 WHERE sku = (SELECT min(sku) FROM "
          "stock_levels)");
  const auto found = verify({0, 1, 2})->findings.kept();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_TRUE(found[0].subject.starts_with("stock_levels ")) << texts(found);
  EXPECT_EQ(found[0].directory, node(2));
}

// --- not all of it ---------------------------------------------------------------------------

TEST_F(VerifyingCluster, WhateverIsMissingNothingIsFalselyFound) {
  make_with_sales();
  write();
  make_models(0);
  const std::vector<std::vector<std::size_t>> some = {{0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}};
  for (const auto& nodes : some) {
    const auto report = verify(nodes);
    EXPECT_TRUE(report->clean()) << nodes.size() << " from " << nodes.front() << "\n"
                                 << report_text(*report, false);
    EXPECT_FALSE(report->not_seen.empty());
    EXPECT_TRUE(mentions(report_text(*report, false), "could not be proved"));
    EXPECT_GT(report->records, 0u);
  }
}

TEST_F(VerifyingCluster, WhatWasNotSeenIsCountedAndTheRestIsProved) {
  make_with_sales();
  write();
  make_models(0);
  const auto report = verify({0, 1});
  std::uint64_t deeds = 0;
  for (const auto& one : report->not_seen) {
    EXPECT_EQ(one.partition.number, 1) << store::display(one.partition);
    deeds += one.facts;
  }
  EXPECT_GT(deeds, 0u);
  EXPECT_GT(report->rows_not_seen, 0u);
  EXPECT_TRUE(mentions(report_json(*report), "\"not_seen\":[{\"service\":\""));

  const auto is_seen = [](const std::string& wallet) {
    return store::partition_of(test::shop_identity(), Service::wallet, wallet).number == 0;
  };
  std::string seen = "customer-1";
  for (int i = 1; !is_seen(seen); ++i) seen = "customer-" + std::to_string(i);
  run_sql(models_of(0),
          "UPDATE wallets SET balance_minor = balance_minor + 1 WHERE wallet_id = '" + seen + "'");
  const auto found = verify({0, 1})->findings.kept();
  ASSERT_EQ(found.size(), 1u) << texts(found);
  EXPECT_EQ(found[0].subject, "wallets " + seen);
}

// A service that a shop does not use is nothing to speak of.
TEST_F(VerifyingCluster, AServiceWithoutRecordsIsNotMissed) {
  make(8, true);
  std::erase_if(records(), [](const ShopRecord& one) { return one.service == Service::campaign; });
  std::erase_if(records(), [](const ShopRecord& one) {
    return one.service == Service::coupon && mentions(one.record.stream, "~");
  });
  test::make_shop_directory(dir_ / "all", 2, records());
  const auto report = verify_directory(dir_ / "all", {});
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(mentions(report_text(**report, false), "campaign/0"));
}

// --- what does not belong together ---------------------------------------------------------------

TEST_F(VerifyingCluster, DirectoriesOfAnotherClusterAreRefused) {
  make(9, true);
  store::Identity other = test::shop_identity();
  other.cluster_id = "theirs";
  make_empty("theirs", other);
  other = test::shop_identity();
  other.partitions[Service::stock] = 5;
  make_empty("larger", other);
  for (const auto& [name, words] : {std::pair<std::string, std::string>("theirs", "'theirs'"),
                                    std::pair<std::string, std::string>("larger", "stock 5")}) {
    const auto report = verify_directories({node(0), dir_ / name}, {});
    ASSERT_EQ(report.status().code(), store::Code::invalid) << report.status().message();
    for (const std::string& part : {node(0), std::string(dir_ / name), words})
      EXPECT_TRUE(mentions(report.status().message(), part)) << report.status().message();
  }
  const auto twice = verify_directories({node(0), node(1), node(0)}, {});
  ASSERT_EQ(twice.status().code(), store::Code::invalid);
  EXPECT_TRUE(mentions(twice.status().message(), "the same directory"));
}

}  // namespace
}  // namespace souk::replay
