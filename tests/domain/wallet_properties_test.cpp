#include "actors/wallet/wallet.hpp"
#include "tests/support/random_commands.hpp"

namespace souk::test {
namespace {

using namespace souk::wallet;
using Command = Wallet::Command;
using Event = Wallet::Event;

rc::Gen<RandomStep<Wallet>> any_step() {
  const auto hold_id = few_ids<HoldId>("o", 4);
  const auto to_command = [](const auto& command) { return Command(command); };
  std::vector<rc::Gen<Command>> commands = {
      rc::gen::map(rc::gen::construct<Charge>(few_ids<ChargeId>("c", 9), edgy_money()), to_command),
      rc::gen::map(rc::gen::construct<Refund>(few_ids<RefundId>("f", 9), edgy_money()), to_command),
      rc::gen::map(rc::gen::construct<Settle>(hold_id), to_command),
      rc::gen::map(rc::gen::construct<Release>(hold_id), to_command)};
  // Holds as often as their ends.
  for (int i = 0; i < 2; ++i)
    commands.push_back(rc::gen::map(rc::gen::construct<Hold>(hold_id, edgy_money()), to_command));
  return step_of<Wallet>(std::move(commands), seconds(1));
}

// The sums of all events, kept beside the state.
struct Ledger {
  std::int64_t charged = 0, settled = 0, refunded = 0;

  std::string operator()(const Observed<Wallet>& seen) {
    if (const auto broken = of_ends(seen); !broken.empty()) return broken;
    if (!seen.decision.accepted()) return {};
    for (const Event& event : seen.decision.events()) {
      if (const auto* e = std::get_if<Charged>(&event)) charged += e->amount.minor;
      if (const auto* e = std::get_if<Settled>(&event)) settled += e->amount.minor;
      if (const auto* e = std::get_if<Refunded>(&event)) refunded += e->amount.minor;
      if (std::visit([](const auto& e) { return e.amount.currency; }, event) != seen.after.currency)
        return "An event in another currency than the wallet's.";
    }
    const State& after = seen.after;
    if (seen.before.currency.is_set() && after.currency != seen.before.currency)
      return "The wallet's currency changed.";
    if (after.charged_minor != charged || after.settled_minor != settled ||
        after.refunded_minor != refunded)
      return "The state's sums are not the events' sums.";
    return {};
  }

  // Settles and releases are never refused, and act on a hold that is there only.
  static std::string of_ends(const Observed<Wallet>& seen) {
    const HoldId* hold_id = nullptr;
    if (const auto* c = std::get_if<Settle>(&seen.command)) hold_id = &c->hold_id;
    if (const auto* c = std::get_if<Release>(&seen.command)) hold_id = &c->hold_id;
    if (hold_id == nullptr) return {};
    if (!seen.decision.accepted()) return "An end of a hold was refused.";
    if (seen.decision.events().size() != seen.before.holds.count(*hold_id))
      return "An end acts on a hold that is there, once.";
    if (seen.after.holds.contains(*hold_id)) return "A hold outlives its end.";
    return {};
  }
};

TEST(WalletProperties, MoneyIsConserved) {
  check_random_commands<Wallet>("money is conserved", any_step(), [] { return Ledger{}; });
}

}  // namespace
}  // namespace souk::test
