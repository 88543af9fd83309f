// A partition's last batch was torn by a power cut, and the one before it could not be read just
// then. The partition stopped, rightly; but the others wrote on, so that after its files had been
// restored the torn batch looked like one that had been synced, and the partition stopped for good.
// Found by the simulation, by seed 3710 as it was then.
#include <gtest/gtest.h>

#include "store/batch.hpp"
#include "store/keys.hpp"
#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using gateway::Outcome;
using testing::NodeFixture;

constexpr PartitionId kWallet0{Service::wallet, 0};

class TornEnd : public ::testing::Test {
 protected:
  // Of three wallets' charges the last is damaged, and the one before cannot be read. Others have
  // written before it, so that it is known which number its group must have.
  void SetUp() override {
    for (const char* wallet : {"ann", "bob"}) node.charge(wallet, 100);
    node.stock("mug", 1, 100);
    node.charge("cid", 100);
  }
  template <class Damage>
  void restart_with(Damage damage) {
    auto& disk = node.disk();
    const std::string last = store::log_key(kWallet0, 3);
    std::string value = disk.contents(store::Column::log).at(last);
    damage(value);
    disk.crash();
    disk.overwrite(store::Column::log, last, value);
    disk.rot(store::Column::log, store::log_key(kWallet0, 2), std::nullopt);
    node.crash_and_restart();
    EXPECT_EQ(node.ask<Wallet>("ann", std::nullopt).outcome, Outcome::unavailable);
    node.stock("lamp", 1, 100);  // others go on
    disk.heal();
  }

  NodeFixture node{{.partitions = 1, .node = {}}};
};

void tear(std::string& batch) { batch.resize(batch.size() - 5); }
void flip_group(std::string& batch) { batch[store::kBatchGroupAt + 1] ^= 1; }

TEST_F(TornEnd, IsCutOnceWhatIsBeforeItIsRestored) {
  restart_with(tear);
  node.crash_and_restart();
  EXPECT_EQ(node.read<Wallet>("bob").balance_minor, 100);
  EXPECT_EQ(node.read<Wallet>("cid").balance_minor, 0);
  node.charge("dan", 100);
  node.crash_and_restart();
  EXPECT_EQ(node.read<Wallet>("dan").balance_minor, 100);
}

TEST_F(TornEnd, IsNotCutIfItLooksOtherwiseNow) {
  restart_with(tear);
  auto& disk = node.disk();
  const std::string last = store::log_key(kWallet0, 3);
  const std::string value = disk.contents(store::Column::log).at(last);
  disk.overwrite(store::Column::log, last, value.substr(0, value.size() - 1));
  node.crash_and_restart();
  const auto answer = node.ask<Wallet>("bob", std::nullopt);
  EXPECT_EQ(answer.outcome, Outcome::unavailable);
  EXPECT_NE(answer.detail.find("offset 3"), std::string::npos) << answer.detail;
}

TEST_F(TornEnd, IsNoneIfItsGroupsNumberWasNeverGiven) {
  restart_with(flip_group);
  node.crash_and_restart();
  const auto answer = node.ask<Wallet>("bob", std::nullopt);
  EXPECT_EQ(answer.outcome, Outcome::unavailable);
  EXPECT_NE(answer.detail.find("offset 3"), std::string::npos) << answer.detail;
}

}  // namespace
}  // namespace souk
