// A partition's last batch was torn by a power cut, and the one before it could not be read just
// then. The partition stopped, rightly; but the others wrote on, so that after its files had been
// restored the torn batch looked like one that had been synced, and the partition stopped for good.
// Found by the simulation, by seed 3710 as it was then.
#include <gtest/gtest.h>

#include "store/keys.hpp"
#include "tests/support/node_fixture.hpp"

namespace souk {
namespace {

using gateway::Outcome;
using testing::NodeFixture;

constexpr PartitionId kWallet0{Service::wallet, 0};

class TornEnd : public ::testing::Test {
 protected:
  // Of three wallets' charges the last is torn, and the one before cannot be read.
  void SetUp() override {
    for (const char* wallet : {"ann", "bob", "cid"}) node.charge(wallet, 100);
    auto& disk = node.disk();
    const std::string last = store::log_key(kWallet0, 3);
    const std::string value = disk.contents(store::Column::log).at(last);
    disk.crash();
    disk.overwrite(store::Column::log, last, value.substr(0, value.size() - 5));
    disk.rot(store::Column::log, store::log_key(kWallet0, 2), std::nullopt);
    node.crash_and_restart();
    EXPECT_EQ(node.ask<Wallet>("ann", std::nullopt).outcome, Outcome::unavailable);
    node.stock("lamp", 1, 100);  // others go on
    disk.heal();
  }

  NodeFixture node{{.partitions = 1, .node = {}}};
};

TEST_F(TornEnd, IsCutOnceWhatIsBeforeItIsRestored) {
  node.crash_and_restart();
  EXPECT_EQ(node.read<Wallet>("bob").balance_minor, 100);
  EXPECT_EQ(node.read<Wallet>("cid").balance_minor, 0);
  node.charge("dan", 100);
  node.crash_and_restart();
  EXPECT_EQ(node.read<Wallet>("dan").balance_minor, 100);
}

TEST_F(TornEnd, IsNotCutIfItLooksOtherwiseNow) {
  auto& disk = node.disk();
  const std::string last = store::log_key(kWallet0, 3);
  const std::string value = disk.contents(store::Column::log).at(last);
  disk.overwrite(store::Column::log, last, value.substr(0, value.size() - 1));
  node.crash_and_restart();
  const auto answer = node.ask<Wallet>("bob", std::nullopt);
  EXPECT_EQ(answer.outcome, Outcome::unavailable);
  EXPECT_NE(answer.detail.find("offset 3"), std::string::npos) << answer.detail;
}

}  // namespace
}  // namespace souk
